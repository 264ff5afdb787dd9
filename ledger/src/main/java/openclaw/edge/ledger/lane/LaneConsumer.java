package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * The consuming side of a living lane. Belongs to the journal's thread; allocates nothing.
 */
public final class LaneConsumer {
    private final LaneFile file;
    private final UnsafeBuffer buffer;
    private final LossEntry loss = new LossEntry();
    private final int slots;
    private long consumed;
    private long openExchanges;

    /**
     * A consumer that goes on where the file says.
     *
     * @param file of the lane
     */
    public LaneConsumer(final LaneFile file) {
        this.file = file;
        this.buffer = file.region().buffer();
        this.slots = file.slots();
        this.consumed = file.consumed();
    }

    /**
     * Hands committed records over in order, then moves the consumed position with release. When the sink throws, the
     * position stands behind the last record that it took.
     *
     * @param sink that takes them
     * @param limit most records to hand over
     * @return how many were handed over
     */
    public int drain(final RecordSink sink, final int limit) {
        final long before = consumed;
        try {
            while (consumed - before < limit) {
                final long sequence = consumed + 1;
                final int slotAt = HEADER_LENGTH + (int) (sequence & (slots - 1)) * SLOT_LENGTH;
                if (buffer.getLongVolatile(slotAt + SLOT_SEQUENCE_OFFSET) != sequence) {
                    break;
                }
                sink.accept(buffer, slotAt + SLOT_RECORD_OFFSET);
                consumed = sequence;
            }
        } finally {
            if (consumed != before) {
                file.consumed(consumed);
            }
        }
        return (int) (consumed - before);
    }

    /**
     * Hands over what was served without records since the last call.
     *
     * @param sink that takes it
     * @return how many entries were handed over
     */
    public int drainLosses(final LossSink sink) {
        int count = 0;
        for (int i = 0; i < LOSS_ENTRIES; i++) {
            if (loss.read(buffer, lossOffset(slots) + i * LOSS_LENGTH)) {
                sink.accept(buffer, loss);
                loss.markJournaled(buffer);
                count++;
            }
        }
        return count;
    }

    /**
     * Slots of the ring.
     *
     * @return most records that can wait
     */
    public int slots() {
        return slots;
    }

    /**
     * Highest sequence handed over.
     *
     * @return 0 before the first
     */
    public long consumed() {
        return consumed;
    }

    /**
     * Looks through the open table. An exchange admitted while it looks may be missed; one admitted before is seen, or its
     * record was committed before.
     *
     * @return the earliest admission instant of an open exchange, or Long.MAX_VALUE when none is open
     */
    public long scanOpen() {
        long oldestNs = Long.MAX_VALUE;
        long count = 0;
        for (int at = openOffset(slots); at < lossOffset(slots); at += OPEN_LENGTH) {
            if (buffer.getIntVolatile(at + OPEN_PHASE_OFFSET) != 0) {
                final long admittedNs = buffer.getLong(at + OPEN_ADMITTED_NS_OFFSET);
                count++;
                if (admittedNs != 0) {
                    oldestNs = Math.min(oldestNs, admittedNs);
                }
            }
        }
        openExchanges = count;
        return oldestNs;
    }

    /**
     * Open exchanges that the last {@link #scanOpen()} saw.
     *
     * @return 0 or more
     */
    public long openExchanges() {
        return openExchanges;
    }
}
