package openclaw.edge.billing.journal;

import java.nio.file.Path;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;

/** Prints records, a line for each. Not thread-safe. */
interface RecordPrinter {
    /** Before the first record: column heads, where there are columns. */
    void head();

    /**
     * A usage record.
     *
     * @param node that wrote it, or "" when no record said so
     * @param file that holds it
     * @param positionBytes of its document there
     */
    void usage(UsageRecord record, String node, Path file, long positionBytes);

    void open(OpenRecord record);

    void close(CloseRecord record);

    void tick(TickRecord record);

    void catalog(CatalogRecord record);

    void gone(VoidRecord record);

    void loss(LossRecord record);

    void name(NameRecord record);

    void deleted(DeletedRecord record);

    void deletedFile(DeletedFileRecord record);
}
