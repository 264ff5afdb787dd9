package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The consuming side of a living lane. Belongs to the journal's thread; allocates nothing.
 *
 * <p>What was handed over is given free in a second step, when it is known to be safe:
 * <pre>
 *   drain, drainLosses  -&gt;  taken      handed to the queue, still held by the lane
 *   secured             -&gt;  secured    seen in the queue, forced where that is asked for
 *   release             -&gt;  consumed   the event loop may use the slots again
 *   takeAgain           &lt;-             the queue failed: all since the last release is handed over once more
 * </pre>
 */
public final class LaneConsumer {
    private final LaneFile file;
    private final UnsafeBuffer buffer;
    private final LossEntry loss = new LossEntry();
    private final long[] lossTaken = new long[LOSS_ENTRIES];
    private final UsageRecord record = new UsageRecord();
    private final int slots;
    private long taken;
    private long secured;
    private long released;
    private final AtomicLong journaled;
    private boolean anyLossTaken;
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
        this.released = file.consumed();
        this.taken = released;
        this.secured = released;
        this.journaled = new AtomicLong(released);
    }

    /**
     * Hands committed records over in order. When the sink throws, those before were taken.
     *
     * @param sink that takes them
     * @param limit most records to hand over
     * @return how many were handed over
     */
    public int drain(final RecordSink sink, final int limit) {
        final long before = taken;
        while (taken - before < limit) {
            final long sequence = taken + 1;
            final int slotAt = slotAt(sequence);
            if (buffer.getLongVolatile(slotAt + SLOT_SEQUENCE_OFFSET) != sequence) {
                break;
            }
            sink.accept(buffer, slotAt + SLOT_RECORD_OFFSET);
            taken = sequence;
        }
        return (int) (taken - before);
    }

    private int slotAt(final long sequence) {
        return HEADER_LENGTH + (int) (sequence & (slots - 1)) * SLOT_LENGTH;
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
            if (loss.read(buffer, lossAt(i)) && loss.requests() > lossTaken[i]) {
                sink.accept(buffer, loss);
                lossTaken[i] = loss.requests();
                anyLossTaken = true;
                count++;
            }
        }
        return count;
    }

    private int lossAt(final int entry) {
        return lossOffset(slots) + entry * LOSS_LENGTH;
    }

    /** What was taken is in safe hands. Losses are so at once; records are given free by {@link #release(long)}. */
    public void secured() {
        secured = taken;
        for (int i = 0; anyLossTaken && i < LOSS_ENTRIES; i++) {
            if (lossTaken[i] != 0) {
                LossEntry.markJournaled(buffer, lossAt(i), lossTaken[i]);
                lossTaken[i] = 0;
            }
        }
        anyLossTaken = false;
    }

    /**
     * Gives free, with release, what is secured and stands before the last durable record. That one itself is held: only when
     * a later one is durable is it sure that the open table's word of its end is, too.
     *
     * @param durable highest sequence that survives a loss of power; Long.MAX_VALUE where that is not asked for
     */
    public void release(final long durable) {
        final long free = durable == Long.MAX_VALUE ? secured : Math.min(secured, durable - 1);
        if (free > released) {
            released = free;
            file.consumed(released);
            journaled.setRelease(released);
        }
    }

    /**
     * Highest sequence that was released. Any thread, also after the lane's file was closed.
     *
     * @return 0 before the first
     */
    public long journaled() {
        return journaled.getAcquire();
    }

    /** Forgets what was taken and not released: it is handed over again. */
    public void takeAgain() {
        taken = released;
        secured = released;
        Arrays.fill(lossTaken, 0);
        anyLossTaken = false;
    }

    /**
     * Hands over again what was released and still stands in its slot, for a queue that was lost. The event loop may be
     * writing these slots again: each is copied, and the copy believed when its CRC and its sequence agree.
     *
     * @param sink that takes them
     * @return how many were handed over
     */
    public int drainHeld(final RecordSink sink) {
        final RecordRegion scratch = new RecordRegion(ByteBuffer.allocateDirect(SLOT_LENGTH));
        int count = 0;
        for (long sequence = Math.max(1, released + 1 - slots); sequence <= released; sequence++) {
            scratch.buffer().putBytes(0, buffer, slotAt(sequence), SLOT_LENGTH);
            record.wrap(scratch.buffer(), SLOT_RECORD_OFFSET);
            if (scratch.buffer().getLong(SLOT_SEQUENCE_OFFSET) == sequence
                    && scratch.isValid(SLOT_RECORD_OFFSET, SLOT_LENGTH - SLOT_RECORD_OFFSET)
                    && record.sequence() == sequence) {
                sink.accept(scratch.buffer(), SLOT_RECORD_OFFSET);
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
     * Records that were handed over and are not secured.
     *
     * @return 0 or more
     */
    public long unsecured() {
        return taken - secured;
    }

    /**
     * Highest sequence handed over, released or not.
     *
     * @return 0 before the first
     */
    public long taken() {
        return taken;
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
