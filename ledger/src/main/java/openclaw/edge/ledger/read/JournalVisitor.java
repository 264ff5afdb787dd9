package openclaw.edge.ledger.read;

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

/**
 * Takes the records of a journal in the order of its files. Flyweights are valid during the call only. Usage comes exactly
 * once for each identity; control records come as often as they stand there. A visitor is called by one thread.
 */
@FunctionalInterface
public interface JournalVisitor {
    /** Looks at nothing: for the report alone. */
    JournalVisitor NONE = record -> {};

    /**
     * A usage record met for the first time. Its names may be defined only later, by another file; resolve them when the
     * reading is done.
     *
     * @param record valid during the call
     */
    void onUsage(UsageRecord record);

    /**
     * Usage records of one lane met for the first time. Passes each to {@link #onUsage(UsageRecord)} unless overridden.
     *
     * @param batch valid during the call
     */
    default void onUsages(final UsageBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            onUsage(batch.get(i));
        }
    }

    /**
     * All is visited anew: records of one identity contradict each other, and another one counts than was visited. A visitor
     * that forgets what it has seen and answers true gets the same records whatever the order of files: of records that
     * contradict each other the one with the lowest CRC, unsigned. Otherwise the one visited counts.
     *
     * @return whether the visitor has forgotten everything; false unless overridden
     */
    default boolean restart() {
        return false;
    }

    /**
     * An id is spelled out.
     *
     * @param record valid during the call
     */
    default void onName(final NameRecord record) {}

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

    /**
     * Usage records were deleted with their file, after every registered reader had committed them.
     *
     * @param record valid during the call
     */
    default void onDeleted(final DeletedRecord record) {}

    /**
     * A file of a journal was deleted.
     *
     * @param record valid during the call
     */
    default void onDeletedFile(final DeletedFileRecord record) {}
}
