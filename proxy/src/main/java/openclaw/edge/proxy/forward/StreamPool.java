package openclaw.edge.proxy.forward;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.MultiplexedConnection;
import openclaw.edge.proxy.exchange.MultiplexedConnector;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.Upstream;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import openclaw.edge.yaml.FailureWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one upstream server that serve many exchanges each. The first one that has room is taken,
 * so that as many requests as possible leave in one write; when none has room another is made, up to the loop's bound; beyond,
 * exchanges wait first in, first out, up to a number and a time.
 *
 * <p>A retry takes the connection that was made last: the one that failed it is gone, or is the older one. What asks for a tunnel
 * goes by a connection of its own, of another protocol.
 */
public final class StreamPool implements ServerPool, MultiplexedConnection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(StreamPool.class);

    /** How many exchanges an attempt to connect is counted on to serve, while no connection has said otherwise. */
    private static final int STREAMS_UNTOLD = 100;

    private final LoopContext loop;
    private final MultiplexedConnector connector;
    private final PoolSettings settings;
    private final UpstreamServer server;
    private final Siblings siblings;
    private final UpstreamPool tunnels;
    private final WaitQueue waiting = new WaitQueue();
    private final List<MultiplexedConnection> open = new ArrayList<>();
    private final Deadline queueDeadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            expireWaiting(nowNs);
        }
    };

    private int connecting;
    private int streamsEach = STREAMS_UNTOLD;
    private int endedBehind;
    private int mostStreams = Integer.MAX_VALUE;
    private boolean retired;

    /** The pool of the only server. */
    public StreamPool(
            final LoopContext loop,
            final MultiplexedConnector connector,
            final UpstreamConnector exclusive,
            final PoolSettings settings) {
        this(loop, connector, exclusive, settings, UpstreamPool.lone(settings.address()), null);
    }

    /**
     * @param exclusive makes the connections for tunnels
     * @param siblings null: none
     */
    StreamPool(
            final LoopContext loop,
            final MultiplexedConnector connector,
            final UpstreamConnector exclusive,
            final PoolSettings settings,
            final UpstreamServer server,
            final Siblings siblings) {
        this.loop = loop;
        this.connector = connector;
        this.settings = settings;
        this.server = server;
        this.siblings = siblings;
        this.tunnels = new UpstreamPool(loop, exclusive, settings, server, new TunnelSiblings(), this);
    }

    /** The tunnels' pool stands for this one among its siblings, and takes over none of their exchanges, which want no tunnel. */
    private final class TunnelSiblings implements Siblings {
        @Override
        public boolean mayQueue() {
            return StreamPool.this.mayQueue();
        }

        @Override
        public Exchange takeWaiting() {
            return null;
        }

        @Override
        public void failed(final ServerPool pool, final String why) {
            StreamPool.this.failed(why);
        }
    }

    // ---- exchanges ----

    @Override
    public byte[] authority() {
        return server.authority();
    }

    @Override
    public void acquire(final Exchange exchange, final boolean fresh) {
        if (exchange.isTunnelAllowed()) {
            tunnels.acquire(exchange, fresh);
            return;
        }
        exchange.tried(this);
        if (fresh) {
            loop.counters().increment(EdgeCounter.UPSTREAM_RETRIES);
        }
        if (waiting.isEmpty()) {
            final MultiplexedConnection connection = fresh ? newestWithRoom() : firstWithRoom();
            if (connection != null) {
                final Upstream stream = connection.stream();
                exchange.upstreamReady(stream);
                // Whoever asks from within another connection's input, to send again, flushes only that one.
                stream.flush();
                return;
            }
        }
        if (!mayConnect() && waiting.size() >= connecting * streamsEach && !mayQueue()) {
            loop.counters().increment(EdgeCounter.UPSTREAM_QUEUE_REFUSED);
            exchange.upstreamFailed(Reason.QUEUE_FULL);
            return;
        }
        loop.counters().increment(EdgeCounter.UPSTREAM_QUEUED);
        waiting.add(exchange, loop.clock().nowNs());
        connectIfWanted();
        watchQueue();
    }

    @Override
    public void cancel(final Exchange exchange) {
        if (!waiting.remove(exchange)) {
            tunnels.cancel(exchange);
        }
    }

    private MultiplexedConnection firstWithRoom() {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).room() > 0) {
                return open.get(i);
            }
        }
        return null;
    }

    private MultiplexedConnection newestWithRoom() {
        for (int i = open.size() - 1; i >= 0; i--) {
            if (open.get(i).room() > 0) {
                return open.get(i);
            }
        }
        return null;
    }

    /** One that ends, and takes long over what is under way on it, keeps nobody else from being served; so many again at most. */
    private boolean mayConnect() {
        final int most = Math.max(1, settings.maxConnections() - tunnels.connections());
        final int all = open.size() + connecting;
        return all < most || (all < 2 * most && all - retiredConnections() < most);
    }

    private int retiredConnections() {
        int count = 0;
        for (int i = 0; i < open.size(); i++) {
            count += open.get(i).isRetired() ? 1 : 0;
        }
        return count;
    }

    private boolean mayQueue() {
        return siblings == null ? queued() < settings.maxQueued() : siblings.mayQueue();
    }

    private void connectIfWanted() {
        while (waiting.size() > connecting * streamsEach && mayConnect()) {
            connecting++;
            connector.connect(settings.address(), settings.connectTimeoutNs(), settings.idleNs(), this);
        }
    }

    private void serve(final MultiplexedConnection connection) {
        Upstream last = null;
        while (connection.room() > 0) {
            final Exchange next = nextWaiting();
            if (next == null) {
                break;
            }
            next.tried(this);
            last = connection.stream();
            next.upstreamReady(last);
        }
        if (last != null) {
            last.flush();
            watchQueue();
        }
    }

    private Exchange nextWaiting() {
        return waiting.isEmpty() && siblings != null && !retired ? siblings.takeWaiting() : waiting.poll();
    }

    // ---- those that wait ----

    @Override
    public int queued() {
        return Math.max(0, waiting.size() - connecting * streamsEach) + tunnels.queued();
    }

    private void watchQueue() {
        if (connecting == 0 && !waiting.isEmpty()) {
            loop.timers().set(queueDeadline, waiting.sinceNs(0) + settings.queueTimeoutNs());
        }
    }

    private void expireWaiting(final long nowNs) {
        while (connecting == 0 && !waiting.isEmpty()) {
            if (nowNs - waiting.sinceNs(0) < settings.queueTimeoutNs()) {
                watchQueue();
                return;
            }
            loop.counters().increment(EdgeCounter.UPSTREAM_QUEUE_REFUSED);
            waiting.poll().upstreamFailed(Reason.QUEUE_TIMEOUT);
        }
    }

    @Override
    public long oldestSinceNs() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.sinceNs(0);
    }

    @Override
    public Exchange giveWaiting() {
        return waiting.isEmpty() ? tunnels.giveWaiting() : waiting.poll();
    }

    @Override
    public Exchange giveWaitingFresh() {
        return tunnels.giveWaitingFresh();
    }

    // ---- what becomes of connections ----

    @Override
    public void connected(final MultiplexedConnection connection) {
        connecting--;
        open.add(connection);
        connection.most(mostStreams);
        streamsEach = Math.max(1, connection.room());
        serve(connection);
        connectIfWanted();
        watchQueue();
        if (retired && waiting.isEmpty()) {
            connection.retire();
        }
    }

    @Override
    public void connectFailed(final Reason reason, final Throwable cause) {
        connecting--;
        if (server.mayLog(loop.clock().nowNs())) {
            LOG.warn("no connection to upstream {}: {}", server, FailureWords.of(cause));
        }
        if (!Faults.isLocal(cause)) {
            failed(FailureWords.of(cause));
        }
        // All but those that the attempts under way are to serve. Whoever retries comes behind these, and has an
        // attempt of its own.
        for (int left = waiting.size() - connecting * streamsEach; left > 0 && !waiting.isEmpty(); left--) {
            waiting.poll().upstreamFailed(reason);
        }
        connectIfWanted();
        watchQueue();
    }

    @Override
    public void room(final MultiplexedConnection connection) {
        serve(connection);
    }

    @Override
    public void leaving(final MultiplexedConnection connection) {
        connectIfWanted();
        watchQueue();
    }

    /**
     * A server that ends connections behind a number of requests passes over what was sent behind them, and not all of that can be
     * sent again. So connections are given no more than that, once two in a row have ended behind the same number.
     */
    @Override
    public void endsBehind(final int exchanges) {
        if (exchanges == 0) {
            mostStreams = Integer.MAX_VALUE;
        } else if (exchanges == endedBehind) {
            mostStreams = exchanges;
        }
        endedBehind = exchanges;
    }

    @Override
    public void answered() {
        server.answered(loop.clock());
    }

    @Override
    public void failed(final Reason reason) {
        failed(reason.name());
    }

    private void failed(final String why) {
        if (siblings != null) {
            siblings.failed(this, why);
        }
    }

    @Override
    public void closed(final MultiplexedConnection connection) {
        open.remove(connection);
        connectIfWanted();
        watchQueue();
    }

    @Override
    public void close() {
        retired = true;
        tunnels.close();
        for (final MultiplexedConnection connection : List.copyOf(open)) {
            connection.retire();
        }
        if (waiting.isEmpty()) {
            loop.timers().remove(queueDeadline);
        }
    }

    // ---- what is known of it ----

    @Override
    public UpstreamServer server() {
        return server;
    }

    @Override
    public int outstanding() {
        int streams = 0;
        for (int i = 0; i < open.size(); i++) {
            streams += open.get(i).streams();
        }
        return streams + waiting.size() + tunnels.outstanding();
    }

    @Override
    public boolean hasRoom() {
        return mayConnect() || firstWithRoom() != null;
    }

    @Override
    public int connections() {
        return open.size() + connecting + tunnels.connections();
    }

    @Override
    public int idleConnections() {
        int idle = tunnels.idleConnections();
        for (int i = 0; i < open.size(); i++) {
            idle += open.get(i).streams() == 0 ? 1 : 0;
        }
        return idle;
    }

    @Override
    public int waiting() {
        return waiting.size() + tunnels.waiting();
    }
}
