package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Bytes that came and cannot be used yet: an unfinished head, or requests ahead of their turn. They are held in a buffer of
 * about their own size, not in the read buffer, and counted in the budget.
 */
public final class Input {
    private static final int LEAST_BYTES = 256;

    private final ByteBufAllocator allocator;
    private final BufferBudget.Share budget;
    private ByteBuf held;
    private int countedBytes;

    /** Holds nothing yet. */
    public Input(final ByteBufAllocator allocator, final BufferBudget.Share budget) {
        this.allocator = allocator;
        this.budget = budget;
    }

    /** Whether nothing is held. */
    public boolean isEmpty() {
        return held == null;
    }

    /** Bytes held. */
    public int heldBytes() {
        return held == null ? 0 : held.readableBytes();
    }

    /**
     * Joins what is held with what came. The result, read from its reader index, is the caller's until {@link #keep}.
     *
     * @param in is taken over
     */
    public ByteBuf join(final ByteBuf in) {
        final ByteBuf old = held;
        if (old == null) {
            return in;
        }
        take();
        final ByteBuf joined = room(old, in.readableBytes());
        joined.writeBytes(in);
        in.release();
        return joined;
    }

    /** Takes out what is held, or null. */
    public ByteBuf take() {
        final ByteBuf old = held;
        held = null;
        budget.add(-countedBytes);
        countedBytes = 0;
        return old;
    }

    /** Holds what was not used of {@code in}, which is taken over. */
    public void keep(final ByteBuf in, final boolean joined) {
        final int length = in.readableBytes();
        if (length == 0) {
            in.release();
            return;
        }
        if (joined) {
            held = in;
        } else {
            held = allocator.directBuffer(Math.max(LEAST_BYTES, length));
            held.writeBytes(in);
            in.release();
        }
        countedBytes = held.capacity();
        budget.add(countedBytes);
    }

    /** Drops what is held. */
    public void release() {
        final ByteBuf old = take();
        if (old != null) {
            old.release();
        }
    }

    /** A buffer with the readable bytes of {@code old} and room for {@code more}; {@code old} itself or one in its place. */
    private ByteBuf room(final ByteBuf old, final int more) {
        if (old.writableBytes() >= more) {
            return old;
        }
        final int length = old.readableBytes();
        final int needed = length + more;
        if (needed <= old.capacity()) {
            old.discardReadBytes();
            return old;
        }
        // Half as much again at most: 20,000 unfinished heads of 15 KiB must not take 32 KiB each.
        final ByteBuf larger = allocator.directBuffer(needed + Math.min(needed / 2, 1024));
        larger.writeBytes(old);
        old.release();
        return larger;
    }
}
