package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import org.agrona.collections.LongArrayQueue;

/**
 * Holds a client connection's output back until the records of the responses that end in it are durable. Stands between the
 * protocol and TLS, and only where records are not durable at once.
 *
 * <p>What is written is kept until a flush; a flush passes it on if the last {@linkplain #recorded() record} is durable, else it
 * <em>parks</em>: what the flush covers waits for that record, in order, and later flushes behind it. Output that waits counts as
 * unsent: beyond the channel's high-water mark the channel is not writable, and the loop's budget counts it.
 *
 * <p>A close waits for what is parked, but no longer than {@link #CLOSE_WAIT_NS}; a close that resets waits for nothing. Owned by
 * its event loop.
 */
public final class OutputGate extends ChannelDuplexHandler {
    /** How long a closing connection's output may wait for a journal that does not get on. */
    public static final long CLOSE_WAIT_NS = 10_000_000_000L;

    private static final int WRITABILITY = 1;

    private final LoopContext loop;
    private final ParkedOutputs outputs;
    private final ArrayDeque<Object> messages = new ArrayDeque<>();
    private final ArrayDeque<ChannelPromise> promises = new ArrayDeque<>();

    /** Of each parked flush the sequence that it waits for, and the messages and the bytes that it covers. */
    private final LongArrayQueue parked = new LongArrayQueue();

    private final Deadline closing = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            loop.counters().increment(EdgeCounter.OUTPUT_PARKED_GIVEN_UP);
            closeNow();
        }
    };

    private ChannelHandlerContext ctx;
    private ChannelPromise closePromise;
    private long awaited;
    private int unflushedMessages;
    private long unflushedBytes;
    private long parkedBytes;
    private long heldBytes;
    private boolean listed;

    /** @param loop of the connection */
    public OutputGate(final LoopContext loop) {
        this.loop = loop;
        this.outputs = loop.parkedOutputs();
    }

    /** The gate of a connection, or null where there is none. */
    public static OutputGate of(final ChannelPipeline pipeline) {
        return pipeline.get(OutputGate.class);
    }

    /** An exchange of this connection has left its record just now: what is flushed from now on waits for it. */
    public void recorded() {
        awaited = outputs.committed();
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext context) {
        discard();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        discard();
        context.fireChannelInactive();
    }

    /** A connection that the client has reset takes nothing any more, so nothing keeps it from closing. */
    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (cause instanceof IOException) {
            discard();
        }
        context.fireExceptionCaught(cause);
    }

    // ---- output ----

    @Override
    public void write(final ChannelHandlerContext context, final Object message, final ChannelPromise promise) {
        if (!context.channel().isOpen()) {
            fail(message, promise);
            return;
        }
        messages.add(message);
        promises.add(promise);
        final int bytes = message instanceof ByteBuf ? ((ByteBuf) message).readableBytes() : 0;
        unflushedMessages++;
        unflushedBytes += bytes;
        hold(bytes);
    }

    @Override
    public void flush(final ChannelHandlerContext context) {
        final int count = unflushedMessages;
        final long bytes = unflushedBytes;
        // First of all: what passes may make the channel writable, and the connection write and flush again.
        unflushedMessages = 0;
        unflushedBytes = 0;
        if (parked.isEmpty() && outputs.isDurable(awaited)) {
            pass(count, bytes);
            context.flush();
        } else if (count > 0) {
            parked.addLong(awaited);
            parked.addLong(count);
            parked.addLong(bytes);
            countParked(bytes);
            loop.counters().increment(EdgeCounter.OUTPUT_PARKED);
            list();
        }
    }

    /** More is durable, perhaps enough. */
    void look() {
        listed = false;
        boolean passed = false;
        while (!parked.isEmpty() && outputs.isDurable(parked.peekLong())) {
            parked.pollLong();
            final long count = parked.pollLong();
            final long bytes = parked.pollLong();
            countParked(-bytes);
            pass((int) count, bytes);
            passed = true;
        }
        if (passed) {
            ctx.flush();
        }
        if (!parked.isEmpty()) {
            list();
        } else if (closePromise != null) {
            closeNow();
        }
    }

    private void countParked(final long bytes) {
        parkedBytes += bytes;
        loop.budget().add((int) bytes);
    }

    private void list() {
        if (!listed) {
            listed = true;
            outputs.add(this);
        }
    }

    private void pass(final int count, final long bytes) {
        for (int i = 0; i < count; i++) {
            ctx.write(messages.remove(), promises.remove());
        }
        hold(-bytes);
    }

    /** Beyond the water mark the channel says that it takes no more, until half of that is gone. */
    private void hold(final long bytes) {
        final Channel channel = ctx.channel();
        heldBytes += bytes;
        final ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        if (unsent == null) {
            return;
        }
        if (heldBytes > WriteBuffers.WATER_MARK.high()) {
            unsent.setUserDefinedWritability(WRITABILITY, false);
        } else if (heldBytes <= WriteBuffers.WATER_MARK.low()) {
            unsent.setUserDefinedWritability(WRITABILITY, true);
        }
    }

    // ---- ends ----

    @Override
    public void close(final ChannelHandlerContext context, final ChannelPromise promise) {
        if (parked.isEmpty() || isReset(context.channel())) {
            discard();
            context.close(promise);
        } else if (closePromise == null) {
            closePromise = promise;
            loop.timers().set(closing, loop.clock().nowNs() + CLOSE_WAIT_NS);
        } else {
            context.channel().closeFuture().addListener(closed -> promise.trySuccess());
        }
    }

    private static boolean isReset(final Channel channel) {
        final Integer lingerSeconds = channel.config().getOption(ChannelOption.SO_LINGER);
        return lingerSeconds != null && lingerSeconds == 0;
    }

    private void closeNow() {
        final ChannelPromise promise = closePromise == null ? ctx.newPromise() : closePromise;
        closePromise = null;
        discard();
        ctx.close(promise);
    }

    /** Drops what is held: nobody will get it. */
    private void discard() {
        loop.timers().remove(closing);
        countParked(-parkedBytes);
        parked.clear();
        unflushedMessages = 0;
        unflushedBytes = 0;
        while (!messages.isEmpty()) {
            fail(messages.remove(), promises.remove());
        }
        hold(-heldBytes);
    }

    private static void fail(final Object message, final ChannelPromise promise) {
        ReferenceCountUtil.release(message);
        if (!promise.isVoid()) {
            promise.tryFailure(new ClosedChannelException());
        }
    }
}
