package openclaw.edge.proxy.forward;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpScheme;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.HttpToHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.InboundHttp2ToHttpAdapterBuilder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import openclaw.edge.yaml.FailureWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every server again and again how it is, on one small thread apart from the event loops: {@code GET path} on a connection
 * of its own. 200 to 399 in time is good. A server counts as well until it failed {@code fall} times in a row, and then as ill
 * until it was good {@code rise} times in a row; so a start waits for no check.
 */
public final class HealthChecks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
    private static final long CLOSE_MS = 1_000;
    private static final int OK_FROM = 200;
    private static final int OK_BELOW = 400;
    private static final int MOST_BODY_BYTES = 1 << 20;

    /**
     * How servers are asked.
     *
     * @param path of the request, with its query
     * @param intervalNs between two checks of a server
     * @param timeoutNs from the beginning of the connect to the response's head
     */
    public record Settings(String path, long intervalNs, long timeoutNs, int fall, int rise) {}

    private final UpstreamServers servers;
    private final Settings settings;
    private final boolean http2;
    private final Function<UpstreamServer, ChannelHandler> tls;
    private final Map<UpstreamServer, Patient> patients = new HashMap<>();
    private EventLoopGroup thread;

    /**
     * @param http2 whether servers are asked by HTTP/2, as their requests come
     * @param tls makes what secures a connection to a server; null for one without TLS
     */
    public HealthChecks(
            final UpstreamServers servers,
            final Settings settings,
            final boolean http2,
            final Function<UpstreamServer, ChannelHandler> tls) {
        this.servers = servers;
        this.settings = settings;
        this.http2 = http2;
        this.tls = tls;
    }

    /** Begins, with a first check of all at once. */
    public void start() {
        thread = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("upstream-health", true), NioIoHandler.newFactory());
        thread.scheduleWithFixedDelay(this::checkAll, 0, settings.intervalNs(), TimeUnit.NANOSECONDS);
    }

    private void checkAll() {
        try {
            final List<UpstreamServer> current = List.of(servers.current());
            patients.keySet().retainAll(current);
            for (final UpstreamServer server : current) {
                final Patient patient = patients.computeIfAbsent(server, Patient::new);
                if (!patient.isAsked) {
                    patient.ask();
                }
            }
        } catch (final RuntimeException e) {
            // Otherwise the executor would silently stop.
            LOG.error("checking the health of upstreams failed; it is tried again", e);
        }
    }

    /** What the checks know of one server. On the checks' thread. */
    private final class Patient {
        private final UpstreamServer server;
        private boolean isAsked;
        private int good;
        private int bad;

        Patient(final UpstreamServer server) {
            this.server = server;
        }

        void ask() {
            isAsked = true;
            final Question question = new Question(this);
            final var connecting = new Bootstrap()
                    .group(thread)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                            Math.max(1, TimeUnit.NANOSECONDS.toMillis(settings.timeoutNs())))
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(final Channel channel) {
                            final ChannelHandler secured = tls.apply(server);
                            if (secured != null) {
                                channel.pipeline().addLast(secured);
                            }
                            channel.pipeline().addLast(http2 ? codecOf2() : new HttpClientCodec(), question);
                        }
                    })
                    .connect(server.address());
            connecting.addListener(done -> {
                if (!done.isSuccess()) {
                    thread.execute(() -> question.failed(FailureWords.of(done.cause())));
                }
            });
        }

        private ChannelHandler codecOf2() {
            final Http2Connection connection = new DefaultHttp2Connection(false);
            return new HttpToHttp2ConnectionHandlerBuilder()
                    .connection(connection)
                    .httpScheme(server.origin().secure() ? HttpScheme.HTTPS : HttpScheme.HTTP)
                    .frameListener(new InboundHttp2ToHttpAdapterBuilder(connection)
                            .maxContentLength(MOST_BODY_BYTES)
                            .build())
                    .build();
        }

        void answered(final boolean well, final String why) {
            isAsked = false;
            if (well) {
                bad = 0;
                if (!server.isHealthy() && ++good >= settings.rise()) {
                    server.healthy(true);
                    LOG.info("upstream {} is healthy again: {} good checks in a row", server, good);
                }
            } else {
                good = 0;
                if (server.isHealthy() && ++bad >= settings.fall()) {
                    server.healthy(false);
                    LOG.warn("upstream {} is unhealthy: {} checks failed in a row, the last: {}", server, bad, why);
                }
            }
        }
    }

    /** One request of a check. */
    private final class Question extends ChannelInboundHandlerAdapter {
        private final Patient patient;
        private ChannelHandlerContext ctx;
        private boolean isOver;

        Question(final Patient patient) {
            this.patient = patient;
        }

        @Override
        public void handlerAdded(final ChannelHandlerContext context) {
            ctx = context;
            context.executor().schedule(() -> failed("no answer in time"), settings.timeoutNs(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void channelActive(final ChannelHandlerContext context) {
            final var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, settings.path());
            request.headers()
                    .set(HttpHeaderNames.HOST, patient.server.origin().authority())
                    .set(HttpHeaderNames.USER_AGENT, "openclaw-edge-health");
            if (!http2) {
                request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            context.writeAndFlush(request, context.voidPromise());
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            if (message instanceof HttpResponse response) {
                final int status = response.status().code();
                if (response.decoderResult().isFailure()) {
                    failed("an answer that is no HTTP");
                } else if (status >= OK_FROM) {
                    over(status < OK_BELOW, "status " + status);
                }
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(final ChannelHandlerContext context) {
            failed("the connection was closed before an answer");
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            failed(FailureWords.of(cause));
        }

        void failed(final String why) {
            over(false, why);
        }

        private void over(final boolean well, final String why) {
            if (!isOver) {
                isOver = true;
                patient.answered(well, why);
                if (ctx != null) {
                    ctx.close();
                }
            }
        }
    }

    /** Ends the thread; verdicts stay as they are. */
    @Override
    public void close() {
        if (thread != null) {
            thread.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MS);
        }
    }
}
