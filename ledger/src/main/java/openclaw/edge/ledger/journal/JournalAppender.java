package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends whole records to a journal of its own, in the files that a node would write, without lanes and without an agent: for
 * journals that are made, not lived. The caller is the directory's only writer, defines every name before its first use in
 * each file, and keeps sequences. One thread at a time.
 *
 * <p>A node's writer begins each file; what follows is written by {@link BulkFile}, since nobody reads it meanwhile.
 */
public final class JournalAppender implements AutoCloseable {
    private final JournalWriter writer;
    private final RecordRegion region = new RecordRegion(
            ByteBuffer.allocateDirect(RecordDescriptor.MAX_LENGTH).order(ByteOrder.LITTLE_ENDIAN));
    private BulkFile bulk;

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
     * @throws UncheckedIOException when the disk refuses the end of the file before
     */
    public boolean time(final long nowNs) {
        final boolean isRoll = writer.time(nowNs);
        if (isRoll) {
            try {
                endBulk();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return isRoll;
    }

    /**
     * Memory for the next record, of {@link RecordDescriptor#MAX_LENGTH}.
     *
     * @return the buffer, the record to be written at 0
     */
    public UnsafeBuffer record() {
        return region.buffer();
    }

    /**
     * Sets the CRC of the record that stands in {@link #record()}, and appends it.
     *
     * @throws UncheckedIOException when the disk refuses it
     */
    public void append() {
        final int length = region.buffer().getInt(RecordDescriptor.LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
        try {
            if (bulk != null && !bulk.isPageFull()) {
                region.seal(0);
                bulk.append(region.buffer(), length);
                return;
            }
            endBulk();
            writer.record().putBytes(0, region.buffer(), 0, length);
            writer.append();
            // Storing into a mapped file tells of no full disk.
            writer.verify();
            bulk = writer.bulk();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endBulk() throws IOException {
        final BulkFile ending = bulk;
        bulk = null;
        if (ending != null) {
            ending.close();
        }
    }

    /**
     * Ends the writing.
     *
     * @throws IOException when the disk refuses it
     */
    @Override
    public void close() throws IOException {
        try (writer) {
            endBulk();
        }
    }
}
