package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;

/** How a connection ends whose GOAWAY must arrive: output is shut down, and input dropped until the client closes, for a while. */
final class Ending {
    /** Longest wait for the client's own close. */
    static final long LONGEST_NS = 1_000_000_000L;

    private static final int MOST_BYTES = 256 * 1024;

    private ChannelHandlerContext ctx;
    private int discardedBytes;

    /** @param inputEnded whether the client has closed its side already, so that there is nothing to wait for */
    void begin(final ChannelHandlerContext context, final boolean inputEnded) {
        ctx = context;
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (inputEnded || !written.isSuccess()) {
                context.close();
            } else if (context.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        });
    }

    void discard(final ByteBuf in) {
        discardedBytes += in.readableBytes();
        in.release();
        if (discardedBytes > MOST_BYTES) {
            ctx.close();
        }
    }
}
