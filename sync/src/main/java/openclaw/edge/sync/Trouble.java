package openclaw.edge.sync;

import java.net.InetSocketAddress;

/**
 * What is certainly wrong with how nodes are set up, told to people once a minute at most of each kind. For the gossip
 * agent's thread.
 */
final class Trouble {

    /** Between two messages of one kind. */
    static final long EVERY_NS = 60_000_000_000L;

    private final LocalNode node;
    private final SyncCounters counters;
    private long twinsToldNs = Long.MIN_VALUE / 2;
    private long secretToldNs = Long.MIN_VALUE / 2;
    private long unreadable;

    Trouble(final LocalNode node, final SyncCounters counters) {
        this.node = node;
        this.counters = counters;
    }

    /**
     * Two processes go by one name.
     *
     * @param name of both.
     * @param one where one of them is.
     * @param other where the other one is.
     * @param nowNs now.
     */
    void twins(final String name, final InetSocketAddress one, final InetSocketAddress other, final long nowNs) {
        counters.add(SyncCounter.NAME_CONFLICTS, 1);
        if (nowNs - twinsToldNs >= EVERY_NS) {
            twinsToldNs = nowNs;
            node.error("two processes go by the name '" + name + "': one at " + Unheard.text(one) + ", one at "
                    + Unheard.text(other)
                    + "; every node needs a name of its own: change cluster.node of one of them and"
                    + " restart it");
        }
    }

    /**
     * A handshake or a datagram was not signed with a secret of this node.
     *
     * @param from where it came from.
     * @param nowNs now.
     */
    void wrongTag(final InetSocketAddress from, final long nowNs) {
        unreadable++;
        if (nowNs - secretToldNs >= EVERY_NS) {
            secretToldNs = nowNs;
            node.warning(unreadable + " datagrams, the last from " + Unheard.text(from)
                    + ", are not signed with a secret of this node: compare cluster.secret of both, or find out who sends"
                    + " them");
            unreadable = 0;
        }
    }
}
