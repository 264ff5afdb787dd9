package openclaw.edge.proxy.forward;

import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.UpstreamSource;

/** The connections of one event loop to one upstream server, whatever they speak. */
interface ServerPool extends UpstreamSource {
    /** The pools that one stands among. */
    interface Siblings {
        /** Whether one more exchange may wait for a connection when no more can be made. */
        boolean mayQueue();

        /** The exchange that has waited longest at another pool, taken from there, or null. */
        Exchange takeWaiting();

        /** A request failed because of the pool's server. */
        void failed(ServerPool pool, String why);
    }

    UpstreamServer server();

    /** Exchanges that it serves or that wait for it: what servers are compared by. */
    int outstanding();

    /** Whether an exchange would be served at once, or have a connection made for it. */
    boolean hasRoom();

    /** How many wait though no connection is being made for them. */
    int queued();

    /** When the exchange that has waited longest came; {@link Long#MAX_VALUE}: none waits. Retries are not counted. */
    long oldestSinceNs();

    /** Gives up the exchange that has waited longest, or null. */
    Exchange giveWaiting();

    /** Gives up a retry that waits, or null. */
    Exchange giveWaitingFresh();

    /** Closes idle connections and keeps none from now on. Who waits, or still comes, is served all the same. */
    void close();

    /** Open connections, those being made included. */
    int connections();

    /** Connections without an exchange. */
    int idleConnections();

    /** Exchanges that wait for a connection. */
    int waiting();
}
