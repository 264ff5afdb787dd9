package openclaw.edge.proxy;

import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.lane.Durability;

/**
 * A node without a journal, for measuring what the journal costs: {@code -Dopenclaw.edge.journal=discard-every-record}. No
 * configuration says it, so none does by accident; the node warns at its start, {@code /health/ready} says it, and
 * {@code openclaw_journal_healthy} is 0.
 */
final class JournalAbsence {
    static final String PROPERTY = "openclaw.edge.journal";
    static final String VALUE = "discard-every-record";

    private JournalAbsence() {}

    /**
     * What the ledger is opened with.
     *
     * @param config as the node's configuration says
     * @return the same, or one that discards
     * @throws StartException when the property has another value, or the configuration asks for more than a measurement can have
     */
    static LedgerConfig of(final LedgerConfig config) {
        final String value = System.getProperty(PROPERTY);
        if (value == null) {
            return config;
        }
        if (!value.equals(VALUE)) {
            throw new StartException("-D" + PROPERTY + "=" + value + ": expected " + VALUE
                    + ", which is for measurement only, or no such property");
        }
        if (config.durability() == Durability.POWER) {
            throw new StartException(
                    "-D" + PROPERTY + "=" + VALUE
                            + " and journal.durability: power: expected only one of them, a node that discards makes nothing durable");
        }
        return config.discarding();
    }
}
