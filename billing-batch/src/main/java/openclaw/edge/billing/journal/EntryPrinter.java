package openclaw.edge.billing.journal;

import java.io.PrintWriter;
import java.nio.file.Path;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.record.UsageRecord;

/** Prints usage records for other commands as {@code journal cat} does. Not thread-safe. */
public final class EntryPrinter {
    private final RunningSums sums = new RunningSums();
    private final Lines lines;
    private final RecordPrinter printer;

    /**
     * A printer that has printed nothing.
     *
     * @param isJson JSON, an object a line, instead of a table
     * @param names spellings, which may become known while records are printed
     */
    public EntryPrinter(PrintWriter out, boolean isJson, NameDictionary names) {
        this.lines = new Lines(out);
        this.printer = isJson ? new JsonRecords(lines, names, sums) : new TableRecords(lines, names, sums);
        printer.head();
    }

    /** What was printed comes to. */
    public RunningSums sums() {
        return sums;
    }

    /** Prints a record, with what it and those before it come to. */
    public void print(UsageRecord record, String node, Path file, long positionBytes) {
        sums.add(record);
        printer.usage(record, node, file, positionBytes);
    }

    /** Hands on what is still held. */
    public void flush() {
        lines.flush();
    }
}
