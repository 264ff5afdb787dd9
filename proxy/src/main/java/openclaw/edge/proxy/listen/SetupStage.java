package openclaw.edge.proxy.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import openclaw.edge.proxy.exchange.ConnectionEvent;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;

/**
 * Something that must be over on a connection before a protocol's handler comes into the pipeline; bounded in time, and the
 * first to go when connections run short. The next handlers are told that the channel is active when they are there. Owned by
 * its event loop.
 */
abstract class SetupStage extends ChannelInboundHandlerAdapter {
    final LoopContext loop;
    final Beginnings beginnings;
    private final long timeoutNs;
    private final EdgeCounter timeouts;
    private final OldestFirst.Link link = new OldestFirst.Link(this::evict);
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            timedOut();
        }
    };

    private ChannelHandlerContext ctx;
    private boolean over;

    SetupStage(final LoopContext loop, final Beginnings beginnings, final long timeoutNs, final EdgeCounter timeouts) {
        this.loop = loop;
        this.beginnings = beginnings;
        this.timeoutNs = timeoutNs;
        this.timeouts = timeouts;
    }

    /** Whether this stage has been passed, or has failed. */
    final boolean isOver() {
        return over;
    }

    /** Nothing is waited for any more. */
    final void over() {
        over = true;
        loop.timers().remove(deadline);
        link.remove();
    }

    /** Closes without a word: there is nobody yet who would understand one. */
    final void closeNow() {
        over();
        ctx.pipeline().firstContext().close();
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext context) {
        ctx = context;
        loop.timers().set(deadline, loop.clock().nowNs() + timeoutNs);
        beginnings.setups.add(link);
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext context) {
        over();
    }

    /** Not passed on: whom it is for is not there yet. */
    @Override
    public final void channelActive(final ChannelHandlerContext context) {}

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (over) {
            context.fireUserEventTriggered(event);
        } else if (event instanceof ConnectionEvent) {
            // Nothing was asked yet that would be left without an answer.
            closeNow();
        }
    }

    private void timedOut() {
        loop.counters().increment(timeouts);
        closeNow();
    }

    private void evict() {
        loop.counters().increment(EdgeCounter.SETUP_EVICTIONS);
        closeNow();
    }
}
