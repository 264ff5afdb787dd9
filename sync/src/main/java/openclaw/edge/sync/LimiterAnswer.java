package openclaw.edge.sync;

import java.util.concurrent.TimeUnit;
import openclaw.edge.crdt.Decision;

/**
 * What an {@link EdgeLimiter} said. Filled by the call that it is given to, so that one, kept by its thread, serves any
 * number of calls without allocation. For one thread at a time.
 */
public final class LimiterAnswer {

    /** What {@link #waitNs} says when no wait helps. */
    public static final long NEVER_NS = Long.MAX_VALUE;

    private boolean isAdmitted;
    private long remainingTokens;
    private long waitNs;
    private String limit;
    private int reason;

    /** An answer that says nothing yet. */
    public LimiterAnswer() {}

    void set(final long decision, final long remaining, final String refusedBy) {
        isAdmitted = Decision.isAdmitted(decision);
        remainingTokens = remaining;
        reason = isAdmitted ? Decision.REASON_NONE : Decision.reason(decision);
        limit = isAdmitted ? null : refusedBy;
        final long wait = isAdmitted ? 0 : Decision.waitNs(decision);
        waitNs = wait == Decision.NEVER_NS ? NEVER_NS : wait;
    }

    /** Refused, and no wait helps: what the limiter had counted is lost. */
    void setLost(final String refusedBy) {
        set(Decision.lost(), 0, refusedBy);
    }

    /** True if every limit admitted, or would. */
    public boolean isAdmitted() {
        return isAdmitted;
    }

    /** Tokens that the limit with the least has left, at least 0: after what was consumed, if anything was. */
    public long remainingTokens() {
        return remainingTokens;
    }

    /**
     * Nanoseconds until the limit that refused will have the tokens, if nobody else takes any; 0 if admitted,
     * {@link #NEVER_NS} if they are more than its capacity, or what was counted is lost.
     */
    public long waitNs() {
        return waitNs;
    }

    /** Name of the limit that refused, the first in the order of debit; null if none did. */
    public String limit() {
        return limit;
    }

    /** Why, one of the {@code REASON_} constants of {@link Decision}. */
    public int reason() {
        return reason;
    }

    @Override
    public String toString() {
        if (isAdmitted) {
            return "admitted, " + remainingTokens + " tokens remain";
        }
        return "refused by limit '" + limit + "', " + remainingTokens + " tokens remain, wait "
                + (waitNs == NEVER_NS
                        ? "does not help"
                        : "at least " + (TimeUnit.NANOSECONDS.toMillis(waitNs - 1) + 1) + " ms");
    }
}
