package openclaw.edge.ledger.lane;

import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/** The ledger's {@link LedgerCounter}s. Any thread may add and read. */
public final class LedgerCounters {
    private final AtomicCounter[] counters;

    /** All zero. */
    public LedgerCounters() {
        final LedgerCounter[] all = LedgerCounter.values();
        final CountersManager manager = new CountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(all.length * CountersReader.METADATA_LENGTH)),
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(
                        all.length * CountersReader.COUNTER_LENGTH, CountersReader.COUNTER_LENGTH)));
        counters = new AtomicCounter[all.length];
        for (final LedgerCounter counter : all) {
            counters[counter.id()] = manager.newCounter(counter.label());
        }
    }

    /**
     * Value of a counter.
     *
     * @param counter which
     * @return count since the process started
     */
    public long get(final LedgerCounter counter) {
        return counters[counter.id()].get();
    }

    /**
     * Adds to a counter.
     *
     * @param counter which
     * @param amount 0 or more
     */
    public void add(final LedgerCounter counter, final long amount) {
        counters[counter.id()].getAndAdd(amount);
    }

    /**
     * Adds one.
     *
     * @param counter which
     */
    public void increment(final LedgerCounter counter) {
        counters[counter.id()].increment();
    }
}
