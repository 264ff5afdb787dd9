package openclaw.edge.billing.journal;

import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.ledger.record.UsageRecord;

/** What the entries printed so far come to. Not thread-safe. */
public final class RunningSums {
    private long entries;
    private long requests;
    private long tokens;

    /** Adds an entry: its charged tokens, and a request if it ends one that is billed. */
    void add(UsageRecord record) {
        long charged = record.chargedTokens();
        entries++;
        requests += record.isFinal() && UsageAggregator.isBilled(record, charged, false) ? 1 : 0;
        tokens += charged;
    }

    /** Entries so far. */
    public long entries() {
        return entries;
    }

    /** Billed requests so far; of a tenant with {@code bill: admitted} as its nodes have marked them. */
    public long requests() {
        return requests;
    }

    /** Charged tokens so far. */
    public long tokens() {
        return tokens;
    }
}
