package openclaw.edge.crdt;

/**
 * One replicated bucket of one node in floating point: level in tokens instead of virtual time, the rules written as
 * rates. What the integer arithmetic of slots is compared with, within rounding.
 */
final class FloatBucket {

    private final double capacity;
    private final double perSecond;
    private final int all;
    private int reachable;
    private double level;
    private double withheldSeconds;
    private double usedSeconds;
    private double atSeconds;

    FloatBucket(final double capacity, final double perSecond, final int all, final double atSeconds) {
        this.capacity = capacity;
        this.perSecond = perSecond;
        this.all = all;
        this.reachable = all;
        this.level = capacity;
        this.atSeconds = atSeconds;
    }

    /** Refill at k/N; the rest is withheld. */
    void passTo(final double seconds) {
        final double passed = seconds - atSeconds;
        final double fraction = (double) reachable / all;
        level = Math.min(capacity, level + passed * perSecond * fraction);
        withheldSeconds += passed * (1 - fraction);
        atSeconds = seconds;
    }

    void members(final int nowReachable) {
        reachable = nowReachable;
    }

    double withheldSeconds() {
        return withheldSeconds;
    }

    double level() {
        return level;
    }

    /** What may be taken now: k/N of the capacity at most, but one token at least if it is there. */
    double usable() {
        return Math.min(level, Math.max(Math.min(1, capacity), capacity * reachable / all));
    }

    void take(final long tokens) {
        if (tokens > 0) {
            level = usable() - tokens;
        }
    }

    void credit(final long tokens) {
        level = Math.max(level, Math.min(capacity, level + tokens));
    }

    /** Growth of another's counter: of one silent since {@code sinceWithheld}, withheld refill pays first. */
    void grow(final long tokens, final boolean silent, final double sinceWithheld) {
        double rest = tokens;
        if (silent) {
            final double from = Math.max(usedSeconds, sinceWithheld);
            final double forgiven = Math.max(0, Math.min((double) tokens, perSecond * (withheldSeconds - from)));
            if (forgiven > 0) {
                usedSeconds = from + forgiven / perSecond;
                rest -= forgiven;
            }
        }
        level = Math.max(level - rest, Math.min(level, -(all - 1) * capacity));
    }
}
