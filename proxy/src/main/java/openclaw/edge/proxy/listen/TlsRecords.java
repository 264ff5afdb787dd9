package openclaw.edge.proxy.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;

/**
 * Stands before TLS and lets whole records pass (RFC 8446 section 5.1), so that TLS holds no input: what came of a record that
 * is not whole is kept here, in a buffer of about its own size that counts in the budget, and not in the loop's read buffer.
 * When the budget is tight, those that have kept others waiting longest are closed.
 */
final class TlsRecords extends ChannelInboundHandlerAdapter {
    private static final int HEADER_BYTES = 5;
    private static final int LEAST_BYTES = 256;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int VERSION_MAJOR = 3;

    /** RFC 5246 section 6.2.3; those of TLS 1.3 are shorter. */
    private static final int MOST_BYTES = (1 << 14) + 2048;

    private final LoopContext loop;
    private final OldestFirst unfinished;
    private final OldestFirst.Link link = new OldestFirst.Link(this::giveUp);
    private ChannelHandlerContext ctx;
    private ByteBuf held;
    private int countedBytes;
    private boolean begun;
    private boolean alien;
    private boolean passAll;

    TlsRecords(final LoopContext loop, final OldestFirst unfinished) {
        this.loop = loop;
        this.unfinished = unfinished;
    }

    /** Whether the first thing that came was no handshake record at all. */
    boolean isAlien() {
        return alien;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (!begun && in.isReadable()) {
            begun = true;
            alien = in.getByte(in.readerIndex()) != HANDSHAKE;
        }
        if (held != null) {
            final ByteBuf whole = complete(in);
            if (whole != null) {
                context.fireChannelRead(whole);
            }
        }
        passWhole(context, in);
    }

    /** Adds to the record that is held, up to its end; returns it when it is whole. */
    private ByteBuf complete(final ByteBuf in) {
        add(in, HEADER_BYTES - held.readableBytes());
        if (held.readableBytes() >= HEADER_BYTES && !passAll) {
            if (isRecord(held, held.readerIndex())) {
                add(in, HEADER_BYTES + length(held, held.readerIndex()) - held.readableBytes());
            } else {
                passAll = true;
            }
        }
        final boolean isWhole = passAll
                || (held.readableBytes() >= HEADER_BYTES
                        && held.readableBytes() == HEADER_BYTES + length(held, held.readerIndex()));
        return isWhole ? take() : null;
    }

    private void add(final ByteBuf in, final int wanted) {
        final int n = Math.min(wanted, in.readableBytes());
        if (n > 0) {
            held.writeBytes(in, n);
            count(held.capacity());
        }
    }

    /** Passes the whole records that {@code in}, which is taken over, begins with, and holds the rest. */
    private void passWhole(final ChannelHandlerContext context, final ByteBuf in) {
        final int from = in.readerIndex();
        final int end = in.writerIndex();
        int at = from;
        while (!passAll && end - at >= HEADER_BYTES) {
            if (!isRecord(in, at)) {
                // It is for TLS to refuse it.
                passAll = true;
            } else if (end - at < HEADER_BYTES + length(in, at)) {
                break;
            } else {
                at += HEADER_BYTES + length(in, at);
            }
        }
        if (!passAll && at < end) {
            if (context.isRemoved() || !context.channel().isActive()) {
                in.release();
                return;
            }
            hold(in, at, end - at);
            in.writerIndex(at);
        }
        if (in.isReadable()) {
            context.fireChannelRead(in);
        } else {
            in.release();
        }
    }

    private void hold(final ByteBuf in, final int at, final int length) {
        held = loop.allocator().directBuffer(Math.max(LEAST_BYTES, length), HEADER_BYTES + MOST_BYTES);
        held.writeBytes(in, at, length);
        count(held.capacity());
        unfinished.add(link);
        while (loop.budget().isTight() && unfinished.giveUpOldest()) {
            loop.counters().increment(EdgeCounter.TLS_RECORD_EVICTIONS);
        }
    }

    private ByteBuf take() {
        final ByteBuf taken = held;
        held = null;
        count(0);
        link.remove();
        return taken;
    }

    private void count(final int bytes) {
        loop.budget().add(bytes - countedBytes);
        countedBytes = bytes;
    }

    private void giveUp() {
        release();
        ctx.close();
    }

    private void release() {
        if (held != null) {
            take().release();
        }
    }

    private static boolean isRecord(final ByteBuf in, final int at) {
        final int type = in.getByte(at);
        return type >= CHANGE_CIPHER_SPEC
                && type <= APPLICATION_DATA
                && in.getByte(at + 1) == VERSION_MAJOR
                && length(in, at) <= MOST_BYTES;
    }

    private static int length(final ByteBuf in, final int at) {
        return in.getUnsignedShort(at + 3);
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        release();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext context) {
        release();
    }
}
