package openclaw.edge.proxy.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the PROXY header that a connection must begin with, tells who the client is, and goes. Anything else closes the
 * connection: what is guessed about a sender is not to be believed about its client.
 */
final class ProxyHeaderHandler extends SetupStage {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeaderHandler.class);
    private static final int LEAST_BYTES = 128;

    private final ProxyHeader header = new ProxyHeader();
    private final Consumer<InetSocketAddress> next;
    private ByteBuf held;
    private int countedBytes;

    /** @param next is given the client's address, null where the header names none, and adds the handlers that follow */
    ProxyHeaderHandler(
            final LoopContext loop,
            final Beginnings beginnings,
            final long timeoutNs,
            final Consumer<InetSocketAddress> next) {
        super(loop, beginnings, timeoutNs, EdgeCounter.PROXY_HEADER_TIMEOUTS);
        this.next = next;
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (isOver()) {
            in.release();
            return;
        }
        final int heldBytes = held == null ? 0 : held.readableBytes();
        final int joined = Math.min(in.readableBytes(), ProxyHeader.MOST_V2_BYTES - heldBytes);
        if (heldBytes > 0) {
            hold(in, joined);
        }
        final int length = header.read(heldBytes > 0 ? held : in);
        if (length > 0) {
            in.skipBytes(length - heldBytes);
            pass(context, in);
            return;
        }
        if (length == ProxyHeader.BAD) {
            loop.counters().increment(EdgeCounter.PROXY_HEADERS_REFUSED);
            closeNow();
        } else if (heldBytes == 0) {
            hold(in, joined);
        }
        in.release();
    }

    private void hold(final ByteBuf in, final int length) {
        if (held == null) {
            held = loop.allocator().directBuffer(Math.max(LEAST_BYTES, length));
        }
        held.writeBytes(in, in.readerIndex(), length);
        count(held.capacity());
    }

    private void pass(final ChannelHandlerContext context, final ByteBuf rest) {
        over();
        release();
        next.accept(header.source());
        context.fireChannelActive();
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
        }
        if (!context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

    private void count(final int bytes) {
        loop.budget().add(bytes - countedBytes);
        countedBytes = bytes;
    }

    private void release() {
        if (held != null) {
            held.release();
            held = null;
            count(0);
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof ChannelInputShutdownEvent && !isOver()) {
            loop.counters().increment(EdgeCounter.PROXY_HEADERS_REFUSED);
            closeNow();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext context) {
        release();
        super.handlerRemoved(context);
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (!(cause instanceof IOException)) {
            loop.counters().increment(EdgeCounter.EXCEPTIONS);
            LOG.error("client connection {} failed before its PROXY header; it is closed", context.channel(), cause);
        }
        closeNow();
    }
}
