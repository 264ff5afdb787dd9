package openclaw.edge.ledger.read;

import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;

/**
 * Takes the records of a journal in the order of its files. Flyweights are valid during the call only. Usage comes exactly
 * once for each identity; control records come as often as they stand there.
 */
@FunctionalInterface
public interface JournalVisitor {
    /**
     * A usage record met for the first time. Its names may be defined only later, by another file; resolve them when the
     * reading is done.
     *
     * @param record valid during the call
     */
    void onUsage(UsageRecord record);

    /**
     * A life begins.
     *
     * @param record valid during the call
     */
    default void onOpen(final OpenRecord record) {}

    /**
     * A life has ended.
     *
     * @param record valid during the call
     */
    default void onClose(final CloseRecord record) {}

    /**
     * A life speaks of itself.
     *
     * @param record valid during the call
     */
    default void onTick(final TickRecord record) {}

    /**
     * A catalog version came into force.
     *
     * @param record valid during the call
     */
    default void onCatalog(final CatalogRecord record) {}

    /**
     * Sequences are gone for good.
     *
     * @param record valid during the call
     */
    default void onVoid(final VoidRecord record) {}

    /**
     * Responses were served without records; totals so far, see {@link ReadReport#losses()} for the last word.
     *
     * @param record valid during the call
     */
    default void onLoss(final LossRecord record) {}
}
