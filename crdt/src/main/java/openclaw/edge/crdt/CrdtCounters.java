package openclaw.edge.crdt;

import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counters, read by any thread. Each {@link Buckets} has its own, written by the one thread that uses it, so that
 * counting costs no locked instruction; a {@link BucketTable}'s own are written by any.
 */
public final class CrdtCounters {

    private static final int CACHE_LINE_BYTES = 64;

    private final UnsafeBuffer buffer;
    private final long address;

    /** Counters at zero. */
    public CrdtCounters() {
        // A line before and after, so that two loops' counters never share one.
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
                2 * CACHE_LINE_BYTES + CrdtCounter.count() * Long.BYTES, CACHE_LINE_BYTES));
        address = buffer.addressOffset() + CACHE_LINE_BYTES;
    }

    /** Present value. */
    public long get(final CrdtCounter counter) {
        return buffer.getLongVolatile(offset(counter));
    }

    /** Sum of one counter over several instances, for scraping. */
    public static long sum(final CrdtCounter counter, final Iterable<CrdtCounters> counters) {
        long sum = 0;
        for (final CrdtCounters each : counters) {
            sum += each.get(counter);
        }
        return sum;
    }

    /** Adds; for the only writer. */
    void addRelease(final CrdtCounter counter, final long delta) {
        // Not addLongRelease, which is a locked instruction.
        // And not through the buffer's checks: a counter's place is known.
        final long at = address + counter.offset();
        UnsafeApi.putLongRelease(null, at, UnsafeApi.getLong(null, at) + delta);
    }

    /** Adds; for any number of writers. */
    void getAndAdd(final CrdtCounter counter, final long delta) {
        buffer.getAndAddLong(offset(counter), delta);
    }

    private static int offset(final CrdtCounter counter) {
        return CACHE_LINE_BYTES + counter.offset();
    }
}
