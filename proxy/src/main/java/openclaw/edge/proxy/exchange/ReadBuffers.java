package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The buffer that the sockets of one event loop are read into: one for all of them, since each is done with it before the next
 * is read, and large, so that a usual message never fills it (a full buffer makes the loop read again, in vain).
 *
 * <p>Whoever keeps what was read copies it, or, when the buffer is mostly full, keeps the buffer: the loop then takes another.
 * Owned by its event loop.
 */
public final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
    /** Of a read buffer. */
    public static final int LENGTH_BYTES = 64 * 1024;

    private final BufferBudget.Share budget;
    private ByteBuf shared;
    private ByteBuf small;

    /** One read per turn: a peer that always has more to send leaves the loop to the others in between. */
    ReadBuffers(final BufferBudget.Share budget) {
        super(1);
        this.budget = budget;
    }

    @Override
    @SuppressWarnings("deprecation")
    public Handle newHandle() {
        return new SharedHandle();
    }

    /** Whether so much of a read buffer is worth keeping the whole; of a part of one, the buffer that it keeps counts. */
    public static boolean isWorthKeeping(final ByteBuf buffer, final int usedBytes) {
        ByteBuf whole = buffer;
        for (ByteBuf next = buffer.unwrap(); next != null; next = next.unwrap()) {
            whole = next;
        }
        return usedBytes >= whole.capacity() / 2;
    }

    /** Gives the buffers back. The loop reads no more. */
    public void close() {
        shared = released(shared);
        small = released(small);
    }

    private static ByteBuf released(final ByteBuf buffer) {
        if (buffer != null) {
            buffer.release();
        }
        return null;
    }

    /** When the budget is tight, no more is read at once than may then be held. */
    private ByteBuf next(final ByteBufAllocator allocator) {
        if (budget.isTight()) {
            small = free(small, BufferBudget.TIGHT_IN_FLIGHT_BYTES, allocator);
            return small.clear().retain();
        }
        shared = free(shared, LENGTH_BYTES, allocator);
        return shared.clear().retain();
    }

    /** The buffer, or another one if somebody kept it. */
    private static ByteBuf free(final ByteBuf buffer, final int bytes, final ByteBufAllocator allocator) {
        if (buffer != null && buffer.refCnt() == 1) {
            return buffer;
        }
        released(buffer);
        return allocator.directBuffer(bytes, bytes);
    }

    private final class SharedHandle extends MaxMessageHandle {
        @Override
        public ByteBuf allocate(final ByteBufAllocator allocator) {
            return next(allocator);
        }

        @Override
        public int guess() {
            return LENGTH_BYTES;
        }
    }
}
