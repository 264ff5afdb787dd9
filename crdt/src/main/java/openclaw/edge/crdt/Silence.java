package openclaw.edge.crdt;

/**
 * What a member's growth is settled by: that it is heard, or since when it was not. Immutable, one object for each
 * silence; made when a member falls silent, kept until all that it announced when it was heard again has been joined, and
 * then given to {@link VirtualClock#heard}.
 *
 * <p>What a silent member consumes is expected to be paid for by the refill that this side withheld since; see
 * {@link ReplicaJoin}.
 */
public final class Silence {

    /** The member is heard: its growth is debited in full. */
    public static final Silence HEARD = new Silence(false, 0, PartitionPolicy.SHARE);

    /**
     * The member was not heard yet in this life of a table that started without state: what it consumed before cannot be
     * told from what it consumes now, nor what was withheld for it. Its growth moves the baseline, and the bucket is taken
     * as far down as the member says, as by an unknown incarnation. Ends as any silence does; needs no
     * {@link VirtualClock#heard}.
     */
    public static final Silence UNHEARD = new Silence(true, Long.MAX_VALUE, PartitionPolicy.SHARE);

    private final boolean silent;
    private final long withheldUnits;
    private final PartitionPolicy policy;

    private Silence(final boolean silent, final long withheldUnits, final PartitionPolicy policy) {
        this.silent = silent;
        this.withheldUnits = withheldUnits;
        this.policy = policy;
    }

    /**
     * A silence that begins; {@link VirtualClock#silence} makes one that the clock knows of.
     *
     * @param withheldUnits W, the refill withheld so far when it began, in units of 1/16 ns, at least 0.
     * @param policy of the cluster when it began.
     * @return the silence.
     */
    public static Silence since(final long withheldUnits, final PartitionPolicy policy) {
        return new Silence(true, withheldUnits, policy);
    }

    /** False if the member is heard. */
    public boolean isSilent() {
        return silent;
    }

    /** W when the silence began. */
    public long withheldUnits() {
        return withheldUnits;
    }

    /** Policy of the cluster when the silence began, by which it is settled where the limit has none of its own. */
    public PartitionPolicy policy() {
        return policy;
    }

    @Override
    public String toString() {
        if (this == UNHEARD) {
            return "Silence{unheard}";
        }
        return silent ? "Silence{since W=" + withheldUnits + ", " + policy + '}' : "Silence{heard}";
    }
}
