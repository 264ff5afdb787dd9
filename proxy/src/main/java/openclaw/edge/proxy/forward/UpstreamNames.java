package openclaw.edge.proxy.forward;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the servers of the configuration into addresses, again every ten seconds, on a thread of its own.
 *
 * <p>Every address of a name is a server, as long as it is of the family that the system names first: where a name has IPv4 and
 * IPv6 addresses, a server may listen on one of them alone. An answer that fails or is empty changes nothing; an address that a
 * good answer no longer holds gets no more requests. Servers that stay keep what is known of their health.
 */
public final class UpstreamNames implements AutoCloseable {
    /**
     * How long the Java runtime may answer from memory, be the answer good or bad: much less than the time between two look-ups,
     * of servers here and of {@code cluster.dns} and {@code cluster.peers}, so that each of them asks.
     */
    static final String CACHE_SECONDS = "1";

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamNames.class);
    private static final long EVERY_NS = 10_000_000_000L;

    /** Looks a name up; blocks. */
    @FunctionalInterface
    public interface Resolver {
        /** @throws UnknownHostException when there is no answer */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final List<Origin> origins;
    private final Resolver resolver;
    private final int maxServers;
    private final Map<Origin, List<UpstreamServer>> known = new LinkedHashMap<>();
    private ScheduledExecutorService thread;
    private boolean boundLogged;

    /** @param maxServers most addresses of all names together; further ones are left out, and that is logged once */
    public UpstreamNames(final List<Origin> origins, final Resolver resolver, final int maxServers) {
        this.origins = List.copyOf(origins);
        this.resolver = resolver;
        this.maxServers = maxServers;
    }

    /**
     * Has the Java runtime forget addresses soon enough. To be called before the process's first look-up: later it has no effect,
     * and names may be followed half a minute late.
     */
    public static void forgetSoon() {
        java.security.Security.setProperty("networkaddress.cache.ttl", CACHE_SECONDS);
        java.security.Security.setProperty("networkaddress.cache.negative.ttl", CACHE_SECONDS);
    }

    /** Looks every name up once. One thread at a time. @return the servers; empty if no name has an address */
    public List<UpstreamServer> resolve() {
        for (final Origin origin : origins) {
            final List<InetAddress> addresses = lookUp(origin);
            if (!addresses.isEmpty()) {
                known.put(origin, merge(origin, addresses));
            } else if (!known.containsKey(origin)) {
                LOG.warn("upstream.servers: the name {} has no address; it is looked up again", origin.host());
            }
        }
        return bounded();
    }

    /** A name of the configuration that has never had an address, or null. */
    public String unresolved() {
        return origins.stream()
                .filter(origin -> !known.containsKey(origin))
                .map(Origin::host)
                .findFirst()
                .orElse(null);
    }

    private List<UpstreamServer> bounded() {
        final List<UpstreamServer> all = new ArrayList<>();
        // In the order of the configuration, whichever name was resolved first.
        origins.forEach(origin -> all.addAll(known.getOrDefault(origin, List.of())));
        if (all.size() <= maxServers) {
            return all;
        }
        if (!boundLogged) {
            boundLogged = true;
            LOG.warn("upstream.servers have {} addresses: the first {} are used", all.size(), maxServers);
        }
        return all.subList(0, maxServers);
    }

    private List<InetAddress> lookUp(final Origin origin) {
        try {
            final byte[] literal = NetUtil.createByteArrayFromIpAddressString(origin.host());
            if (literal != null) {
                return List.of(InetAddress.getByAddress(origin.host(), literal));
            }
            final InetAddress[] all = resolver.resolve(origin.host());
            final List<InetAddress> same = new ArrayList<>();
            for (final InetAddress address : all) {
                if (address.getClass() == all[0].getClass() && !same.contains(address)) {
                    same.add(address);
                }
            }
            return same;
        } catch (final UnknownHostException e) {
            LOG.debug("looking up {} failed; what was known holds", origin.host(), e);
            return List.of();
        }
    }

    private List<UpstreamServer> merge(final Origin origin, final List<InetAddress> addresses) {
        final List<UpstreamServer> merged = new ArrayList<>();
        final List<UpstreamServer> before = known.getOrDefault(origin, List.of());
        // Those that stay keep their places: a name's addresses come in another order each time.
        for (final UpstreamServer server : before) {
            if (addresses.contains(server.address().getAddress())) {
                merged.add(server);
            } else {
                LOG.info("upstream {} is no longer an address of {}", server, origin.host());
            }
        }
        for (final InetAddress address : addresses) {
            if (before.stream()
                    .noneMatch(server -> server.address().getAddress().equals(address))) {
                final UpstreamServer server = new UpstreamServer(origin, new InetSocketAddress(address, origin.port()));
                merged.add(server);
                LOG.info("upstream {} is an address of {}", server, origin.host());
            }
        }
        return merged;
    }

    /** Looks names up again and puts what changed in force. One thread at a time. */
    public void refresh(final UpstreamServers servers) {
        final List<UpstreamServer> now = resolve();
        if (!now.equals(List.of(servers.current()))) {
            servers.replace(now);
        }
    }

    /** Begins to look names up again and again; nothing if there are only addresses. */
    public void start(final UpstreamServers servers) {
        if (origins.stream().allMatch(origin -> NetUtil.createByteArrayFromIpAddressString(origin.host()) != null)) {
            return;
        }
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            final Thread made = new Thread(task, "upstream-names");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(() -> refreshSafely(servers), EVERY_NS, EVERY_NS, TimeUnit.NANOSECONDS);
    }

    private void refreshSafely(final UpstreamServers servers) {
        try {
            refresh(servers);
        } catch (final RuntimeException e) {
            // Otherwise the executor would silently stop.
            LOG.error("looking up upstream.servers failed; what was known holds", e);
        }
    }

    /** Ends the thread. */
    @Override
    public void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
