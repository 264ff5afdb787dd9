package openclaw.edge.proxy.forward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.MultiplexedConnector;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import openclaw.edge.proxy.exchange.UpstreamSource;

/**
 * The upstream servers as one event loop uses them: a pool for each. An exchange goes to the one of two servers, chosen at random
 * among those that are up, that has fewer outstanding on this loop (in use and waiting). When none is up, all are tried. A retry
 * goes to another server than before, where there is one.
 *
 * <p>When the chosen server's connections are all in use, one with room is looked for; an exchange that has to wait all the same
 * is served by whichever server has a connection free first. Owned by its event loop.
 */
public final class UpstreamGroup implements UpstreamSource, ServerPool.Siblings {
    /** Makes what connects to a server, once for each. */
    public interface Connectors {
        /** On the event loop, or before it serves. */
        UpstreamConnector to(UpstreamServer server);

        /** The same, for connections that serve many exchanges at once; null: the server has none. */
        default MultiplexedConnector multiplexed(final UpstreamServer server) {
            return null;
        }
    }

    /**
     * A server as one loop sees it.
     *
     * @param connections open ones and those being made
     * @param idle connections without an exchange
     * @param waiting exchanges without a connection
     */
    public record View(UpstreamServer server, int connections, int idle, int waiting) {}

    private final LoopContext loop;
    private final UpstreamServers servers;
    private final Connectors connectors;
    private final PoolSettings settings;
    private final Runnable onChange;
    private final List<ServerPool> leaving = new ArrayList<>();
    private ServerPool[] pools;
    private int[] candidates;
    private long random;

    /**
     * @param settings of each server, whatever their address; {@code maxQueued} holds for all of them together
     * @param seed of the random choices
     */
    public UpstreamGroup(
            final LoopContext loop,
            final UpstreamServers servers,
            final Connectors connectors,
            final PoolSettings settings,
            final long seed) {
        this.loop = loop;
        this.servers = servers;
        this.connectors = connectors;
        this.settings = settings;
        // Zero is the one state that the generator never leaves.
        this.random = seed == 0 ? 1 : seed;
        this.pools = new ServerPool[0];
        refresh();
        onChange = () -> loop.eventLoop().execute(this::refresh);
        servers.onChange(onChange);
    }

    // ---- exchanges ----

    @Override
    public void acquire(final Exchange exchange, final boolean fresh) {
        final ServerPool[] all = pools;
        (all.length == 1 ? all[0] : choose(fresh ? exchange.tried() : null)).acquire(exchange, fresh);
    }

    @Override
    public void cancel(final Exchange exchange) {
        exchange.tried().cancel(exchange);
    }

    @Override
    public boolean hasAlternative(final Exchange exchange) {
        final long nowNs = loop.clock().nowNs();
        for (final ServerPool pool : pools) {
            if (pool != exchange.tried() && pool.server().isUp(nowNs)) {
                return true;
            }
        }
        return false;
    }

    /** @param not the pool not to be chosen if there is another; may be null */
    private ServerPool choose(final UpstreamSource not) {
        final ServerPool[] all = pools;
        final int count = candidates(all, not);
        if (count == 1) {
            return all[candidates[0]];
        }
        final int first = below(count);
        final int other = below(count - 1);
        final ServerPool a = all[candidates[first]];
        final ServerPool b = all[candidates[other < first ? other : other + 1]];
        final ServerPool better = a.outstanding() <= b.outstanding() ? a : b;
        return better.hasRoom() ? better : withRoom(all, count, better);
    }

    private ServerPool withRoom(final ServerPool[] all, final int count, final ServerPool otherwise) {
        ServerPool best = null;
        for (int i = 0; i < count; i++) {
            final ServerPool pool = all[candidates[i]];
            if (pool.hasRoom() && (best == null || pool.outstanding() < best.outstanding())) {
                best = pool;
            }
        }
        return best == null ? otherwise : best;
    }

    /** Fills {@link #candidates}: servers that are up; else all; without {@code not} unless it is the only one. */
    private int candidates(final ServerPool[] all, final UpstreamSource not) {
        final long nowNs = loop.clock().nowNs();
        int count = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] != not && all[i].server().isUp(nowNs)) {
                candidates[count++] = i;
            }
        }
        if (count > 0) {
            return count;
        }
        for (int i = 0; i < all.length; i++) {
            if (all[i] != not) {
                candidates[count++] = i;
            }
        }
        return count;
    }

    /** A random number from 0 to {@code bound} - 1 (xorshift64, Marsaglia 2003). */
    private int below(final int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) (((random >>> 32) * bound) >>> 32);
    }

    // ---- what the pools ask ----

    @Override
    public boolean mayQueue() {
        int queued = 0;
        for (final ServerPool pool : pools) {
            queued += pool.queued();
        }
        return queued < settings.maxQueued();
    }

    @Override
    public Exchange takeWaiting() {
        final ServerPool[] all = pools;
        if (all.length == 1) {
            return null;
        }
        ServerPool oldest = null;
        long sinceNs = Long.MAX_VALUE;
        for (final ServerPool pool : all) {
            if (pool.oldestSinceNs() < sinceNs) {
                sinceNs = pool.oldestSinceNs();
                oldest = pool;
            }
        }
        return oldest == null ? null : oldest.giveWaiting();
    }

    @Override
    public void failed(final ServerPool pool, final String why) {
        if (servers.failed(pool.server(), why, loop.clock().nowNs())) {
            loop.counters().increment(EdgeCounter.UPSTREAM_EJECTED);
        }
    }

    // ---- servers that come and go ----

    /** Takes the list of servers as it is now. On the event loop. */
    private void refresh() {
        final UpstreamServer[] wanted = servers.current();
        final List<ServerPool> gone = new ArrayList<>(Arrays.asList(pools));
        final ServerPool[] next = new ServerPool[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            next[i] = poolOf(wanted[i], gone);
        }
        candidates = new int[next.length];
        pools = next;
        leaving.removeIf(pool -> pool.connections() == 0 && pool.waiting() == 0);
        gone.forEach(this::leave);
    }

    /** The pool that there is, taken out of {@code old}, or a new one. */
    private ServerPool poolOf(final UpstreamServer server, final List<ServerPool> old) {
        for (final ServerPool pool : old) {
            if (pool.server() == server) {
                old.remove(pool);
                return pool;
            }
        }
        final PoolSettings own = settings.to(server.address());
        final MultiplexedConnector multiplexed = connectors.multiplexed(server);
        return multiplexed == null
                ? new UpstreamPool(loop, connectors.to(server), own, server, this, null)
                : new StreamPool(loop, multiplexed, connectors.to(server), own, server, this);
    }

    /** Nothing in flight is cut; who waits goes to the servers that are left. */
    private void leave(final ServerPool pool) {
        leaving.add(pool);
        pool.close();
        for (Exchange next = pool.giveWaiting(); next != null; next = pool.giveWaiting()) {
            acquire(next, false);
        }
        for (Exchange next = pool.giveWaitingFresh(); next != null; next = pool.giveWaitingFresh()) {
            acquire(next, true);
        }
    }

    /** Closes idle connections and keeps none from now on; exchanges under way, and their retries, go on. On the event loop. */
    public void close() {
        servers.forget(onChange);
        for (final ServerPool pool : pools) {
            pool.close();
        }
    }

    /** What it is doing now, servers that were taken from the list included while they have connections. On the event loop. */
    public List<View> views() {
        final List<View> views = new ArrayList<>();
        for (final ServerPool pool : pools()) {
            views.add(new View(pool.server(), pool.connections(), pool.idleConnections(), pool.waiting()));
        }
        return views;
    }

    private List<ServerPool> pools() {
        final List<ServerPool> all = new ArrayList<>(leaving);
        Collections.addAll(all, pools);
        return all;
    }

    /** Open connections, those being made included. On the event loop. */
    public int connections() {
        return pools().stream().mapToInt(ServerPool::connections).sum();
    }
}
