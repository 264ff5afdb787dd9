package openclaw.edge.sync;

import openclaw.edge.crdt.AgentFinder;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Buckets;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.ReservedBucket;

/**
 * The decision, from an agent's name to the answer: finds the buckets that guard a request and asks them, all or none.
 * The one path of event loops and of embedded limiters: a proxy has one for each event loop; an {@link EdgeLimiter} has
 * some for any number of threads, and beside them what a proxy has elsewhere, tables, clock, a thread for gossip.
 *
 * <p>Members that hear only some of the others refill together at k/N, which the tables' clock sees to. An embedded limiter
 * is none of N and has no such share of its own: while it hears nobody, its {@link FallBack} has strict buckets, 1/N of
 * every limit and empty at first, that must admit as well.
 *
 * <p>For one thread at a time; any number over the same tables. No allocation, no locks, no clock: time is passed in.
 */
public final class Decider {

    private final BucketTable table;
    private final Buckets buckets;
    private final AgentFinder finder;
    private final FallBack fallBack;
    private final LimitSet strictSet = new LimitSet();
    private StrictBuckets strict;
    private Buckets strictBuckets;
    private AgentFinder strictFinder;
    private int refusedBy;

    /**
     * Decisions of a member over its tables.
     *
     * @param table of the buckets.
     * @param quotas rows of quotas.
     */
    public Decider(final BucketTable table, final QuotaTable quotas) {
        this(table, quotas, null);
    }

    /**
     * Decisions with a fall-back.
     *
     * @param table of the buckets.
     * @param quotas rows of quotas.
     * @param fallBack what else decides while no member is heard, or null.
     */
    Decider(final BucketTable table, final QuotaTable quotas, final FallBack fallBack) {
        this.table = table;
        this.buckets = new Buckets(table, quotas);
        this.finder = new AgentFinder(table);
        this.fallBack = fallBack;
    }

    /** The buckets that are asked; for what they count, and to refund or settle a set. */
    public Buckets buckets() {
        return buckets;
    }

    /**
     * Asks every limit for the request's tokens: all are debited or none is.
     *
     * @param limits that guard it.
     * @param agent holds the agent's name; not looked at if no limit is per agent.
     * @param offset of its first byte.
     * @param lengthBytes of the name; 0 is a name like any other.
     * @param tokens cost, 0 to {@link Buckets#MAX_TOKENS}.
     * @param set filled with the limits, and what each has left.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return see {@link Decision}; which limit refused, {@link #refusedBy()} tells.
     */
    public long decide(
            final RequestLimits limits,
            final byte[] agent,
            final int offset,
            final int lengthBytes,
            final long tokens,
            final LimitSet set,
            final long nowNs) {
        gather(finder, limits, agent, offset, lengthBytes, set, nowNs);
        return fallsBack(agent, offset, lengthBytes, nowNs)
                ? decideStrictly(set, tokens, nowNs)
                : said(buckets.tryAdmit(set, tokens, nowNs));
    }

    /** As {@link #decide}, but debits and counts nothing; the set tells what each limit has left before the tokens. */
    long probe(
            final RequestLimits limits,
            final byte[] agent,
            final int offset,
            final int lengthBytes,
            final long tokens,
            final LimitSet set,
            final long nowNs) {
        gather(finder, limits, agent, offset, lengthBytes, set, nowNs);
        final long decision = said(buckets.peek(set, tokens, nowNs));
        if (!fallsBack(agent, offset, lengthBytes, nowNs)) {
            return decision;
        }
        final long strictly = strictBuckets.peek(strictSet, tokens, nowNs);
        return Decision.isAdmitted(decision) ? saidStrictly(strictly) : decision;
    }

    /** Debits tokens without asking, below zero if need be. */
    void debit(
            final RequestLimits limits,
            final byte[] agent,
            final int offset,
            final int lengthBytes,
            final long tokens,
            final LimitSet set,
            final long nowNs) {
        gather(finder, limits, agent, offset, lengthBytes, set, nowNs);
        // Takes all buckets to the present pace of their limits first, and finds what was reclaimed meanwhile.
        buckets.peek(set, 0, nowNs);
        buckets.settle(set, tokens, nowNs);
        if (fallsBack(agent, offset, lengthBytes, nowNs)) {
            strictBuckets.peek(strictSet, 0, nowNs);
            strictBuckets.settle(strictSet, tokens, nowNs);
        }
    }

    /** Gives tokens back, at most what was consumed here; see {@link Buckets#giveBack}. */
    void giveBack(
            final RequestLimits limits,
            final byte[] agent,
            final int offset,
            final int lengthBytes,
            final long tokens,
            final LimitSet set,
            final long nowNs) {
        gather(finder, limits, agent, offset, lengthBytes, set, nowNs);
        buckets.peek(set, 0, nowNs);
        buckets.giveBack(set, tokens, nowNs);
        if (fallsBack(agent, offset, lengthBytes, nowNs)) {
            strictBuckets.giveBack(strictSet, tokens, nowNs);
        }
    }

    /** Place of the limit that refused last. */
    int refusedBy() {
        return refusedBy;
    }

    /** What the limit with least has left after the last decision on the set, in tokens; that of no limits is 0. */
    long remaining(final LimitSet set) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < set.size(); i++) {
            least = Math.min(least, set.remaining(i));
        }
        for (int i = 0; strict != null && i < strictSet.size(); i++) {
            least = Math.min(least, strictSet.remaining(i));
        }
        return least;
    }

    private void gather(
            final AgentFinder from,
            final RequestLimits limits,
            final byte[] agent,
            final int offset,
            final int lengthBytes,
            final LimitSet set,
            final long nowNs) {
        set.clear();
        final int size = limits.size();
        for (int i = 0; i < size; i++) {
            final ReservedBucket bucket = limits.bucket(i);
            if (bucket != null) {
                set.add(bucket);
            } else {
                from.findOrCreate(set, limits.agents(i), agent, offset, lengthBytes, nowNs);
            }
        }
        final QuotaRow quota = limits.quota();
        if (quota != null) {
            set.add(quota);
        }
    }

    private long said(final long decision) {
        refusedBy = Decision.limitIndex(decision);
        return decision;
    }

    private long saidStrictly(final long decision) {
        refusedBy = Decision.isAdmitted(decision) ? 0 : strict.placeOf(Decision.limitIndex(decision));
        return decision;
    }

    /** True if no member is heard, and not everything refused: then the strict buckets are gathered. */
    private boolean fallsBack(final byte[] agent, final int offset, final int lengthBytes, final long nowNs) {
        if (fallBack == null) {
            return false;
        }
        final StrictBuckets present = fallBack.strict();
        if (present != strict) {
            strict = present;
            strictBuckets = present == null ? null : present.newBuckets();
            strictFinder = present == null ? null : new AgentFinder(present.table());
        }
        if (present == null || table.clock().isRefusing()) {
            return false;
        }
        gather(strictFinder, present.limits(), agent, offset, lengthBytes, strictSet, nowNs);
        return true;
    }

    /** The strict buckets and the cluster's as it was last heard must both admit, and both are debited. */
    private long decideStrictly(final LimitSet set, final long tokens, final long nowNs) {
        final long strictly = strictBuckets.tryAdmit(strictSet, tokens, nowNs);
        if (!Decision.isAdmitted(strictly)) {
            buckets.peek(set, 0, nowNs);
            return saidStrictly(strictly);
        }
        final long decision = said(buckets.tryAdmit(set, tokens, nowNs));
        if (!Decision.isAdmitted(decision)) {
            strictBuckets.refund(strictSet, tokens, nowNs);
        }
        return decision;
    }
}
