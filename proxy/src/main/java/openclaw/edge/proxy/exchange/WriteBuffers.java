package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/**
 * Buffers that the connections of one event loop collect their output in: taken for a turn, given back when the kernel has
 * their bytes. Many are out at once and come back at once, which allocators' caches are not made for. Owned by its event loop.
 */
public final class WriteBuffers {
    /** A peer that does not take this much is waited for; of every connection. */
    public static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** Of a buffer when it is taken; it may grow. */
    public static final int LENGTH_BYTES = 4 * 1024;

    private static final int KEEP = 1024;

    private final ByteBufAllocator allocator;
    private final ByteBuf[] free = new ByteBuf[KEEP];
    private int freeCount;

    WriteBuffers(final ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** An empty buffer. */
    public ByteBuf take() {
        if (freeCount == 0) {
            return allocator.directBuffer(LENGTH_BYTES);
        }
        final ByteBuf buffer = free[--freeCount];
        free[freeCount] = null;
        return buffer;
    }

    /** Takes over the caller's reference to a buffer from {@link #take}: kept if nobody else holds one. */
    public void give(final ByteBuf buffer) {
        if (buffer.refCnt() == 1 && buffer.capacity() == LENGTH_BYTES && freeCount < KEEP) {
            free[freeCount++] = buffer.clear();
        } else {
            buffer.release();
        }
    }

    /** Gives all buffers back. The loop writes no more. */
    public void close() {
        while (freeCount > 0) {
            free[--freeCount].release();
            free[freeCount] = null;
        }
    }
}
