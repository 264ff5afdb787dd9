package openclaw.edge.proxy.forward;

import java.net.InetSocketAddress;

/**
 * How one event loop uses one upstream server.
 *
 * @param address where it listens
 * @param maxConnections of this loop, at least 1: the loop's part of {@code upstream.max_connections}
 * @param maxQueued exchanges of this loop that may wait for a connection when no more can be made; 0: none
 * @param queueTimeoutNs longest wait of that kind
 * @param connectTimeoutNs for one attempt to connect
 * @param idleNs that a connection is kept between two exchanges
 */
public record PoolSettings(
        InetSocketAddress address,
        int maxConnections,
        int maxQueued,
        long queueTimeoutNs,
        long connectTimeoutNs,
        long idleNs) {
    /** The same for another server. */
    PoolSettings to(final InetSocketAddress other) {
        return new PoolSettings(other, maxConnections, maxQueued, queueTimeoutNs, connectTimeoutNs, idleNs);
    }

    /**
     * A loop's part of a bound of the node. The parts' sum is the bound; where there are more loops than it allows, each loop
     * still gets {@code least}, and the sum is then {@code least} times the number of loops.
     *
     * @param loop index of the loop, from 0
     */
    public static int part(final int bound, final int loop, final int loops, final int least) {
        return Math.max(least, bound / loops + (loop < bound % loops ? 1 : 0));
    }
}
