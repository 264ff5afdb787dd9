package openclaw.edge.proxy.exchange;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The counters of one event loop: written by it alone without locked instructions, read by any thread. Who reads what is counted
 * later before what is counted earlier never sees the later one ahead.
 */
public final class LoopCounters {
    private static final int PADDING_BYTES = 64;
    private static final EdgeCounter[] ALL = EdgeCounter.values();

    private final UnsafeBuffer buffer = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(2 * PADDING_BYTES + ALL.length * Long.BYTES, PADDING_BYTES));

    /** Adds one. The loop's own thread only. */
    public void increment(final EdgeCounter counter) {
        add(counter, 1);
    }

    /** Adds {@code amount}. The loop's own thread only. */
    public void add(final EdgeCounter counter, final long amount) {
        final int at = PADDING_BYTES + counter.ordinal() * Long.BYTES;
        buffer.putLongRelease(at, buffer.getLong(at) + amount);
    }

    /** The value; any thread. */
    public long get(final EdgeCounter counter) {
        return buffer.getLongAcquire(PADDING_BYTES + counter.ordinal() * Long.BYTES);
    }
}
