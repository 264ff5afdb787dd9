package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the lane of an ended life still holds: records not known to be appended, and exchanges in doubt. Reads no clock, and
 * changes nothing in the file but one word after a loss of power: killed and run again it yields the same records, byte for
 * byte.
 *
 * <p>After a loss of power, in a lane that was forced: pages that were stored since the last force are there or not, each by
 * itself. What is neither in the ring nor in the queue is void. At most as many records as the ring has slots can have been
 * committed beyond the highest that is known, since no slot is used again before its record is durable in the queue. Records
 * in doubt get sequences above all these, so that none means two things, in whatever copy of the journal.
 */
public final class LaneRecovery {
    private final LaneFile file;
    private final Life life;
    private final RecordRegion region;
    private final UnsafeBuffer buffer;
    private final UsageRecord record = new UsageRecord();
    private final LongHashSet finished = new LongHashSet();
    private final IntArrayList interimSlots = new IntArrayList();
    private final boolean[] valid;
    private final JournaledTail journaled;
    private long lastSequence;
    private long recovered;
    private long inDoubt;
    private long damaged;

    /**
     * Recovery of one lane; looks through its ring at once.
     *
     * @param file of a life whose process is gone
     */
    public LaneRecovery(final LaneFile file) {
        this(file, null);
    }

    /**
     * Recovery of a forced lane after a loss of power. Decides once and for all, in the file's header, how far sequences may
     * have been given: force it before anything is appended.
     *
     * @param file of a life of an earlier boot
     * @param journaled what the queue holds of it; null where power was not lost
     */
    public LaneRecovery(final LaneFile file, final JournaledTail journaled) {
        this.file = file;
        this.journaled = journaled;
        this.life = file.origin().life();
        this.region = file.region();
        this.buffer = region.buffer();
        this.valid = new boolean[file.slots()];
        this.lastSequence = file.consumed();
        for (int slot = 0; slot < valid.length; slot++) {
            scan(slot);
        }
        if (journaled != null && file.ceiling() == 0) {
            file.ceiling(Math.max(lastSequence, journaled.highest()) + valid.length);
        }
    }

    private void scan(final int slot) {
        final int slotAt = HEADER_LENGTH + slot * SLOT_LENGTH;
        final long sequence = buffer.getLong(slotAt + SLOT_SEQUENCE_OFFSET);
        final int recordAt = slotAt + SLOT_RECORD_OFFSET;
        record.wrap(buffer, recordAt);
        if (sequence <= 0
                || (sequence & (valid.length - 1)) != slot
                || !region.isValid(recordAt, SLOT_LENGTH - SLOT_RECORD_OFFSET)
                || record.sequence() != sequence
                || record.lifeHigh() != life.high()
                || record.lifeLow() != life.low()) {
            // A slot that was being written again at the kill is no damage: its former record had been consumed.
            if (sequence > file.consumed() && journaled == null) {
                damaged++;
            }
            return;
        }
        valid[slot] = true;
        lastSequence = Math.max(lastSequence, sequence);
        if (record.isFinal()) {
            finished.add(record.exchange());
        } else {
            interimSlots.add(slot);
        }
    }

    /**
     * Hands over all that is left, in order: valid records, then one IN_DOUBT record for each exchange still open.
     *
     * @param trustConsumed whether records up to the consumed position are surely in the queue; if not, they are handed
     *     over again
     * @param sink that takes them; when it throws, run the whole recovery again
     */
    public void recover(final boolean trustConsumed, final RecordSink sink) {
        final long oldest = Math.max(1, lastSequence - valid.length + 1);
        for (long sequence = trustConsumed ? Math.max(oldest, file.consumed() + 1) : oldest;
                sequence <= lastSequence;
                sequence++) {
            final int slot = (int) (sequence & (valid.length - 1));
            final int slotAt = HEADER_LENGTH + slot * SLOT_LENGTH;
            if (valid[slot] && buffer.getLong(slotAt + SLOT_SEQUENCE_OFFSET) == sequence) {
                sink.accept(buffer, slotAt + SLOT_RECORD_OFFSET);
                recovered++;
            }
        }
        if (journaled != null) {
            lastSequence = file.ceiling();
        }
        final RecordRegion scratch = new RecordRegion(ByteBuffer.allocateDirect(SLOT_LENGTH));
        for (final int openAt : openByExchange()) {
            writeInDoubt(openAt, scratch);
            sink.accept(scratch.buffer(), 0);
            inDoubt++;
        }
    }

    /**
     * Hands over which sequences a loss of power destroyed, as far as they may have been given.
     *
     * @param sink that takes the ranges, ascending
     */
    public void recoverVoid(final VoidSink sink) {
        if (journaled == null) {
            return;
        }
        long from = 0;
        for (long sequence = file.consumed() + 1; sequence <= file.ceiling(); sequence++) {
            if (isKnown(sequence)) {
                if (from != 0) {
                    sink.accept(from, sequence - 1);
                }
                from = 0;
            } else if (from == 0) {
                from = sequence;
            }
        }
        if (from != 0) {
            sink.accept(from, file.ceiling());
        }
    }

    private boolean isInRing(final long sequence) {
        final int slot = (int) (sequence & (valid.length - 1));
        return valid[slot] && buffer.getLong(HEADER_LENGTH + slot * SLOT_LENGTH + SLOT_SEQUENCE_OFFSET) == sequence;
    }

    private boolean isKnown(final long sequence) {
        return isInRing(sequence) || journaled.holds(sequence);
    }

    /**
     * Hands over what was served without records and is not yet journaled.
     *
     * @param sink that takes it
     */
    public void recoverLosses(final LossSink sink) {
        final LossEntry entry = new LossEntry();
        for (int i = 0; i < LOSS_ENTRIES; i++) {
            if (entry.read(buffer, lossOffset(valid.length) + i * LOSS_LENGTH)) {
                sink.accept(buffer, entry);
            }
        }
    }

    private List<Integer> openByExchange() {
        final List<Integer> open = new ArrayList<>();
        for (int at = openOffset(valid.length); at < lossOffset(valid.length); at += OPEN_LENGTH) {
            final int phase = buffer.getInt(at + OPEN_PHASE_OFFSET);
            if (phase != 0 && !isFinished(buffer.getLong(at + OPEN_EXCHANGE_OFFSET))) {
                open.add(at);
                damaged += Phase.ofCode(phase) == null ? 1 : 0;
            }
        }
        open.sort(Comparator.comparingLong(at -> buffer.getLong(at + OPEN_EXCHANGE_OFFSET)));
        return open;
    }

    private boolean isFinished(final long exchange) {
        return finished.contains(exchange) || (journaled != null && journaled.isFinished(exchange, file.ceiling()));
    }

    private void writeInDoubt(final int openAt, final RecordRegion scratch) {
        final long exchange = buffer.getLong(openAt + OPEN_EXCHANGE_OFFSET);
        final Recorded recorded = recorded(openAt, exchange);
        final long tokens = buffer.getLong(openAt + OPEN_TOKENS_OFFSET);
        final int phase = buffer.getInt(openAt + OPEN_PHASE_OFFSET);
        final boolean charged = phase >= Phase.STREAMING.code()
                || (buffer.getInt(openAt + OPEN_FLAGS_OFFSET) & OPEN_FLAG_BILL_ADMITTED) != 0;
        final long rest = tokens - recorded.charged;
        record.begin(scratch.buffer(), 0, life.high(), life.low(), file.lane())
                .outcome(Outcome.IN_DOUBT)
                .flags(FLAG_FINAL | FLAG_RECOVERED)
                .exempt(!charged)
                .sequence(++lastSequence)
                .exchange(exchange)
                .admittedNs(buffer.getLong(openAt + OPEN_ADMITTED_NS_OFFSET))
                .requestIdHash(buffer.getLong(openAt + OPEN_REQUEST_ID_HASH_OFFSET))
                .phase(phase)
                .requests(1)
                .bytesIn(Math.max(0, buffer.getLong(openAt + OPEN_BYTES_IN_OFFSET) - recorded.bytesIn))
                .bytesOut(Math.max(0, buffer.getLong(openAt + OPEN_BYTES_OUT_OFFSET) - recorded.bytesOut))
                .admittedTokens(tokens)
                .chargedTokens(charged ? rest : 0);
        final int namesLength = copyNames(openAt, scratch.buffer());
        scratch.buffer()
                .putInt(
                        RecordDescriptor.LENGTH_OFFSET,
                        RecordDescriptor.aligned(LANE_NAMES_OFFSET + namesLength),
                        ByteOrder.LITTLE_ENDIAN);
        scratch.seal(0);
    }

    private int copyNames(final int openAt, final UnsafeBuffer to) {
        if (Lane.namesLength(buffer.getInt(openAt + OPEN_NAME_LENGTHS_OFFSET, ByteOrder.LITTLE_ENDIAN))
                > MAX_NAMES_LENGTH) {
            // Not a kill's doing. The exchange keeps its record, with nobody's name on it.
            damaged++;
            to.putLong(LANE_NAME_LENGTHS_OFFSET, 0);
            return 0;
        }
        return Lane.copyNames(buffer, openAt, to, 0);
    }

    /**
     * What the exchange's interim records hold: the totals of the open slot, and interim records committed after those
     * were stored, of which a kill leaves at most the lane's last.
     */
    private Recorded recorded(final int openAt, final long exchange) {
        final int copy = Lane.newerCopy(buffer, openAt);
        final long upTo = buffer.getLong(copy + RECORDED_SEQUENCE_OFFSET);
        final Recorded recorded = new Recorded();
        recorded.charged = buffer.getLong(copy + RECORDED_CHARGED_OFFSET);
        recorded.bytesIn = buffer.getLong(copy + RECORDED_BYTES_IN_OFFSET);
        recorded.bytesOut = buffer.getLong(copy + RECORDED_BYTES_OUT_OFFSET);
        for (int i = 0; i < interimSlots.size(); i++) {
            final int slot = interimSlots.getInt(i);
            record.wrap(buffer, HEADER_LENGTH + slot * SLOT_LENGTH + SLOT_RECORD_OFFSET);
            if (record.exchange() == exchange && record.sequence() > upTo) {
                recorded.charged += record.chargedTokens();
                recorded.bytesIn += record.bytesIn();
                recorded.bytesOut += record.bytesOut();
            }
        }
        if (journaled != null) {
            addJournaled(exchange, upTo, recorded);
        }
        return recorded;
    }

    private void addJournaled(final long exchange, final long upTo, final Recorded recorded) {
        for (final JournaledTail.Interim interim : journaled.interims()) {
            if (interim.exchange() == exchange && interim.sequence() > upTo && !isInRing(interim.sequence())) {
                recorded.charged += interim.charged();
                recorded.bytesIn += interim.bytesIn();
                recorded.bytesOut += interim.bytesOut();
            }
        }
    }

    /**
     * The lane's last sequence, IN_DOUBT records included once they were handed over.
     *
     * @return 0 when it never had one
     */
    public long lastSequence() {
        return lastSequence;
    }

    /**
     * Records handed over from the ring.
     *
     * @return 0 or more
     */
    public long recovered() {
        return recovered;
    }

    /**
     * IN_DOUBT records handed over.
     *
     * @return 0 or more
     */
    public long inDoubt() {
        return inDoubt;
    }

    /**
     * Slots that hold what no kill explains.
     *
     * @return 0 or more
     */
    public long damaged() {
        return damaged;
    }

    private static final class Recorded {
        private long charged;
        private long bytesIn;
        private long bytesOut;
    }
}
