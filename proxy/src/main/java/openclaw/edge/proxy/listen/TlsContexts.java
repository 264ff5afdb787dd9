package openclaw.edge.proxy.listen;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import openclaw.edge.proxy.config.ListenConfig;
import openclaw.edge.proxy.config.TlsConfig;
import openclaw.edge.proxy.tls.CertificateChooser;
import openclaw.edge.proxy.tls.TlsProvider;

/**
 * What the TLS connections of one listener are made from: certificates, keys, what is asked of clients, sessions to resume.
 * Built whole from a configuration; connections keep what they began with. Any thread.
 *
 * <p>The native part lives until {@link #close} and the end of the last connection made from it.
 */
public final class TlsContexts implements AutoCloseable {
    /** Sessions of TLS 1.2 clients that take no ticket; a few hundred bytes each. */
    private static final int CACHED_SESSIONS = 20_000;

    /** How long a session may be resumed: tickets' keys live at least as long. */
    private static final int SESSION_SECONDS = (int) (TicketKeys.PERIOD_NS / 1_000_000_000L);

    private final TlsConfig config;
    private final SslContext context;
    private TicketKeys tickets;
    private int owners = 1;

    private TlsContexts(final TlsConfig config, final SslContext context) {
        this.config = config;
        this.context = context;
    }

    /**
     * Builds the contexts of a listener that has TLS.
     *
     * @param nowNs monotonic nanoseconds, as in {@link #rotateTickets}
     * @throws IOException when the library refuses what the configuration's check let pass
     */
    public static TlsContexts of(final ListenConfig config, final long nowNs) throws IOException {
        final TlsConfig tls = config.tls();
        final SslProvider provider = TlsProvider.current();
        final List<String> protocols = config.http2()
                ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
                : List.of(ApplicationProtocolNames.HTTP_1_1);
        try {
            final SslContextBuilder builder = SslContextBuilder.forServer(keys(tls, provider))
                    .sslProvider(provider)
                    .protocols(TlsProvider.versions(tls.only13()))
                    .ciphers(TlsProvider.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            protocols))
                    .sessionCacheSize(CACHED_SESSIONS)
                    .sessionTimeout(SESSION_SECONDS);
            if (asksClients(tls)) {
                builder.clientAuth(ClientAuth.REQUIRE)
                        .trustManager(tls.clientCa().toArray(new X509Certificate[0]));
            } else {
                builder.trustManager(trustsNobody());
            }
            final TlsContexts contexts = new TlsContexts(tls, builder.build());
            contexts.tickets(TicketKeys.first(nowNs));
            return contexts;
        } catch (final SSLException | GeneralSecurityException e) {
            throw new IOException("listen " + config.address() + ": TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static boolean asksClients(final TlsConfig tls) {
        return !tls.clientCa().isEmpty();
    }

    private static KeyManagerFactory keys(final TlsConfig tls, final SslProvider provider) {
        final KeyManagerFactory keys = new KeyManagerFactoryWrapper(new CertificateChooser(tls.certificates()));
        return provider == SslProvider.JDK ? keys : new OpenSslCachingX509KeyManagerFactory(keys);
    }

    /** Without this the system's authorities would be loaded, of which nobody is asked for. */
    private static TrustManagerFactory trustsNobody() throws IOException, GeneralSecurityException {
        final KeyStore empty = KeyStore.getInstance(KeyStore.getDefaultType());
        empty.load(null, null);
        final TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(empty);
        return factory;
    }

    /** A handler for a new connection; null when these contexts are closed, and others have taken their place. */
    SslHandler newHandler(final ByteBufAllocator allocator) {
        try {
            ReferenceCountUtil.retain(context);
        } catch (final IllegalReferenceCountException e) {
            return null;
        }
        try {
            return context.newHandler(allocator);
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    /** Takes over the keys of tickets from those before, so that clients resume their sessions across a reload. */
    synchronized void succeed(final TlsContexts before) {
        // A session carries the client's certificate as it was checked then: not by the authorities of now.
        if (before != this && !asksClients(config) && !asksClients(before.config)) {
            tickets(before.tickets());
        }
    }

    /** Puts a new key for tickets in the place of one that is {@link TicketKeys#PERIOD_NS} old; to be called now and then. */
    synchronized void rotateTickets(final long nowNs) {
        if (owners > 0 && tickets.isDue(nowNs)) {
            tickets(tickets.next(nowNs));
        }
    }

    private synchronized TicketKeys tickets() {
        return tickets;
    }

    private synchronized void tickets(final TicketKeys keys) {
        tickets = keys;
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setTicketKeys(keys.all());
        }
    }

    /** What they were built from. */
    TlsConfig config() {
        return config;
    }

    /** One owner more: each closes once. */
    synchronized TlsContexts share() {
        owners++;
        return this;
    }

    /** When the last owner closes, no new connection is made from these; open ones go on. */
    @Override
    public synchronized void close() {
        if (--owners == 0) {
            ReferenceCountUtil.release(context);
        }
    }
}
