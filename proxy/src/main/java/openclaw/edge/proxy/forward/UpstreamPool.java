package openclaw.edge.proxy.forward;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnection;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import openclaw.edge.proxy.exchange.UpstreamSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one upstream server.
 *
 * <p>Idle ones are taken last in, first out, so that the rest can grow old and close. When none is idle a new one is made, up
 * to the loop's bound; beyond, exchanges wait first in, first out, up to a number and a time. A retry waits apart: it takes
 * only a connection that has never served.
 */
public final class UpstreamPool implements UpstreamSource, UpstreamConnection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);
    private static final long LOG_EVERY_NS = 5_000_000_000L;

    private final LoopContext loop;
    private final UpstreamConnector connector;
    private final PoolSettings settings;
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private final ArrayDeque<Exchange> waitingFresh = new ArrayDeque<>();
    private final ArrayDeque<Long> waitingSinceNs = new ArrayDeque<>();
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
    private long lastLogNs = Long.MIN_VALUE;
    private boolean closed;
    private boolean retired;

    public UpstreamPool(final LoopContext loop, final UpstreamConnector connector, final PoolSettings settings) {
        this.loop = loop;
        this.connector = connector;
        this.settings = settings;
    }

    @Override
    public void acquire(final Exchange exchange, final boolean fresh) {
        if (fresh) {
            loop.counters().increment(EdgeCounter.UPSTREAM_RETRIES);
            waitFresh(exchange);
            return;
        }
        if (waiting.isEmpty()) {
            while (idleCount > 0) {
                final UpstreamConnection connection = idle[--idleCount];
                idle[idleCount] = null;
                if (connection.isOpen()) {
                    exchange.upstreamReady(connection);
                    return;
                }
            }
        }
        if (waiting.size() >= settings.maxQueued()) {
            loop.counters().increment(EdgeCounter.UPSTREAM_QUEUE_REFUSED);
            exchange.upstreamFailed(Reason.QUEUE_FULL);
            return;
        }
        loop.counters().increment(EdgeCounter.UPSTREAM_QUEUED);
        waiting.addLast(exchange);
        final long nowNs = loop.clock().nowNs();
        waitingSinceNs.addLast(nowNs);
        if (waiting.size() == 1) {
            loop.timers().set(queueDeadline, nowNs + settings.queueTimeoutNs());
        }
        connectIfWanted();
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
        waitingFresh.addLast(exchange);
        connectIfWanted();
    }

    @Override
    public void cancel(final Exchange exchange) {
        if (waitingFresh.remove(exchange)) {
            return;
        }
        // Rare, and the queue is bounded: a linear search.
        final Exchange[] order = waiting.toArray(new Exchange[0]);
        final int at = Arrays.asList(order).indexOf(exchange);
        if (at >= 0) {
            waiting.remove(exchange);
            final List<Long> since = new ArrayList<>(waitingSinceNs);
            since.remove(at);
            waitingSinceNs.clear();
            waitingSinceNs.addAll(since);
        }
    }

    private void connectIfWanted() {
        if (connecting < waiting.size() + waitingFresh.size() && connections < settings.maxConnections() && !closed) {
            connect();
        }
    }

    private void connect() {
        connections++;
        connecting++;
        connector.connect(settings.address(), settings.connectTimeoutNs(), this);
    }

    private Exchange nextWaiting() {
        waitingSinceNs.pollFirst();
        return waiting.pollFirst();
    }

    private void expireWaiting(final long nowNs) {
        while (!waiting.isEmpty() && nowNs - waitingSinceNs.peekFirst() >= settings.queueTimeoutNs()) {
            loop.counters().increment(EdgeCounter.UPSTREAM_QUEUE_REFUSED);
            nextWaiting().upstreamFailed(Reason.QUEUE_TIMEOUT);
        }
        if (!waiting.isEmpty()) {
            loop.timers().set(queueDeadline, waitingSinceNs.peekFirst() + settings.queueTimeoutNs());
        }
    }

    // ---- what becomes of connections ----

    @Override
    public void connected(final UpstreamConnection connection) {
        connecting--;
        final Exchange next = waitingFresh.isEmpty() ? nextWaiting() : waitingFresh.pollFirst();
        serveOrPark(connection, next);
    }

    @Override
    public void available(final UpstreamConnection connection) {
        serveOrPark(connection, waiting.isEmpty() ? null : nextWaiting());
    }

    private void serveOrPark(final UpstreamConnection connection, final Exchange next) {
        if (next != null) {
            next.upstreamReady(connection);
            connection.flush();
        } else if (closed || retired) {
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
        logFailure(cause);
        final Exchange failed = waitingFresh.isEmpty() ? nextWaiting() : waitingFresh.pollFirst();
        if (failed != null) {
            failed.upstreamFailed(reason);
        }
        connectIfWanted();
    }

    @Override
    public void closed(final UpstreamConnection connection) {
        connections--;
        removeIdle(connection);
        connectIfWanted();
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

    private void logFailure(final Throwable cause) {
        final long nowNs = loop.clock().nowNs();
        if (nowNs - lastLogNs > LOG_EVERY_NS || lastLogNs == Long.MIN_VALUE) {
            lastLogNs = nowNs;
            LOG.warn("no connection to upstream {}: {}", settings.address(), cause.toString());
        }
    }

    /**
     * Nothing new comes here but from exchanges that know of no other: connections close as soon as none of them waits. What is in
     * flight, or waits, goes on; nothing is cut.
     */
    public void retire() {
        retired = true;
        closeIdle();
    }

    /** Closes idle connections; those in use close after their exchange. No further ones are made. */
    public void close() {
        closed = true;
        closeIdle();
    }

    private void closeIdle() {
        while (idleCount > 0) {
            final UpstreamConnection connection = idle[idleCount - 1];
            removeIdle(connection);
            connection.close();
        }
    }

    /** What it was made with; any thread. */
    public PoolSettings settings() {
        return settings;
    }

    /** Open connections, those being made included. */
    public int connections() {
        return connections;
    }

    /** Connections that wait for an exchange. */
    public int idleConnections() {
        return idleCount;
    }

    /** Exchanges that wait for a connection. */
    public int waiting() {
        return waiting.size() + waitingFresh.size();
    }
}
