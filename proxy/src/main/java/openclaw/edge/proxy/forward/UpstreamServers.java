package openclaw.edge.proxy.forward;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers that requests go to, node-wide. Event loops read the list from one volatile field; it is replaced as a whole when
 * names resolve otherwise.
 *
 * <p>A server whose requests fail {@code fall} times in a row is ejected for a while, but never the last one that is up. What
 * counts as a failure: a connection that cannot be made, is cut before the first byte of the response though it was fresh, or
 * brings no HTTP; a response that does not begin in time. Answers of any status, 502, 503 and 504 too, count as answers: they
 * come from a server that lives, and may be about what stands behind all of them.
 */
public final class UpstreamServers {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamServers.class);

    private final int fall;
    private final long ejectForNs;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile UpstreamServer[] current;

    /**
     * @param servers at least one
     * @param fall failures in a row that eject a server
     * @param ejectForNs how long
     */
    public UpstreamServers(final List<UpstreamServer> servers, final int fall, final long ejectForNs) {
        this.current = servers.toArray(new UpstreamServer[0]);
        this.fall = fall;
        this.ejectForNs = ejectForNs;
    }

    /** The servers now; not to be written to. Any thread. */
    public UpstreamServer[] current() {
        return current;
    }

    /** Has {@code listener} run after each change of the list, on the thread that makes it. */
    public void onChange(final Runnable listener) {
        listeners.add(listener);
    }

    /** No longer tells {@code listener}. */
    public void forget(final Runnable listener) {
        listeners.remove(listener);
    }

    /** Puts another list in force; servers that stay are the same objects, so that their health is kept. */
    void replace(final List<UpstreamServer> servers) {
        current = servers.toArray(new UpstreamServer[0]);
        listeners.forEach(Runnable::run);
    }

    /**
     * A request failed because of a server.
     *
     * @param why for the log
     * @return whether the server was ejected by this failure
     */
    boolean failed(final UpstreamServer server, final String why, final long nowNs) {
        final int failures = server.failed();
        return failures >= fall && server.isUp(nowNs) && eject(server, failures, why, nowNs);
    }

    /** Under a lock, since two loops might else eject the last two servers at once. Rare, and short. */
    private synchronized boolean eject(
            final UpstreamServer server, final int failures, final String why, final long nowNs) {
        if (!server.isUp(nowNs) || !isAnotherUp(server, nowNs)) {
            return false;
        }
        server.eject(nowNs + ejectForNs);
        LOG.warn(
                "upstream {} is ejected for {} ms after {} failures in a row, the last: {}",
                server,
                TimeUnit.NANOSECONDS.toMillis(ejectForNs),
                failures,
                why);
        return true;
    }

    private boolean isAnotherUp(final UpstreamServer server, final long nowNs) {
        for (final UpstreamServer other : current) {
            if (other != server && other.isUp(nowNs)) {
                return true;
            }
        }
        return false;
    }
}
