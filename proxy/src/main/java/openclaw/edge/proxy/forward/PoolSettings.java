package openclaw.edge.proxy.forward;

import java.net.InetSocketAddress;

/**
 * How one event loop uses one upstream server.
 *
 * @param address where it listens
 * @param maxConnections of this loop, at least 1: the loop's part of {@code upstream.max_connections}
 * @param maxQueued exchanges of this loop that may wait for a connection
 * @param queueTimeoutNs longest wait
 * @param connectTimeoutNs for one attempt to connect
 * @param idleNs that a connection is kept between two exchanges
 */
public record PoolSettings(
        InetSocketAddress address,
        int maxConnections,
        int maxQueued,
        long queueTimeoutNs,
        long connectTimeoutNs,
        long idleNs) {}
