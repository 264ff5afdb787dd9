package openclaw.edge.proxy.listen;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import openclaw.edge.proxy.config.ListenConfig;
import openclaw.edge.proxy.config.TimeoutsConfig;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Peer;

/**
 * What stands between an accepted connection and its protocol's handler, by a listener's settings: a PROXY header, then a TLS
 * handshake with the choice of a protocol. Immutable but for the keys of session tickets; a reload puts another in its place,
 * for connections from then on.
 */
public final class ConnectionSetup implements AutoCloseable {
    private static final ConnectionSetup PLAIN = new ConnectionSetup(false, false, null, 0, 0);

    private final boolean proxyProtocol;
    private final boolean http2;
    private final TlsContexts tls;
    private final long headNs;
    private final long handshakeNs;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ConnectionSetup(
            final boolean proxyProtocol,
            final boolean http2,
            final TlsContexts tls,
            final long headNs,
            final long handshakeNs) {
        this.proxyProtocol = proxyProtocol;
        this.http2 = http2;
        this.tls = tls;
        this.headNs = headNs;
        this.handshakeNs = handshakeNs;
    }

    /** HTTP/1 at once. */
    public static ConnectionSetup plain() {
        return PLAIN;
    }

    /**
     * By a configuration; where it asks for TLS, the contexts are built.
     *
     * @throws IOException when TLS cannot be set up; the message says where and why
     */
    public static ConnectionSetup of(final ListenConfig config, final TimeoutsConfig timeouts) throws IOException {
        return PLAIN.next(config, timeouts);
    }

    /**
     * As {@link #of}, to take this one's place: where the same is asked of TLS with the same certificates, the contexts are this
     * one's. Not on a set-up that is closed.
     */
    public ConnectionSetup next(final ListenConfig config, final TimeoutsConfig timeouts) throws IOException {
        TlsContexts contexts = null;
        if (config.isSecure()) {
            contexts = tls != null && tls.config().isSame(config.tls())
                    ? tls.share()
                    : TlsContexts.of(config, System.nanoTime());
        }
        return new ConnectionSetup(
                config.proxyProtocol(), config.http2(), contexts, timeouts.clientHeadNs(), timeouts.tlsHandshakeNs());
    }

    /** Whether connections begin with a PROXY header. */
    boolean expectsHeader() {
        return proxyProtocol;
    }

    /** How long a PROXY header may take. */
    long headNs() {
        return headNs;
    }

    /**
     * Goes on with a connection whose client is known. On its event loop.
     *
     * @return false when this set-up was replaced just now: the one in its place is to be asked
     */
    boolean begin(
            final Channel channel,
            final LoopContext loop,
            final Beginnings beginnings,
            final InetSocketAddress client,
            final Listener.Acceptor acceptor) {
        if (tls == null) {
            acceptor.accept(channel, new Peer(client, false), http2 ? Protocol.HTTP_1_OR_2 : Protocol.HTTP_1);
            return true;
        }
        final SslHandler handler = tls.newHandler(loop.allocator());
        if (handler == null) {
            return false;
        }
        // The loop's own timers do that.
        handler.setHandshakeTimeoutMillis(0);
        final TlsRecords records = new TlsRecords(loop, beginnings.records);
        channel.pipeline()
                .addLast(
                        records,
                        handler,
                        new TlsHandshake(loop, beginnings, handshakeNs, handler, records, client, acceptor));
        return true;
    }

    /** To be called now and then: new keys for session tickets when it is time. Any thread. */
    void keepHouse(final long nowNs) {
        if (tls != null) {
            tls.rotateTickets(nowNs);
        }
    }

    /** Takes the place of another: clients resume their sessions as before. */
    void succeed(final ConnectionSetup before) {
        if (tls != null && before.tls != null) {
            tls.succeed(before.tls);
        }
    }

    /** No connection begins here any more; open ones go on. */
    @Override
    public void close() {
        if (tls != null && closed.compareAndSet(false, true)) {
            tls.close();
        }
    }
}
