package openclaw.edge.crdt;

/**
 * The time in which all buckets of one node refill: v advances by k/N of real time, k being the members now reachable
 * (oneself included) and N all members; W is the refill withheld so far, real time minus v. With nobody missing v is
 * simply time.
 *
 * <p>{@link #members} is called by one thread; everything else by any. A reader with a {@code nowNs} cached just before
 * a change of k/N counts by the old pace up to its own cached time, never beyond.
 */
public final class VirtualClock {

    /** Most members, reachable or not. */
    public static final int MAX_MEMBERS = 65_535;

    private volatile Pace pace;

    /** A lone node's clock that stands at {@code virtualUnits}, {@code withheldUnits} at {@code nowNs}. */
    VirtualClock(final long nowNs, final long virtualUnits, final long withheldUnits) {
        this.pace = new Pace(nowNs, virtualUnits, withheldUnits, 1, 1);
    }

    /** A clock like this one, but that stands at {@code virtualUnits} at {@code nowNs}. */
    VirtualClock withVirtualUnits(final long virtualUnits, final long nowNs) {
        final Pace current = pace;
        final VirtualClock moved = new VirtualClock(nowNs, virtualUnits, current.withheldUnits(nowNs));
        moved.members(current.reachable, current.all, nowNs);
        return moved;
    }

    /**
     * Sets the pace from {@code nowNs} on. Changing nothing costs nothing.
     *
     * @param reachable k, members now reachable including this one, 1 to {@code all}.
     * @param all N, 1 to {@link #MAX_MEMBERS}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @throws IllegalArgumentException if k or N is out of range.
     */
    public void members(final int reachable, final int all, final long nowNs) {
        if (reachable < 1 || reachable > all || all > MAX_MEMBERS) {
            throw new IllegalArgumentException("reachable=" + reachable + " of all=" + all
                    + " members, expected 1 <= reachable <= all <= " + MAX_MEMBERS);
        }
        final Pace current = pace;
        if (current.reachable != reachable || current.all != all) {
            final long fromNs = Math.max(nowNs, current.fromNs);
            pace = new Pace(fromNs, current.virtualUnits(fromNs), current.withheldUnits(fromNs), reachable, all);
        }
    }

    /** k, members now reachable, this one included. */
    public int reachable() {
        return pace.reachable;
    }

    /** N, all members. */
    public int all() {
        return pace.all;
    }

    /** v in units of 1/16 ns since the table's epoch. */
    public long virtualUnits(final long nowNs) {
        return pace.virtualUnits(nowNs);
    }

    /** W, the refill withheld so far, in units of 1/16 ns. */
    public long withheldUnits(final long nowNs) {
        return pace.withheldUnits(nowNs);
    }

    /** The present pace: one volatile read per decision. */
    Pace pace() {
        return pace;
    }

    /** v and W as linear functions of time, from an instant on. */
    static final class Pace {
        final int reachable;
        final int all;
        private final long fromNs;
        private final long fromVirtualUnits;
        private final long fromWithheldUnits;

        Pace(
                final long fromNs,
                final long fromVirtualUnits,
                final long fromWithheldUnits,
                final int reachable,
                final int all) {
            this.fromNs = fromNs;
            this.fromVirtualUnits = fromVirtualUnits;
            this.fromWithheldUnits = fromWithheldUnits;
            this.reachable = reachable;
            this.all = all;
        }

        boolean isComplete() {
            return reachable == all;
        }

        long virtualUnits(final long nowNs) {
            final long elapsedUnits = elapsedUnits(nowNs);
            return fromVirtualUnits
                    + (reachable == all ? elapsedUnits : VirtualTime.scale(elapsedUnits, reachable, all));
        }

        long withheldUnits(final long nowNs) {
            final long elapsedUnits = elapsedUnits(nowNs);
            return fromWithheldUnits
                    + (reachable == all ? 0 : elapsedUnits - VirtualTime.scale(elapsedUnits, reachable, all));
        }

        /** See {@link #floorUnits(long, long, int, int)}. */
        long floorUnits(final long capacityUnits, final long unitsPerToken) {
            return floorUnits(capacityUnits, unitsPerToken, reachable, all);
        }

        /** Of a full bucket, what k of N may not use: (1 - k/N) of it; but one token is always usable. */
        static long floorUnits(final long capacityUnits, final long unitsPerToken, final int reachable, final int all) {
            return reachable == all
                    ? 0
                    : capacityUnits - Math.max(unitsPerToken, VirtualTime.scale(capacityUnits, reachable, all));
        }

        private long elapsedUnits(final long nowNs) {
            return Math.max(0, nowNs - fromNs) << VirtualTime.UNITS_SHIFT;
        }
    }
}
