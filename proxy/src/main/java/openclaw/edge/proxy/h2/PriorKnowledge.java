package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.function.Supplier;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Input;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * Looks at the first bytes of a connection without TLS: the preface of HTTP/2 (RFC 9113 section 3.4), whole, makes it an HTTP/2
 * connection; the first byte that differs, or that cannot be of it, makes it one of HTTP/1, whose parser gets everything. Gone
 * from the pipeline then.
 */
public final class PriorKnowledge extends ChannelInboundHandlerAdapter implements H2Loop.Unfinished {
    private static final byte[] PREFACE = Tokens.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    private final H2Loop h2;
    private final LoopContext loop;
    private final Supplier<ChannelHandler> http1;
    private final Supplier<ChannelHandler> http2;
    private final Input input;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            loop.counters().increment(input.isEmpty() ? EdgeCounter.KEEP_ALIVE_TIMEOUTS : EdgeCounter.HEAD_TIMEOUTS);
            ctx.close();
        }
    };

    private ChannelHandlerContext ctx;
    private boolean counted;

    /**
     * @param http1 makes the handler for HTTP/1, which is told that the channel is active when it was added
     * @param http2 makes the handler for HTTP/2, likewise
     */
    public PriorKnowledge(final H2Loop h2, final Supplier<ChannelHandler> http1, final Supplier<ChannelHandler> http2) {
        this.h2 = h2;
        this.loop = h2.loop;
        this.http1 = http1;
        this.http2 = http2;
        this.input = new Input(loop.allocator(), loop.budget());
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext context) {
        ctx = context;
        loop.timers().set(deadline, loop.clock().nowNs() + h2.settings().clientHeadNs());
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext context) {
        forget();
    }

    /** The handler that comes next is told in its time. */
    @Override
    public void channelActive(final ChannelHandlerContext context) {}

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        forget();
        if (!counted) {
            counted = true;
            loop.counters().increment(EdgeCounter.CONNECTIONS_ACCEPTED);
            loop.counters().increment(EdgeCounter.CONNECTIONS_CLOSED);
        }
    }

    private void forget() {
        loop.timers().remove(deadline);
        h2.removeUnfinished(this);
        input.release();
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final boolean joined = !input.isEmpty();
        final ByteBuf in = input.join((ByteBuf) message);
        final int count = Math.min(in.readableBytes(), PREFACE.length);
        int matched = 0;
        while (matched < count && in.getByte(in.readerIndex() + matched) == PREFACE[matched]) {
            matched++;
        }
        if (matched == count && matched < PREFACE.length) {
            input.keep(in, joined);
            h2.addUnfinished(this);
        } else {
            become(matched == PREFACE.length ? http2.get() : http1.get(), in);
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof ConnectionEvent) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        context.close();
    }

    private void become(final ChannelHandler protocol, final ByteBuf in) {
        counted = true;
        ctx.pipeline().addAfter(ctx.name(), null, protocol);
        ctx.fireChannelActive();
        ctx.fireChannelRead(in);
        ctx.pipeline().remove(this);
    }

    @Override
    public void evict() {
        ctx.close();
    }
}
