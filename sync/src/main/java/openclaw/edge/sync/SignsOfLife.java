package openclaw.edge.sync;

/**
 * What of a member's process has come here by any path: its heartbeats, the versions of its counters that are known of, and
 * so which heartbeat others may be told of. Also of another process, of which others speak and which may be the next. For
 * the gossip agent's thread.
 */
final class SignsOfLife {

    private static final long NO_VERSION = -1;

    private long heartbeat;
    private long heardAtNs;
    private long announced;
    private long vouched;
    private long nextVouched;
    private long nextVouchedAt = NO_VERSION;
    private long otherLife;
    private long otherHeartbeat;

    /** Another process, or other counters: versions count anew, and nothing is vouched for. */
    void restart() {
        announced = 0;
        vouched = 0;
        nextVouchedAt = NO_VERSION;
    }

    /** Highest heartbeat of its life. */
    long heartbeat() {
        return heartbeat;
    }

    /** When the heartbeat last advanced here; 0 for never. */
    long heardAtNs() {
        return heardAtNs;
    }

    /** The latest version of its counters that is known of in its life. */
    long announced() {
        return announced;
    }

    /** A version of its counters is known of. */
    void announced(final long version) {
        announced = Math.max(announced, version);
    }

    /** Its heartbeat has advanced. */
    void heard(final long newHeartbeat, final long nowNs) {
        heartbeat = newHeartbeat;
        heardAtNs = nowNs;
        if (nextVouchedAt == NO_VERSION) {
            nextVouched = newHeartbeat;
            nextVouchedAt = announced;
        }
    }

    /** Every change of it up to a version is joined. */
    void joined(final long solidVersion) {
        if (nextVouchedAt != NO_VERSION && solidVersion >= nextVouchedAt) {
            vouched = nextVouched;
            nextVouchedAt = NO_VERSION;
        }
    }

    /**
     * The highest heartbeat that others may be told of: all that it announced with that is joined here. Of a later one this
     * node does not know enough: to others it would be a sign of life without what was consumed until then.
     */
    long vouched() {
        return vouched;
    }

    /** A life of it that others speak of, and that may be the next; 0 for none. */
    long otherLife() {
        return otherLife;
    }

    /** Heartbeat of {@link #otherLife}. */
    long otherHeartbeat() {
        return otherHeartbeat;
    }

    /** Others speak of another life. */
    void other(final long theLife, final long itsHeartbeat) {
        otherLife = theLife;
        otherHeartbeat = itsHeartbeat;
    }
}
