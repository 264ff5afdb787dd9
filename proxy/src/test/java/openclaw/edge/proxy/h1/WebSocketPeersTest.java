package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A WebSocket client and a WebSocket server that know nothing of the proxy between them. */
@Timeout(60)
class WebSocketPeersTest {
    private final EventLoopGroup serverLoops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private Channel server;
    private ProxyUnderTest proxy;

    @BeforeEach
    void start() throws Exception {
        server = new ServerBootstrap()
                .group(serverLoops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(1024),
                                        new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                                                .websocketPath("/ws")
                                                .checkStartsWith(true)
                                                .subprotocols("echo.v1")
                                                .maxFramePayloadLength(1 << 20)
                                                .build()),
                                        new Echo());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        proxy = new ProxyUnderTest((InetSocketAddress) server.localAddress(), 64 << 20, Waits.LONG);
    }

    @AfterEach
    void stopWithNothingLeft() throws Exception {
        OverSockets.eventually(() -> proxy.onLoop(() -> proxy.loop.exchanges().inUse()) == 0);
        OverSockets.eventually(() -> proxy.connections.open() == 0);
        assertThat(proxy.onLoop(proxy.budget::heldBytes)).isZero();
        assertThat(proxy.count(EdgeCounter.EXCEPTIONS)).isZero();
        proxy.close();
        server.close().sync();
        serverLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    /** Sends every message back. */
    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(final ChannelHandlerContext context, final WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
                context.writeAndFlush(frame.retain());
            }
        }
    }

    /** Keeps what comes, in one string per message, pong or close. */
    private static final class Heard implements WebSocket.Listener {
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private int binaryBytes;

        String next() throws InterruptedException {
            return heard.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onText(final WebSocket socket, final CharSequence data, final boolean last) {
            heard.add(data.toString());
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public CompletionStage<?> onBinary(final WebSocket socket, final ByteBuffer data, final boolean last) {
            binaryBytes += data.remaining();
            if (last) {
                heard.add("binary " + binaryBytes);
                binaryBytes = 0;
            }
            return WebSocket.Listener.super.onBinary(socket, data, last);
        }

        @Override
        public CompletionStage<?> onPong(final WebSocket socket, final ByteBuffer message) {
            heard.add("pong " + message.remaining());
            return WebSocket.Listener.super.onPong(socket, message);
        }

        @Override
        public CompletionStage<?> onClose(final WebSocket socket, final int status, final String reason) {
            heard.add("closed " + status + " " + reason);
            return null;
        }
    }

    @Test
    void shouldLetAClientAndAServerTalk() throws Exception {
        final Heard heard = new Heard();
        final WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("echo.v1")
                .buildAsync(URI.create("ws://127.0.0.1:" + proxy.port() + "/ws?room=1"), heard)
                .get(20, TimeUnit.SECONDS);
        assertThat(socket.getSubprotocol()).isEqualTo("echo.v1");
        for (int i = 0; i < 100; i++) {
            socket.sendText("message " + i, true).get(20, TimeUnit.SECONDS);
            assertThat(heard.next()).isEqualTo("message " + i);
        }
        final byte[] large = new byte[700_000];
        Arrays.fill(large, (byte) 7);
        socket.sendBinary(ByteBuffer.wrap(large), true).get(20, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo("binary 700000");
        socket.sendPing(ByteBuffer.wrap(new byte[5])).get(20, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo("pong 5");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(20, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo("closed 1000 bye");
        OverSockets.eventually(() -> !proxy.handler.ends.isEmpty());
        assertThat(proxy.ends()).containsExactly(Outcome.COMPLETE);
        assertThat(proxy.count(EdgeCounter.TUNNEL_BYTES_OUT)).isGreaterThan(700_000);
    }
}
