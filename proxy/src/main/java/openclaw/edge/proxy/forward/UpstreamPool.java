package openclaw.edge.proxy.forward;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnection;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import openclaw.edge.proxy.exchange.UpstreamSource;
import openclaw.edge.yaml.FailureWords;
import org.agrona.collections.LongArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one upstream server.
 *
 * <p>Idle ones are taken last in, first out, so that the rest can grow old and close. When none is idle a new one is made, up
 * to the loop's bound; beyond, exchanges wait first in, first out, up to a number and a time. An exchange whose connection is
 * being made is bound by the connect time-out instead. A retry waits apart: it takes only a connection that has never served.
 */
public final class UpstreamPool implements ServerPool, UpstreamConnection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);

    private final LoopContext loop;
    private final UpstreamConnector connector;
    private final PoolSettings settings;
    private final UpstreamServer server;
    private final Siblings siblings;
    private final UpstreamSource self;
    private final WaitQueue waiting = new WaitQueue();
    private final WaitQueue waitingFresh = new WaitQueue();

    /** When the attempts to connect that are under way began, in that order. */
    private final LongArrayQueue attemptsSinceNs = new LongArrayQueue();

    private final Deadline queueDeadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            expireWaiting(nowNs);
        }
    };

    private UpstreamConnection[] idle = new UpstreamConnection[16];
    private int idleCount;
    private int connections;
    private int connecting;
    private boolean retired;

    /** The pool of the only server. */
    public UpstreamPool(final LoopContext loop, final UpstreamConnector connector, final PoolSettings settings) {
        this(loop, connector, settings, lone(settings.address()), null, null);
    }

    /**
     * @param siblings null: none
     * @param inPlaceOf what exchanges are told that they were given to; null: this
     */
    UpstreamPool(
            final LoopContext loop,
            final UpstreamConnector connector,
            final PoolSettings settings,
            final UpstreamServer server,
            final Siblings siblings,
            final UpstreamSource inPlaceOf) {
        this.loop = loop;
        this.connector = connector;
        this.settings = settings;
        this.server = server;
        this.siblings = siblings;
        this.self = inPlaceOf == null ? this : inPlaceOf;
    }

    static UpstreamServer lone(final InetSocketAddress address) {
        final String authority = address.getHostString() + ":" + address.getPort();
        return new UpstreamServer(new Origin(false, address.getHostString(), address.getPort(), authority), address);
    }

    @Override
    public byte[] authority() {
        return server.authority();
    }

    @Override
    public void acquire(final Exchange exchange, final boolean fresh) {
        exchange.tried(self);
        if (fresh) {
            loop.counters().increment(EdgeCounter.UPSTREAM_RETRIES);
            waitFresh(exchange);
            return;
        }
        if (waiting.isEmpty()) {
            final UpstreamConnection connection = takeIdle();
            if (connection != null) {
                exchange.upstreamReady(connection);
                return;
            }
        }
        final boolean mayConnect = connections < settings.maxConnections();
        if (!mayConnect && !mayQueue()) {
            loop.counters().increment(EdgeCounter.UPSTREAM_QUEUE_REFUSED);
            exchange.upstreamFailed(Reason.QUEUE_FULL);
            return;
        }
        loop.counters().increment(EdgeCounter.UPSTREAM_QUEUED);
        waiting.add(exchange, loop.clock().nowNs());
        connectIfWanted();
        watchQueue();
    }

    private UpstreamConnection takeIdle() {
        if (server.reuse().isStopped(loop.clock().nowNs())) {
            closeIdle();
        }
        while (idleCount > 0) {
            final UpstreamConnection connection = idle[--idleCount];
            idle[idleCount] = null;
            if (connection.isOpen()) {
                return connection;
            }
        }
        return null;
    }

    private boolean mayQueue() {
        return siblings == null ? queued() < settings.maxQueued() : siblings.mayQueue();
    }

    private void waitFresh(final Exchange exchange) {
        if (connections >= settings.maxConnections()) {
            if (idleCount == 0) {
                // Nothing is about to become free, and nothing would end the wait.
                loop.counters().increment(EdgeCounter.UPSTREAM_QUEUE_REFUSED);
                exchange.upstreamFailed(Reason.QUEUE_FULL);
                return;
            }
            // The oldest idle one makes room: a retry must not take one that has served.
            final UpstreamConnection oldest = idle[0];
            removeIdle(oldest);
            oldest.close();
        }
        waitingFresh.add(exchange, loop.clock().nowNs());
        connectIfWanted();
    }

    @Override
    public void cancel(final Exchange exchange) {
        if (!waitingFresh.remove(exchange)) {
            waiting.remove(exchange);
        }
    }

    private void connectIfWanted() {
        if (connecting < waiting.size() + waitingFresh.size() && connections < settings.maxConnections()) {
            connections++;
            connecting++;
            attemptsSinceNs.addLong(loop.clock().nowNs());
            connector.connect(settings.address(), settings.connectTimeoutNs(), this);
        }
    }

    // ---- those that wait ----

    /** How many wait though no connection is being made for them. */
    @Override
    public int queued() {
        return Math.max(0, waiting.size() + waitingFresh.size() - connecting);
    }

    private void watchQueue() {
        if (queued() > 0 && !waiting.isEmpty()) {
            loop.timers().set(queueDeadline, waiting.sinceNs(firstQueued()) + settings.queueTimeoutNs());
        }
    }

    /** Connections that are being made serve those that retry, then those that came first; the others are queued. */
    private int firstQueued() {
        return Math.min(Math.max(0, connecting - waitingFresh.size()), waiting.size() - 1);
    }

    private void expireWaiting(final long nowNs) {
        while (queued() > 0 && !waiting.isEmpty()) {
            final int first = firstQueued();
            if (nowNs - waiting.sinceNs(first) < settings.queueTimeoutNs()) {
                watchQueue();
                return;
            }
            loop.counters().increment(EdgeCounter.UPSTREAM_QUEUE_REFUSED);
            waiting.remove(first).upstreamFailed(Reason.QUEUE_TIMEOUT);
        }
    }

    private Exchange nextFresh() {
        return waitingFresh.isEmpty() ? waiting.poll() : waitingFresh.poll();
    }

    private Exchange nextUsed() {
        return waiting.isEmpty() && siblings != null && !retired ? siblings.takeWaiting() : waiting.poll();
    }

    /** When the exchange that has waited longest came; {@link Long#MAX_VALUE}: none waits. Retries are not counted. */
    @Override
    public long oldestSinceNs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.sinceNs(0);
    }

    /** Gives up the exchange that has waited longest. */
    @Override
    public Exchange giveWaiting() {
        return waiting.poll();
    }

    /** Gives up a retry that waits, or null. */
    @Override
    public Exchange giveWaitingFresh() {
        return waitingFresh.poll();
    }

    // ---- what becomes of connections ----

    @Override
    public void connected(final UpstreamConnection connection) {
        connecting--;
        attemptsSinceNs.pollLong();
        serveOrPark(connection, nextFresh());
    }

    @Override
    public void available(final UpstreamConnection connection) {
        if (server.reuse().isStopped(loop.clock().nowNs())) {
            connection.drop();
            return;
        }
        serveOrPark(connection, nextUsed());
    }

    private void serveOrPark(final UpstreamConnection connection, final Exchange next) {
        if (next != null) {
            next.tried(self);
            next.upstreamReady(connection);
            connection.flush();
            watchQueue();
        } else if (retired) {
            connection.close();
        } else if (connection.park(settings.idleNs())) {
            if (idleCount == idle.length) {
                idle = Arrays.copyOf(idle, idleCount * 2);
            }
            idle[idleCount++] = connection;
        }
    }

    @Override
    public void connectFailed(final Reason reason, final Throwable cause) {
        connecting--;
        connections--;
        final long sinceNs = attemptsSinceNs.pollLong();
        if (server.mayLog(loop.clock().nowNs())) {
            LOG.warn("no connection to upstream {}: {}", server, FailureWords.of(cause));
        }
        if (!Faults.isLocal(cause)) {
            failed(FailureWords.of(cause));
        }
        final Exchange next = failsWith(sinceNs) ? nextFresh() : null;
        if (next != null) {
            next.upstreamFailed(reason);
        }
        connectIfWanted();
        watchQueue();
    }

    /**
     * Whether who is next fails with an attempt to connect that began then: not while each that waits has an attempt under way, and not
     * who came after it. The one it was made for was served by a connection that became free meanwhile; a later one gets its own.
     * Attempts end nearly in the order in which they began; where they do not, one that waits may get another.
     */
    private boolean failsWith(final long sinceNs) {
        final WaitQueue next = waitingFresh.isEmpty() ? waiting : waitingFresh;
        return !next.isEmpty() && waiting() > connecting && next.sinceNs(0) <= sinceNs;
    }

    @Override
    public void answered() {
        server.answered(loop.clock());
    }

    @Override
    public void failed(final Reason reason) {
        failed(reason.name());
    }

    @Override
    public void surplus() {
        final long forNs = server.reuse().stop(loop.clock().nowNs());
        if (forNs > 0) {
            loop.counters().increment(EdgeCounter.UPSTREAM_REUSE_STOPPED);
            LOG.warn(
                    "upstream {} sent a response, or a part of one, that no request had asked for: for {} s each request gets a"
                            + " connection of its own, since the next such response could be taken for another request's",
                    server,
                    TimeUnit.NANOSECONDS.toSeconds(forNs));
        }
        closeIdle();
    }

    private void failed(final String why) {
        if (siblings != null) {
            siblings.failed(this, why);
        }
    }

    @Override
    public void closed(final UpstreamConnection connection) {
        connections--;
        removeIdle(connection);
        connectIfWanted();
        watchQueue();
    }

    private void removeIdle(final UpstreamConnection connection) {
        for (int i = idleCount - 1; i >= 0; i--) {
            if (idle[i] == connection) {
                System.arraycopy(idle, i + 1, idle, i, idleCount - i - 1);
                idle[--idleCount] = null;
                return;
            }
        }
    }

    /** Closes idle connections and keeps none from now on. Who waits, or still comes, is served all the same. */
    @Override
    public void close() {
        retired = true;
        closeIdle();
        if (waiting.isEmpty()) {
            loop.timers().remove(queueDeadline);
        }
    }

    private void closeIdle() {
        while (idleCount > 0) {
            final UpstreamConnection connection = idle[idleCount - 1];
            removeIdle(connection);
            connection.close();
        }
    }

    // ---- what is known of it ----

    @Override
    public UpstreamServer server() {
        return server;
    }

    /** Exchanges that it serves or that wait for it: what servers are compared by. */
    @Override
    public int outstanding() {
        return connections - connecting - idleCount + waiting();
    }

    /** Whether an exchange would be served at once, or have a connection made for it. */
    @Override
    public boolean hasRoom() {
        return idleCount > 0 || connections < settings.maxConnections();
    }

    /** Open connections, those being made included. */
    @Override
    public int connections() {
        return connections;
    }

    /** Connections that wait for an exchange. */
    @Override
    public int idleConnections() {
        return idleCount;
    }

    /** Exchanges that wait for a connection. */
    @Override
    public int waiting() {
        return waiting.size() + waitingFresh.size();
    }
}
