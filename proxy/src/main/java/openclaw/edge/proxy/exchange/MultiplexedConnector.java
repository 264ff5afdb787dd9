package openclaw.edge.proxy.exchange;

import java.net.SocketAddress;

/** Makes connections to upstreams on one event loop, for a protocol that serves many exchanges on one. */
public interface MultiplexedConnector {
    /**
     * Begins to connect; {@code listener} hears of it later, never before this returns.
     *
     * @param timeoutNs after which the attempt is given up
     * @param idleNs after which a connection that serves nothing closes itself
     */
    void connect(SocketAddress address, long timeoutNs, long idleNs, MultiplexedConnection.Listener listener);
}
