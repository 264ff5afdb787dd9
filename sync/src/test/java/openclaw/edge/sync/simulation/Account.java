package openclaw.edge.sync.simulation;

import java.util.Arrays;

/**
 * The truth about one tenant's bucket, which no node of the cluster sees whole: everything that was admitted anywhere,
 * less what was refunded, and how much of it each node had joined at any time. From it follow
 *
 * <ul>
 *   <li>the <em>excess</em>: the largest, over all windows of time, of what was admitted within less R * T;
 *   <li><em>U</em>: tokens consumed that some node had not joined, the largest at any instant so far;
 *   <li><em>S</em>: settled above what had been admitted.
 * </ul>
 */
final class Account {

    private final long unitsPerToken;
    private final long capacityTokens;

    private long windowUnits;
    private long wholeWindowUnits;
    private long excessUnits;
    private long lastNs;
    private boolean whole = true;
    private long admittedTokens;
    private long refundedTokens;
    private long settledTokens;
    private long unjoinedTokens;
    private long deniedRequests;
    private long presentlyUnjoinedTokens;
    private long[] admittedBySecond = new long[64];
    private long[] deniedBySecond = new long[64];

    private int incarnations;
    private long[] consumed = new long[8];
    private long[] refunded = new long[8];
    private final long[][] joined;
    private final boolean[] counts;

    /** By node: which incarnations it has met, and what those had consumed that it met in the present window. */
    private final boolean[][] met;

    private final long[] metTokens;

    Account(final TenantPlan plan, final int nodes) {
        this.unitsPerToken = plan.spec(1).unitsPerToken();
        this.capacityTokens = plan.capacityTokens();
        this.joined = new long[nodes][8];
        this.counts = new boolean[nodes];
        this.met = new boolean[nodes][8];
        this.metTokens = new long[nodes];
    }

    void admitted(final int incarnation, final long tokens, final long atNs) {
        ensure(incarnation);
        consumed[incarnation] += tokens;
        admittedTokens += tokens;
        admittedBySecond = add(admittedBySecond, atNs, tokens);
        count(tokens, atNs);
    }

    void refunded(final int incarnation, final long tokens, final long atNs) {
        ensure(incarnation);
        refunded[incarnation] += tokens;
        refundedTokens += tokens;
        count(-tokens, atNs);
    }

    void settledAbove(final int incarnation, final long tokens, final long atNs) {
        settledTokens += tokens;
        admitted(incarnation, tokens, atNs);
    }

    void denied(final long atNs) {
        deniedRequests++;
        deniedBySecond = add(deniedBySecond, atNs, 1);
    }

    private static long[] add(final long[] bySecond, final long atNs, final long tokens) {
        final int second = (int) (atNs / World.SECOND);
        final long[] longEnough =
                second < bySecond.length ? bySecond : Arrays.copyOf(bySecond, 2 * Math.max(second, bySecond.length));
        longEnough[second] += tokens;
        return longEnough;
    }

    /** Tokens admitted from one second of the simulation until another. */
    long admittedBetween(final int fromSecond, final int toSecond) {
        return Arrays.stream(Arrays.copyOf(admittedBySecond, toSecond), fromSecond, toSecond)
                .sum();
    }

    /** Requests denied from one second of the simulation until another. */
    long deniedBetween(final int fromSecond, final int toSecond) {
        return Arrays.stream(Arrays.copyOf(deniedBySecond, toSecond), fromSecond, toSecond)
                .sum();
    }

    /** U as it is now. */
    long presentlyUnjoinedTokens() {
        measureUnjoined();
        return presentlyUnjoinedTokens;
    }

    private void count(final long tokens, final long atNs) {
        final long passedUnits = (atNs - lastNs) << 4;
        lastNs = atNs;
        windowUnits = Math.max(0, windowUnits - passedUnits) + tokens * unitsPerToken;
        final long since = wholeWindowUnits - passedUnits;
        if (whole && since <= 0) {
            Arrays.fill(metTokens, 0);
        }
        wholeWindowUnits = (whole ? Math.max(0, since) : since) + tokens * unitsPerToken;
        excessUnits = Math.max(excessUnits, windowUnits);
        measureUnjoined();
    }

    /** What a node's row says of an incarnation: net of refunds. */
    void joined(final int node, final int incarnation, final long netTokens) {
        ensure(incarnation);
        if (!met[node][incarnation]) {
            met[node][incarnation] = true;
            metTokens[node] += netTokens == Long.MAX_VALUE ? 0 : Math.max(0, netTokens);
        }
        joined[node][incarnation] = netTokens;
    }

    /** A node that cannot admit does not count for U. */
    void counts(final int node, final boolean admits) {
        counts[node] = admits;
        if (!admits) {
            Arrays.fill(joined[node], 0);
        }
    }

    void measureUnjoined() {
        long unjoined = 0;
        for (int incarnation = 0; incarnation < incarnations; incarnation++) {
            final long net = consumed[incarnation] - refunded[incarnation];
            long least = net;
            for (int node = 0; node < counts.length; node++) {
                if (counts[node]) {
                    least = Math.min(least, joined[node][incarnation]);
                }
            }
            unjoined += net - least;
        }
        presentlyUnjoinedTokens = unjoined;
        unjoinedTokens = Math.max(unjoinedTokens, unjoined);
    }

    private void ensure(final int incarnation) {
        incarnations = Math.max(incarnations, incarnation + 1);
        if (incarnation >= consumed.length) {
            final int length = 2 * incarnation;
            consumed = Arrays.copyOf(consumed, length);
            refunded = Arrays.copyOf(refunded, length);
            for (int node = 0; node < joined.length; node++) {
                joined[node] = Arrays.copyOf(joined[node], length);
                met[node] = Arrays.copyOf(met[node], length);
            }
        }
    }

    long consumedTokens(final int incarnation) {
        return incarnation < consumed.length ? consumed[incarnation] : 0;
    }

    long refundedTokens(final int incarnation) {
        return incarnation < refunded.length ? refunded[incarnation] : 0;
    }

    /** What a node has joined of an incarnation, net of refunds. */
    long joinedTokens(final int node, final int incarnation) {
        return incarnation < joined[node].length ? joined[node][incarnation] : 0;
    }

    long netTokens() {
        return admittedTokens - refundedTokens;
    }

    long deniedRequests() {
        return deniedRequests;
    }

    /** The largest excess so far, in tokens, rounded down. */
    long excessTokens() {
        return excessUnits / unitsPerToken;
    }

    long unjoinedTokens() {
        return unjoinedTokens;
    }

    long settledTokens() {
        return settledTokens;
    }

    /** From now on somebody is silent somewhere, or nobody anywhere. */
    void whole(final boolean isWhole) {
        whole = isWhole;
    }

    /**
     * The same bound, but sharper: for windows that begin when nobody was silent, and with U as the node that admits now
     * has it, since what it knows it has debited. What silence withheld cannot come from before such a window.
     */
    long overWholeBoundTokens(final int node, final long forgivenTokens) {
        long unjoined = 0;
        for (int incarnation = 0; incarnation < incarnations; incarnation++) {
            final long net = consumed[incarnation] - refunded[incarnation];
            unjoined += Math.max(0, net - joined[node][incarnation]);
        }
        return wholeWindowUnits / unitsPerToken - capacityTokens - unjoined - settledTokens - forgivenTokens;
    }

    /**
     * What incarnations had consumed that a node met since the window of the sharper bound began: no more than that can be
     * in it without having been debited at that node. Who takes a new incarnation while it is given up is a stranger when
     * it is back: of what it says first only its deficit counts.
     */
    long metTokens(final int node) {
        return metTokens[node];
    }

    /** By how much the excess is above what is guaranteed, in tokens; 0 or less if it holds. */
    long overBoundTokens(final long forgivenTokens) {
        return excessTokens() - capacityTokens - unjoinedTokens - settledTokens - forgivenTokens;
    }
}
