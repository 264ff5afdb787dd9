package openclaw.edge.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import javax.net.ssl.SSLException;
import openclaw.edge.proxy.config.UpstreamTlsConfig;
import openclaw.edge.proxy.forward.Origin;
import openclaw.edge.proxy.tls.TlsProvider;

/**
 * What TLS connections to upstreams are made from. The native part is freed when nothing refers to this any more: an exchange
 * that began before a reload may need a connection after it.
 */
final class UpstreamTls {
    private static final Cleaner CLEANER = Cleaner.create();

    private final SslContext context;

    private UpstreamTls(final SslContext context) {
        this.context = context;
        CLEANER.register(this, () -> ReferenceCountUtil.release(context));
    }

    /** What secures a new connection to a server: its name goes along as SNI, and its sessions are resumed. Any thread. */
    SslHandler newHandler(final ByteBufAllocator allocator, final Origin server) {
        try {
            return context.newHandler(allocator, server.host(), server.port());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * For one configuration and one protocol; sessions are resumed.
     *
     * @param protocol by its name in ALPN
     * @throws StartException when the library refuses what the configuration's check let pass
     */
    static UpstreamTls of(final UpstreamTlsConfig config, final String protocol) {
        final SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(TlsProvider.current())
                .protocols(TlsProvider.versions(false))
                .ciphers(TlsProvider.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        protocol));
        if (config.verify()) {
            // The name is checked against the certificate as RFC 9525 has it; SNI goes with it.
            builder.endpointIdentificationAlgorithm("HTTPS");
            if (!config.ca().isEmpty()) {
                builder.trustManager(config.ca());
            }
        } else {
            builder.endpointIdentificationAlgorithm(null).trustManager(InsecureTrustManagerFactory.INSTANCE);
        }
        if (config.key() != null) {
            builder.keyManager(config.key(), config.chain());
        }
        try {
            return new UpstreamTls(builder.build());
        } catch (final SSLException e) {
            throw new StartException("upstream.tls: TLS cannot be set up: " + e.getMessage(), e);
        }
    }
}
