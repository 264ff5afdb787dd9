package openclaw.edge.proxy.exchange;

import java.net.SocketAddress;

/** Makes connections to upstreams on one event loop. Implemented by each protocol that upstreams speak. */
public interface UpstreamConnector {
    /**
     * Begins to connect; {@code listener} hears of it later, never before this returns.
     *
     * @param timeoutNs after which the attempt is given up
     */
    void connect(SocketAddress address, long timeoutNs, UpstreamConnection.Listener listener);
}
