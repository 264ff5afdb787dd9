package openclaw.edge.proxy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.proxy.config.TimeoutsConfig;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.listen.ConnectionBudget;
import openclaw.edge.proxy.listen.EventLoops;
import openclaw.edge.proxy.listen.Listener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node stops taking requests without failing one: not ready, still accepting for {@code drain_delay}; then no longer
 * accepting and closing each connection after its exchange, idle ones after a second; at {@code drain} the rest is cut with
 * outcome SHUTDOWN.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final long POLL_NS = 5_000_000L;
    private static final long IDLE_NS = 1_000_000_000L;
    private static final long CUT_NS = 1_000_000_000L;

    private final TimeoutsConfig timeouts;
    private final EventLoops eventLoops;
    private final List<NodeLoop> loops;
    private final List<Listener> listeners;
    private final ConnectionBudget connections;

    Drain(
            final TimeoutsConfig timeouts,
            final EventLoops eventLoops,
            final List<NodeLoop> loops,
            final List<Listener> listeners,
            final ConnectionBudget connections) {
        this.timeouts = timeouts;
        this.eventLoops = eventLoops;
        this.loops = loops;
        this.listeners = listeners;
        this.connections = connections;
    }

    /** Returns when no client is connected any more. Blocks. */
    void run() {
        LOG.info("draining {} connections", connections.open());
        final long acceptUntilNs = System.nanoTime() + timeouts.drainDelayNs();
        while (System.nanoTime() - acceptUntilNs < 0) {
            LockSupport.parkNanos(acceptUntilNs - System.nanoTime());
        }
        listeners.forEach(Listener::stopAccepting);
        for (final NodeLoop loop : loops) {
            loop.context().eventLoop().execute(loop.context()::drain);
        }
        // A client that is just sending gets its answer, with Connection: close, rather than a closed connection.
        final long idleNs = Math.min(IDLE_NS, timeouts.drainNs());
        await(idleNs);
        listeners.forEach(listener -> listener.fire(ConnectionEvent.DRAIN));
        await(timeouts.drainNs() - idleNs);
        if (connections.open() > 0) {
            LOG.warn(
                    "{} connections are cut after timeouts.drain={} ms",
                    connections.open(),
                    TimeUnit.NANOSECONDS.toMillis(timeouts.drainNs()));
            listeners.forEach(listener -> listener.fire(ConnectionEvent.CUT));
            await(CUT_NS);
        }
        LOG.info("drained; {} event loops stop", eventLoops.all().size());
    }

    private void await(final long forNs) {
        final long untilNs = System.nanoTime() + forNs;
        while (connections.open() > 0 && System.nanoTime() - untilNs < 0) {
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
