package openclaw.edge.proxy.testing;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/2 server of the library's own making: header compression with a table, windows, TLS. What it does is in the path:
 * {@code /echo}, {@code /bytes/N}, {@code /refuse}, {@code /reset}, {@code /half}, {@code /leave} (GOAWAY behind the answer) and
 * {@code /die} (the connection is cut).
 */
public final class Http2Server implements AutoCloseable {
    public final AtomicInteger connections = new AtomicInteger();
    public final AtomicInteger requests = new AtomicInteger();
    public final List<String> paths = new CopyOnWriteArrayList<>();

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;

    /** @param tls null: without */
    public Http2Server(final SslContext tls) throws InterruptedException {
        listener = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        connections.incrementAndGet();
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer().build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                                            @Override
                                            protected void initChannel(final Channel stream) {
                                                stream.pipeline().addLast(new Answer());
                                            }
                                        }),
                                        new Errors());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** The library takes what comes behind its GOAWAY for an error, and its own connections end with it. */
    private static final class Errors extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
            ctx.close();
        }
    }

    /** One request. */
    private final class Answer extends SimpleChannelInboundHandler<Http2StreamFrame> {
        private final ByteBuf body = Unpooled.buffer();
        private String path;

        @Override
        protected void channelRead0(final ChannelHandlerContext ctx, final Http2StreamFrame frame) {
            if (frame instanceof Http2HeadersFrame head) {
                path = path == null ? head.headers().path().toString() : path;
                if (head.isEndStream()) {
                    answer(ctx);
                }
            } else if (frame instanceof Http2DataFrame data) {
                body.writeBytes(data.content());
                if (data.isEndStream()) {
                    answer(ctx);
                }
            }
        }

        private void answer(final ChannelHandlerContext ctx) {
            requests.incrementAndGet();
            paths.add(path);
            if (path.startsWith("/refuse")) {
                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
            } else if (path.startsWith("/reset")) {
                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
            } else if (path.startsWith("/die")) {
                ctx.channel().parent().close();
            } else if (path.startsWith("/half")) {
                ctx.write(head("10"));
                ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(new byte[5])));
                ctx.channel().parent().close();
            } else {
                final ByteBuf content = path.startsWith("/bytes/")
                        ? Unpooled.wrappedBuffer(new byte[Integer.parseInt(path.substring("/bytes/".length()))])
                        : body.copy();
                ctx.write(head("" + content.readableBytes()));
                ctx.writeAndFlush(new DefaultHttp2DataFrame(content, true));
                if (path.startsWith("/leave")) {
                    ctx.channel().parent().writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
                }
            }
        }

        private DefaultHttp2HeadersFrame head(final String length) {
            return new DefaultHttp2HeadersFrame(new DefaultHttp2Headers()
                    .status("200")
                    .add("content-type", "text/plain")
                    .add("x-path", path)
                    .add("content-length", length));
        }

        @Override
        public void handlerRemoved(final ChannelHandlerContext ctx) {
            body.release();
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
            ctx.close();
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    }
}
