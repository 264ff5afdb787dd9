package openclaw.edge.crdt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;

/**
 * The time in which all buckets of one node refill: v advances by k/N of real time, k being the members now reachable
 * (oneself included) and N all members; W is the refill withheld so far, real time minus v. With nobody missing v is
 * simply time.
 *
 * <p>Limits under {@link PartitionPolicy#OPEN} count in v + W instead, which advances as real time does whoever is
 * silent; all others in v. {@link PartitionPolicy#CLOSED} limits refuse from the instant that {@link #closeFrom} says.
 *
 * <p><em>Lease</em>: k is true only for as long as somebody looks. Event loops go on deciding while the thread that counts
 * k is held up, and v cannot be taken back. So k holds up to the end of the lease that {@link #renewLease} renews; after
 * it v runs at 1/N, as of this node alone, by itself, and what passes beyond counts as withheld. A lone node has none.
 *
 * <p><em>k = 0</em> is a newcomer that N does not count yet and that hears nobody: v stands still, and only what costs
 * nothing is admitted, since every share belongs to somebody else.
 *
 * <p>While a newcomer is known to some and not yet counted by all, each node gives as k the members heard of those that
 * all count, and as N these and the newcomers that are silent to it: so the shares of any two sides add up to one at
 * most, whichever of them has counted the newcomer already.
 *
 * <p>{@link #members}, {@link #policy(PartitionPolicy, long)}, {@link #closeFrom}, {@link #renewLease},
 * {@link #silence} and {@link #heard} are called by one thread; everything else by any. A reader with a {@code nowNs} cached just before a
 * change of k/N counts by the old pace up to its own cached time, never beyond.
 */
public final class VirtualClock {

    /** Most members, reachable or not. */
    public static final int MAX_MEMBERS = 65_535;

    /** An instant that never comes. */
    public static final long NEVER_NS = Long.MAX_VALUE;

    private static final VarHandle PACE;

    static {
        try {
            PACE = MethodHandles.lookup().findVarHandle(VirtualClock.class, "pace", Pace.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A lease is renewed when it gains this part of its length: every duty cycle would only make garbage. */
    private static final int LEASE_STEP_SHIFT = 6;

    private volatile Pace pace;

    /** Most silences known at once; beyond, the oldest are forgotten, which only forgives less. */
    private static final int MAX_SILENCES = 4_096;

    // Of the one thread: present silences, oldest first; when it renewed the lease last, and W then.
    private final ArrayDeque<Silence> silences = new ArrayDeque<>();
    private long renewedNs = Long.MIN_VALUE;
    private long withheldAtRenewalUnits;

    /** A lone node's clock that stands at {@code virtualUnits}, {@code withheldUnits} at {@code nowNs}. */
    VirtualClock(final long nowNs, final long virtualUnits, final long withheldUnits) {
        this.pace = new Pace(nowNs, virtualUnits, withheldUnits, HeardMembers.LONE, Stance.DEFAULT);
    }

    /** A clock like this one, but that stands at {@code virtualUnits}, {@code withheldUnits} at {@code nowNs}. */
    VirtualClock movedTo(final long virtualUnits, final long withheldUnits, final long nowNs) {
        final HeardMembers current = pace.members;
        final VirtualClock moved = new VirtualClock(nowNs, virtualUnits, withheldUnits);
        moved.members(current.heard, current.all, nowNs);
        return moved;
    }

    /**
     * Sets the pace from {@code nowNs} on. Changing nothing costs nothing. A lease that has run out stays so: k is in
     * force from its renewal.
     *
     * @param reachable k, members now reachable including this one, 1 to {@code all}; 0 of a newcomer that hears nobody.
     * @param all N, 1 to {@link #MAX_MEMBERS}.
     * @param nowNs nanoseconds since the Unix epoch.
     * @throws IllegalArgumentException if k or N is out of range.
     */
    public void members(final int reachable, final int all, final long nowNs) {
        if (reachable < 0 || reachable > all || all < 1 || all > MAX_MEMBERS) {
            throw new IllegalArgumentException("reachable=" + reachable + " of all=" + all
                    + " members, expected 0 <= reachable <= all and 1 <= all <= " + MAX_MEMBERS);
        }
        Pace current = pace(nowNs);
        while ((current.members.heard != reachable || current.all != all)
                && !set(current, current.from(nowNs, current.members.of(reachable, all), current.stance))) {
            current = pace(nowNs);
        }
    }

    /**
     * Says that k is true now and may be trusted for a while; to be called in each duty cycle, after what was found out
     * in it is set by {@link #members}. Until the first call, and with N = 1, there is no end. Cheap, and mostly without
     * allocation: a lease is not renewed for less than a 64th of its length, so it ends up to as much early.
     *
     * @param nowNs nanoseconds since the Unix epoch.
     * @param leaseNs how long k holds from {@code nowNs} on, at least 1: half of the time after which a member counts as
     *     silent.
     * @throws IllegalArgumentException if {@code leaseNs} is out of range.
     */
    public void renewLease(final long nowNs, final long leaseNs) {
        if (leaseNs < 1) {
            throw new IllegalArgumentException("leaseNs=" + leaseNs + ", expected at least 1");
        }
        Pace current = pace(nowNs);
        while (current.members.isWorthRenewing(nowNs + leaseNs, leaseNs >> LEASE_STEP_SHIFT)
                && !set(current, current.leasedUntil(nowNs + leaseNs, nowNs))) {
            current = pace(nowNs);
        }
        renewedNs = nowNs;
        withheldAtRenewalUnits = pace.withheldUnits(nowNs);
    }

    private boolean set(final Pace expected, final Pace next) {
        return PACE.compareAndSet(this, expected, next);
    }

    /** The pace of {@code nowNs}: one volatile read per decision; allocates once when a lease runs out. */
    Pace pace(final long nowNs) {
        Pace current = pace;
        while (nowNs > current.leaseUntilNs) {
            set(current, current.lapsed());
            current = pace;
        }
        return current;
    }

    /**
     * Sets the cluster's policy, that of all limits that have none of their own. Their buckets follow at their next
     * decision, keeping what they have consumed.
     *
     * @param policy from now on.
     * @param nowNs nanoseconds since the Unix epoch.
     */
    public void policy(final PartitionPolicy policy, final long nowNs) {
        Pace current = pace(nowNs);
        while (current.stance.policy != policy
                && !set(
                        current,
                        current.from(
                                nowNs,
                                current.members,
                                current.stance.changedTo(policy, current.withheldUnits(nowNs))))) {
            current = pace(nowNs);
        }
    }

    /**
     * Sets from when on limits under {@link PartitionPolicy#CLOSED} refuse everything.
     *
     * @param fromNs when the longest present silence will have lasted long enough, in nanoseconds since the Unix epoch;
     *     {@link #NEVER_NS} while nobody is silent.
     */
    public void closeFrom(final long fromNs) {
        Pace current = pace;
        while (current.stance.closedFromNs != fromNs
                && !set(current, current.with(current.stance.closedFrom(fromNs)))) {
            current = pace;
        }
    }

    /**
     * From now on every limit refuses, whatever its policy, until the process ends: what was counted is lost, so that
     * nobody knows what may still be admitted. Any thread.
     */
    public void refuseAll() {
        Pace current = pace;
        while (!current.isRefusing() && !set(current, current.with(current.stance.refusing()))) {
            current = pace;
        }
    }

    /** Whether {@link #refuseAll} was called. */
    public boolean isRefusing() {
        return pace.isRefusing();
    }

    /** k, members now reachable, this one included, whether its lease has run out or not. */
    public int reachable() {
        return pace.members.heard;
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

    /**
     * The silence of a member that counts as silent from {@code atNs} on: now, or the last renewal of the lease, which
     * is to be asked for before the next. To be ended by {@link #heard}.
     *
     * @param atNs nanoseconds since the Unix epoch; not before the last {@link #renewLease}, else as of that.
     */
    public Silence silence(final long atNs) {
        final Pace current = pace(atNs);
        // Not by the pace of now: it may begin later, when the lease ran out.
        return begin(Silence.since(
                atNs <= renewedNs ? withheldAtRenewalUnits : current.withheldUnits(atNs), current.stance.policy));
    }

    /** Takes note of a silence. */
    Silence begin(final Silence silence) {
        if (silences.size() == MAX_SILENCES) {
            silences.removeFirst();
        }
        silences.addLast(silence);
        return silence;
    }

    /**
     * Ends a silence: all that its member announced when it was heard again has been joined. As long as a silence has not
     * ended, what was withheld since is kept for it from those that fell silent later.
     *
     * @param silence from {@link #silence} or {@link BucketTable#downtime}; any other changes nothing.
     */
    public void heard(final Silence silence) {
        silences.removeIf(each -> each == silence);
    }

    /** Silences that have not ended. For the one thread. */
    public int silences() {
        return silences.size();
    }

    /** The smallest W at which a present silence began, other than the one given; the largest value if none. */
    long oldestOther(final Silence silence) {
        long oldestUnits = Long.MAX_VALUE;
        for (final Silence each : silences) {
            oldestUnits = each == silence ? oldestUnits : Math.min(oldestUnits, each.withheldUnits());
        }
        return oldestUnits;
    }

    /** v in units of 1/16 ns since the table's epoch. */
    public long virtualUnits(final long nowNs) {
        return pace(nowNs).virtualUnits(nowNs);
    }

    /** W, the refill withheld so far, in units of 1/16 ns. */
    public long withheldUnits(final long nowNs) {
        return pace(nowNs).withheldUnits(nowNs);
    }

    /** v and W as linear functions of time, from an instant on. */
    static final class Pace {
        private static final int WHOLE_PRESSURE_SHIFT = 5;

        final int reachable;
        final int all;

        /**
         * By so many bits less than a bucket's capacity is unsent growth that is urgent: of N nodes that are asked at once
         * each is then short of what all the others have admitted so far; together that is 1/32 of the capacity.
         */
        final int pressureShift;

        final long leaseUntilNs;
        final HeardMembers members;
        private final int policyVersions;
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
                final HeardMembers members,
                final Stance stance) {
            this.fromNs = fromNs;
            this.fromVirtualUnits = fromVirtualUnits;
            this.fromWithheldUnits = fromWithheldUnits;
            this.members = members;
            this.reachable = members.reachable();
            this.all = members.all;
            this.pressureShift =
                    WHOLE_PRESSURE_SHIFT + Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, all - 1));
            this.leaseUntilNs = members.leaseUntilNs;
            this.stance = stance;
            this.policyVersions = stance.versions;
            this.open = stance.policy == PartitionPolicy.OPEN;
            this.closedFromNs = stance.isRefusing ? Long.MIN_VALUE : stance.closedFromNs;
        }

        private Pace from(final long nowNs, final HeardMembers nowMembers, final Stance nowStance) {
            final long sinceNs = Math.max(nowNs, fromNs);
            return new Pace(sinceNs, virtualUnits(sinceNs), withheldUnits(sinceNs), nowMembers, nowStance);
        }

        private Pace with(final Stance nowStance) {
            return new Pace(fromNs, fromVirtualUnits, fromWithheldUnits, members, nowStance);
        }

        private Pace lapsed() {
            return from(leaseUntilNs, new HeardMembers(members.heard, all, NEVER_NS, true), stance);
        }

        private Pace leasedUntil(final long untilNs, final long nowNs) {
            final HeardMembers leased = new HeardMembers(members.heard, all, untilNs, false);
            return members.isLapsed
                    ? from(nowNs, leased, stance)
                    : new Pace(fromNs, fromVirtualUnits, fromWithheldUnits, leased, stance);
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

        /** See {@link Stance#versions}. */
        int policyVersions() {
            return policyVersions;
        }

        /** W when the cluster's policy last changed. */
        long withheldAtChangeUnits() {
            return stance.withheldAtChangeUnits;
        }

        /** True if every limit refuses. */
        boolean isRefusing() {
            return stance.isRefusing;
        }

        /** True if limits under {@link PartitionPolicy#CLOSED} refuse, or all of them. */
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

        /**
         * Of a full bucket, what k of N may not use: (1 - k/N) of it; but one token is always usable, unless k = 0.
         */
        static long floorUnits(final long capacityUnits, final long unitsPerToken, final int reachable, final int all) {
            if (reachable == all) {
                return 0;
            }
            return reachable == 0
                    ? capacityUnits
                    : capacityUnits - Math.max(unitsPerToken, VirtualTime.scale(capacityUnits, reachable, all));
        }

        private long elapsedUnits(final long nowNs) {
            return Math.max(0, nowNs - fromNs) << VirtualTime.UNITS_SHIFT;
        }
    }
}
