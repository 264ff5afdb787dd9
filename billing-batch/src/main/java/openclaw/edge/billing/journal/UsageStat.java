package openclaw.edge.billing.journal;

import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;

/** Sums over usage records. Not thread-safe. */
final class UsageStat {
    private static final int INTERIM = 0;

    private final long[] outcomes = new long[Outcome.values().length + 1];
    private long records;
    private long exempt;
    private long tokens;
    private long firstSequence = Long.MAX_VALUE;
    private long lastSequence;
    private long firstNs = Long.MAX_VALUE;
    private long lastNs = Long.MIN_VALUE;

    void add(UsageRecord record) {
        records++;
        Outcome outcome = record.isFinal() ? record.outcome() : null;
        outcomes[outcome == null ? INTERIM : outcome.code()]++;
        exempt += record.isExempt() ? 1 : 0;
        tokens += record.chargedTokens();
        long sequence = record.sequence();
        firstSequence = Math.min(firstSequence, sequence);
        lastSequence = Math.max(lastSequence, sequence);
        long admittedNs = record.admittedNs();
        firstNs = Math.min(firstNs, admittedNs);
        lastNs = Math.max(lastNs, admittedNs);
    }

    void add(UsageStat other) {
        records += other.records;
        exempt += other.exempt;
        tokens += other.tokens;
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] += other.outcomes[i];
        }
        firstSequence = Math.min(firstSequence, other.firstSequence);
        lastSequence = Math.max(lastSequence, other.lastSequence);
        firstNs = Math.min(firstNs, other.firstNs);
        lastNs = Math.max(lastNs, other.lastNs);
    }

    long records() {
        return records;
    }

    /** Final records: requests that were admitted. */
    long requests() {
        return records - outcomes[INTERIM];
    }

    /** Requests that the {@code bill:} rule exempts. */
    long exempt() {
        return exempt;
    }

    long tokens() {
        return tokens;
    }

    long count(Outcome outcome) {
        return outcomes[outcome.code()];
    }

    long interims() {
        return outcomes[INTERIM];
    }

    /** 0 when there is none. */
    long firstSequence() {
        return records == 0 ? 0 : firstSequence;
    }

    long lastSequence() {
        return lastSequence;
    }

    /** Earliest admission; meaningful only with records. */
    long firstNs() {
        return firstNs;
    }

    /** Latest admission; meaningful only with records. */
    long lastNs() {
        return lastNs;
    }
}
