package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.nio.file.Path;
import openclaw.edge.ledger.record.Life;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends whole records to a journal of its own by the same writer that a node uses, without lanes and without an agent: for
 * journals that are made, not lived. The caller is the directory's only writer, defines every name before its first use in
 * each file, and keeps sequences. One thread at a time.
 */
public final class JournalAppender implements AutoCloseable {
    private final JournalWriter writer;

    /**
     * Opens or creates a journal.
     *
     * @param directory of the journal
     * @param life that writes
     * @param nowNs cycle time, nanoseconds since the Unix epoch
     */
    public JournalAppender(final Path directory, final Life life, final long nowNs) {
        writer = new JournalWriter(directory, life, nowNs, null);
    }

    /**
     * Sets the time that decides the file. Never goes back.
     *
     * @param nowNs cycle time, nanoseconds since the Unix epoch
     * @return true when the next append begins a new file, in which no name is defined yet
     */
    public boolean time(final long nowNs) {
        return writer.time(nowNs);
    }

    /**
     * Memory for the next record, of {@link openclaw.edge.ledger.record.RecordDescriptor#MAX_LENGTH}.
     *
     * @return the buffer, the record to be written at 0
     */
    public UnsafeBuffer record() {
        return writer.record();
    }

    /** Sets the CRC of the record that stands in {@link #record()}, and appends it. */
    public void append() {
        writer.append();
    }

    /**
     * Ends the writing; what was appended is read back before.
     *
     * @throws IOException when not all of it is in the file, or the disk refuses it
     */
    @Override
    public void close() throws IOException {
        try (writer) {
            writer.verify();
        }
    }
}
