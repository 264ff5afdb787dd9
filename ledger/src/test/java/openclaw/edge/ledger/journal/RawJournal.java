package openclaw.edge.ledger.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.NameKind;
import org.agrona.concurrent.UnsafeBuffer;

/** Appends any record to a journal by the real writer, also such as no ledger would. */
public final class RawJournal implements AutoCloseable {
    private final JournalWriter writer;

    public RawJournal(final Path directory, final Life life, final long nowNs) {
        writer = new JournalWriter(directory, life, nowNs, null);
    }

    /** Id of a name, defined in the file. */
    public long name(final NameKind kind, final String text) {
        return writer.define(kind, text);
    }

    /** Appends what is written at the buffer's beginning; its CRC is set. */
    public void append(final Consumer<UnsafeBuffer> write) throws IOException {
        write.accept(writer.record());
        writer.append();
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
