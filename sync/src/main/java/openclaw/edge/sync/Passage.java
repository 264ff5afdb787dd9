package openclaw.edge.sync;

/**
 * Whether changes get through from a member that is heard: what it has announced is joined here in time. A heartbeat alone
 * is no proof of that. Where datagrams pass one way only, the sender, which is acknowledged by nobody, goes on with signs of
 * life and tells no changes; whoever hears these and takes its share for used would admit it once more. For the gossip
 * agent's thread.
 */
final class Passage {

    private static final long NOTHING = -1;

    private long awaited = NOTHING;
    private long sinceNs;

    /** Nothing is awaited: it is not heard, or only now. */
    void reset() {
        awaited = NOTHING;
    }

    /**
     * Looks how far it has come.
     *
     * @param arrived up to which version its changes have arrived.
     * @param announced the latest version of it that is known of.
     * @param nowNs now.
     */
    void look(final long arrived, final long announced, final long nowNs) {
        if (awaited != NOTHING && arrived >= awaited) {
            awaited = NOTHING;
        }
        if (awaited == NOTHING && arrived < announced) {
            awaited = announced;
            sinceNs = nowNs;
        }
    }

    /** True if what it announced longer ago than {@code lateNs} has not arrived. */
    boolean isLate(final long nowNs, final long lateNs) {
        return awaited != NOTHING && nowNs - sinceNs > lateNs;
    }
}
