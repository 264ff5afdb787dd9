package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import openclaw.edge.proxy.exchange.Input;
import openclaw.edge.proxy.exchange.LoopContext;

/**
 * What came over one connection from a client and is not decoded yet: given on frame by frame, as the gate lets them through, and
 * so many new streams a turn. What is left then waits for the next turn, and beyond a bound nothing more is read.
 */
final class FrameInput {
    private static final int MOST_INPUT_BYTES = 64 * 1024;
    private static final int STREAMS_PER_TURN = 32;
    private static final int BLOCK_LIMIT_FACTOR = 4;

    private final H2Connection connection;
    private final LoopContext loop;
    private final FrameGate gate;
    private final Input input;
    private final int blockBytes;
    private final Runnable resumption = this::resume;

    private ChannelHandlerContext ctx;
    private boolean resumes;
    private int openedInTurn;

    FrameInput(final H2Connection connection, final H2Loop h2, final FrameGate gate) {
        this.connection = connection;
        this.loop = h2.loop;
        this.gate = gate;
        this.input = new Input(loop.allocator(), loop.budget());
        this.blockBytes = BLOCK_LIMIT_FACTOR * h2.settings().headBytes();
    }

    void open(final ChannelHandlerContext context) {
        ctx = context;
    }

    /** Goes through what came, together with what was held before; {@code in} is released or kept. */
    void read(final ByteBuf in) {
        openedInTurn = 0;
        final boolean joined = !input.isEmpty();
        process(input.join(in), joined);
    }

    /** A frame that was decoded has opened a stream. */
    void streamOpened() {
        openedInTurn++;
    }

    private void resume() {
        resumes = false;
        if (connection.isOver()) {
            return;
        }
        if (!input.isEmpty()) {
            openedInTurn = 0;
            process(input.take(), true);
        }
        if (!resumes) {
            connection.resumed();
        } else {
            connection.flushSoon();
        }
    }

    private void process(final ByteBuf received, final boolean joined) {
        boolean more = true;
        while (more && !connection.isOver()) {
            more = openedInTurn < STREAMS_PER_TURN && decodeNext(received);
        }
        if (connection.isOver()) {
            received.release();
            return;
        }
        input.keep(received, joined);
        if (openedInTurn >= STREAMS_PER_TURN && !input.isEmpty() && !resumes) {
            resumes = true;
            ctx.executor().execute(resumption);
        }
        final boolean full = input.heldBytes() >= MOST_INPUT_BYTES;
        if (full == ctx.channel().config().isAutoRead()) {
            ctx.channel().config().setAutoRead(!full);
        }
        connection.settle();
    }

    /** Decodes the preface or one frame. Returns whether there was one. */
    private boolean decodeNext(final ByteBuf in) {
        try {
            final int length = gate.next(in, loop.clock().nowNs(), blockBytes);
            if (length == FrameGate.NEED_MORE) {
                return false;
            }
            final int end = in.readerIndex() + length;
            final int writerIndex = in.writerIndex();
            in.writerIndex(end);
            connection.decodeFrame(in);
            in.setIndex(end, writerIndex);
            return true;
        } catch (final Exception e) {
            connection.decodeFailed(e);
            return false;
        }
    }

    /** Whether whole frames wait for their turn. */
    boolean isResuming() {
        return resumes;
    }

    /** Whether a frame has begun whose rest has not come. */
    boolean isFrameOpen() {
        return !input.isEmpty() && !resumes;
    }

    /** Whether something has begun that is to be complete in the time of a head. */
    boolean isHeadOpen() {
        return !gate.isOpen() || gate.isBlockOpen() || (isFrameOpen() && !gate.isPartialData());
    }

    /** What is held is dropped. */
    void release() {
        input.release();
    }
}
