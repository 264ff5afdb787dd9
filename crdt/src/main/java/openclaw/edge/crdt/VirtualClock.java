package openclaw.edge.crdt;

/**
 * The time in which all buckets of one node refill: v advances by k/N of real time, k being the members now reachable
 * (oneself included) and N all members; W is the refill withheld so far, real time minus v. With nobody missing v is
 * simply time.
 *
 * <p>Limits under {@link PartitionPolicy#OPEN} count in v + W instead, which advances as real time does whoever is
 * silent; all others in v. {@link PartitionPolicy#CLOSED} limits refuse from the instant that {@link #closeFrom} says.
 *
 * <p>{@link #members}, {@link #policy(PartitionPolicy, long)} and {@link #closeFrom} are called by one thread; everything
 * else by any. A reader with a {@code nowNs} cached just before a change of k/N counts by the old pace up to its own
 * cached time, never beyond.
 */
public final class VirtualClock {

    /** Most members, reachable or not. */
    public static final int MAX_MEMBERS = 65_535;

    /** An instant that never comes. */
    public static final long NEVER_NS = Long.MAX_VALUE;

    private volatile Pace pace;

    /** A lone node's clock that stands at {@code virtualUnits}, {@code withheldUnits} at {@code nowNs}. */
    VirtualClock(final long nowNs, final long virtualUnits, final long withheldUnits) {
        this.pace = new Pace(nowNs, virtualUnits, withheldUnits, 1, 1, Stance.DEFAULT);
    }

    /** A clock like this one, but that stands at {@code virtualUnits}, {@code withheldUnits} at {@code nowNs}. */
    VirtualClock movedTo(final long virtualUnits, final long withheldUnits, final long nowNs) {
        final Pace current = pace;
        final VirtualClock moved = new VirtualClock(nowNs, virtualUnits, withheldUnits);
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
            pace = current.from(nowNs, reachable, all, current.stance);
        }
    }

    /**
     * Sets the cluster's policy, that of all limits that have none of their own. Their buckets follow at their next
     * decision, keeping what they have consumed.
     *
     * @param policy from now on.
     * @param nowNs nanoseconds since the Unix epoch.
     */
    public void policy(final PartitionPolicy policy, final long nowNs) {
        final Pace current = pace;
        if (current.stance.policy != policy) {
            final Stance stance = new Stance(policy, current.withheldUnits(nowNs), current.stance.closedFromNs);
            pace = current.from(nowNs, current.reachable, current.all, stance);
        }
    }

    /**
     * Sets from when on limits under {@link PartitionPolicy#CLOSED} refuse everything.
     *
     * @param fromNs when the longest present silence will have lasted long enough, in nanoseconds since the Unix epoch;
     *     {@link #NEVER_NS} while nobody is silent.
     */
    public void closeFrom(final long fromNs) {
        final Pace current = pace;
        if (current.stance.closedFromNs != fromNs) {
            pace = current.with(new Stance(current.stance.policy, current.stance.withheldAtChangeUnits, fromNs));
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

    /** The cluster's policy. */
    public PartitionPolicy policy() {
        return pace.stance.policy;
    }

    /** From when on {@link PartitionPolicy#CLOSED} limits refuse, or {@link #NEVER_NS}. */
    public long closedFromNs() {
        return pace.stance.closedFromNs;
    }

    /** The silence of a member that falls silent now. */
    public Silence silence(final long nowNs) {
        final Pace current = pace;
        return Silence.since(current.withheldUnits(nowNs), current.stance.policy);
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

    /** What changes by configuration or by the length of a silence, not by who is reachable. */
    static final class Stance {
        static final Stance DEFAULT = new Stance(PartitionPolicy.SHARE, 0, NEVER_NS);

        final PartitionPolicy policy;
        final long withheldAtChangeUnits;
        final long closedFromNs;

        Stance(final PartitionPolicy policy, final long withheldAtChangeUnits, final long closedFromNs) {
            this.policy = policy;
            this.withheldAtChangeUnits = withheldAtChangeUnits;
            this.closedFromNs = closedFromNs;
        }
    }

    /** v and W as linear functions of time, from an instant on. */
    static final class Pace {
        final int reachable;
        final int all;
        private final boolean open;
        private final long closedFromNs;
        private final Stance stance;
        private final long fromNs;
        private final long fromVirtualUnits;
        private final long fromWithheldUnits;

        Pace(
                final long fromNs,
                final long fromVirtualUnits,
                final long fromWithheldUnits,
                final int reachable,
                final int all,
                final Stance stance) {
            this.fromNs = fromNs;
            this.fromVirtualUnits = fromVirtualUnits;
            this.fromWithheldUnits = fromWithheldUnits;
            this.reachable = reachable;
            this.all = all;
            this.stance = stance;
            this.open = stance.policy == PartitionPolicy.OPEN;
            this.closedFromNs = stance.closedFromNs;
        }

        private Pace from(final long nowNs, final int nowReachable, final int nowAll, final Stance nowStance) {
            final long sinceNs = Math.max(nowNs, fromNs);
            return new Pace(sinceNs, virtualUnits(sinceNs), withheldUnits(sinceNs), nowReachable, nowAll, nowStance);
        }

        private Pace with(final Stance nowStance) {
            return new Pace(fromNs, fromVirtualUnits, fromWithheldUnits, reachable, all, nowStance);
        }

        boolean isComplete() {
            return reachable == all;
        }

        /** True if limits without a policy of their own are {@link PartitionPolicy#OPEN}. */
        boolean isOpen() {
            return open;
        }

        PartitionPolicy policy() {
            return stance.policy;
        }

        /** W when the cluster's policy last changed. */
        long withheldAtChangeUnits() {
            return stance.withheldAtChangeUnits;
        }

        boolean isClosed(final long nowNs) {
            return nowNs >= closedFromNs;
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

        /** Now, in the clock of a limit's word. */
        long units(final long limit, final long nowNs) {
            return LimitWord.isOpen(limit) ? openUnits(nowNs) : virtualUnits(nowNs);
        }

        /** v + W, in which {@link PartitionPolicy#OPEN} limits count. */
        long openUnits(final long nowNs) {
            return fromVirtualUnits + fromWithheldUnits + elapsedUnits(nowNs);
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
