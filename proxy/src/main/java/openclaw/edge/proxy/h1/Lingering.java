package openclaw.edge.proxy.h1;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * How a connection ends whose last answer must arrive: a plain close with unread input resets it, and the reset destroys what
 * the client has not read (RFC 9112 section 9.6). So output is shut down, and input dropped for a while.
 */
final class Lingering {
    /** Most input that is dropped. */
    static final int MOST_BYTES = 256 * 1024;

    private Lingering() {}

    /** Closes so that the client takes nothing it has for a whole answer: by TLS, without a close_notify. */
    static void reset(final ChannelHandlerContext ctx) {
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        final ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
        (tls == null ? ctx : tls).close();
    }

    /**
     * Shuts output down once everything is written; closes when the peer has closed already.
     *
     * @param shut run when output is shut and the peer's close is waited for
     */
    static void begin(final ChannelHandlerContext ctx, final boolean inputClosed, final Runnable shut) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (inputClosed || !written.isSuccess()) {
                ctx.close();
            } else {
                shutdownOutput(ctx);
                shut.run();
            }
        });
    }

    /** By TLS a close_notify comes first (RFC 8446 section 6.1): the end without one is that of an attacker. */
    private static void shutdownOutput(final ChannelHandlerContext ctx) {
        final DuplexChannel channel = (DuplexChannel) ctx.channel();
        final SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(sent -> channel.shutdownOutput());
        }
    }
}
