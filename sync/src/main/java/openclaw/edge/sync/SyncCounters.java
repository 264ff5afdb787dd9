package openclaw.edge.sync;

import openclaw.edge.sync.wire.DropReason;
import org.agrona.BufferUtil;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Counters of gossip: one of each {@link SyncCounter}, one of each {@link DropReason}. Read and written by any thread. */
public final class SyncCounters {

    private static final int CACHE_LINE_BYTES = 64;

    private final AtomicBuffer buffer;

    /** Counters at zero. */
    public SyncCounters() {
        // A line before and after, so that they share none with another thread's words.
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
                2 * CACHE_LINE_BYTES + (DropReason.count() + SyncCounter.count()) * Long.BYTES, CACHE_LINE_BYTES));
    }

    /**
     * Present value.
     *
     * @param counter which.
     * @return its value.
     */
    public long get(final SyncCounter counter) {
        return buffer.getLongVolatile(offset(counter));
    }

    /**
     * Datagrams dropped so far.
     *
     * @param reason for one reason.
     * @return how many.
     */
    public long dropped(final DropReason reason) {
        return buffer.getLongVolatile(offset(reason));
    }

    /**
     * Adds.
     *
     * @param counter to which.
     * @param delta how much.
     */
    public void add(final SyncCounter counter, final long delta) {
        buffer.getAndAddLong(offset(counter), delta);
    }

    /**
     * Counts a dropped datagram; {@link DropReason#NONE} counts those that were not dropped.
     *
     * @param reason why.
     */
    public void onDropped(final DropReason reason) {
        buffer.getAndAddLong(offset(reason), 1);
    }

    private static int offset(final DropReason reason) {
        return CACHE_LINE_BYTES + reason.id() * Long.BYTES;
    }

    /** Behind the reasons: these are added to more seldom than counters. */
    private static int offset(final SyncCounter counter) {
        return CACHE_LINE_BYTES + (DropReason.count() + counter.id()) * Long.BYTES;
    }
}
