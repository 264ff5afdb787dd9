package openclaw.edge.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import openclaw.edge.proxy.config.HealthConfig;
import openclaw.edge.proxy.config.UpstreamConfig;
import openclaw.edge.proxy.config.UpstreamUrl;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.MultiplexedConnector;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import openclaw.edge.proxy.forward.HealthChecks;
import openclaw.edge.proxy.forward.Origin;
import openclaw.edge.proxy.forward.PoolSettings;
import openclaw.edge.proxy.forward.UpstreamGroup;
import openclaw.edge.proxy.forward.UpstreamNames;
import openclaw.edge.proxy.forward.UpstreamServer;
import openclaw.edge.proxy.forward.UpstreamServers;
import openclaw.edge.proxy.h1.H1Connector;
import openclaw.edge.proxy.h1.H1Loop;
import openclaw.edge.proxy.h2.H2Connector;
import openclaw.edge.proxy.h2.H2Loop;
import openclaw.edge.proxy.listen.EventLoops;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands behind a node under one configuration: its servers, what is known of their health, and how loops connect to them.
 * Made off the event loops; {@link #start} and {@link #close} bound the threads that keep names and health up to date.
 */
final class Upstreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upstreams.class);

    /** A check is given the interval, but at least a second, for the handshake's sake, and at most five. */
    private static final long MIN_CHECK_NS = 1_000_000_000L;

    private static final long MAX_CHECK_NS = 5_000_000_000L;

    private final UpstreamConfig config;
    private final UpstreamServers servers;
    private final UpstreamNames names;
    private final HealthChecks checks;

    /** Null without a server by TLS. */
    private final UpstreamTls tls;

    /** The same for HTTP/2; null where that is not spoken. */
    private final UpstreamTls tls2;

    private Upstreams(final UpstreamConfig config, final UpstreamServers servers, final UpstreamNames names) {
        this.config = config;
        this.servers = servers;
        this.names = names;
        final boolean isAnySecure = config.servers().stream().anyMatch(UpstreamUrl::secure);
        this.tls = isAnySecure ? UpstreamTls.of(config.tls(), ApplicationProtocolNames.HTTP_1_1) : null;
        this.tls2 =
                isAnySecure && config.isHttp2() ? UpstreamTls.of(config.tls(), ApplicationProtocolNames.HTTP_2) : null;
        this.checks = config.health().isActive() ? checks() : null;
    }

    private HealthChecks checks() {
        final HealthConfig health = config.health();
        return new HealthChecks(
                servers,
                new HealthChecks.Settings(
                        health.path(),
                        health.intervalNs(),
                        Math.max(MIN_CHECK_NS, Math.min(health.intervalNs(), MAX_CHECK_NS)),
                        health.fall(),
                        health.rise()),
                config.isHttp2(),
                server -> server.origin().secure()
                        ? (config.isHttp2() ? tls2 : tls).newHandler(ByteBufAllocator.DEFAULT, server.origin())
                        : null);
    }

    /**
     * Looks names up; may block.
     *
     * @throws StartException when no server's name has an address
     */
    static Upstreams of(final UpstreamConfig config) {
        return of(config, InetAddress::getAllByName);
    }

    static Upstreams of(final UpstreamConfig config, final UpstreamNames.Resolver resolver) {
        final List<Origin> origins =
                config.servers().stream().map(Upstreams::origin).toList();
        final UpstreamNames names = new UpstreamNames(origins, resolver, UpstreamConfig.MAX_SERVERS);
        final List<UpstreamServer> found = names.resolve();
        if (found.isEmpty()) {
            throw new StartException("upstream.servers: the name " + names.unresolved()
                    + " has no address: expected a host that resolves, or an IP address");
        }
        return new Upstreams(
                config,
                new UpstreamServers(
                        found, config.health().fall(), config.health().ejectForNs()),
                names);
    }

    private static Origin origin(final UpstreamUrl url) {
        return new Origin(url.secure(), url.address().host(), url.address().port(), url.authority());
    }

    /** Whether another configuration means the same servers, reached and watched in the same way: then this may stay. */
    boolean isFor(final UpstreamConfig other) {
        return config.isReachedLike(other);
    }

    /** A loop's part, made off the loop; nothing is connected before the first exchange. */
    UpstreamGroup group(final LoopContext context, final H1Loop h1, final H2Loop h2, final EventLoops loops) {
        final int count = loops.all().size();
        if (context.index() == 0 && config.maxConnections() < count) {
            LOG.warn(
                    "upstream.max_connections={} is less than event_loops={}: each loop may still have one to each server",
                    config.maxConnections(),
                    count);
        }
        final PoolSettings settings = new PoolSettings(
                servers.current()[0].address(),
                PoolSettings.part(config.maxConnections(), context.index(), count, 1),
                PoolSettings.part(config.queue(), context.index(), count, 0),
                config.queueTimeoutNs(),
                config.connectTimeoutNs(),
                config.poolIdleNs());
        return new UpstreamGroup(
                context,
                servers,
                connectors(h1, h2, loops),
                settings,
                ThreadLocalRandom.current().nextLong());
    }

    private UpstreamGroup.Connectors connectors(final H1Loop h1, final H2Loop h2, final EventLoops loops) {
        return new UpstreamGroup.Connectors() {
            @Override
            public UpstreamConnector to(final UpstreamServer server) {
                return new H1Connector(h1, loops.clientChannels(server.address().getAddress()), handlers(tls, server));
            }

            @Override
            public MultiplexedConnector multiplexed(final UpstreamServer server) {
                return config.isHttp2()
                        ? new H2Connector(
                                h2, loops.clientChannels(server.address().getAddress()), handlers(tls2, server))
                        : null;
            }
        };
    }

    private static Function<ByteBufAllocator, SslHandler> handlers(final UpstreamTls tls, final UpstreamServer server) {
        final Origin origin = server.origin();
        return origin.secure() ? allocator -> tls.newHandler(allocator, origin) : null;
    }

    /** Begins to keep names up to date. */
    void start() {
        names.start(servers);
        if (checks != null) {
            checks.start();
        }
    }

    /** Ends what {@link #start} began. */
    @Override
    public void close() {
        names.close();
        if (checks != null) {
            checks.close();
        }
    }
}
