package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.FLAG_FINAL;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.LANE_NAMES_OFFSET;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.LANE_NAME_LENGTHS_OFFSET;

import java.nio.ByteOrder;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The producing side of a lane. Belongs to one event loop: no method may be called by another thread, none allocates,
 * locks, blocks or reads a clock.
 *
 * <p>An exchange goes through
 * <pre>
 *   slot = claim()  ->  admission(slot)...  ->  admitted(slot)  ->  phase, progress, interim  ->  record(slot)...
 *        |                                                                                         |
 *        +--> NO_SLOT: 503            +--> cancel(slot): refused by a limit                        +--> commit(slot)
 * </pre>
 * and leaves exactly one final record. A slot claimed is ended by exactly one of cancel and commit.
 */
public final class Lane {
    /** Answer of {@link #claim()} when there is no permit. */
    public static final int NO_SLOT = -1;

    /** Of the processors that this is made for; a wrong one costs time only. */
    private static final int CACHE_LINE_LENGTH = 64;

    private static final ByteOrder RECORD_ORDER = ByteOrder.LITTLE_ENDIAN;

    private final LaneFile file;
    private final RecordRegion region;
    private final UnsafeBuffer buffer;
    private final JournalHealth health;
    private final LedgerCounters counters;
    private final DurableWatermark durable;
    private final LossTable losses;
    private final AdmissionSlot admission = new AdmissionSlot();
    private final UsageRecord record = new UsageRecord();
    private final long lifeHigh;
    private final long lifeLow;
    private final int lane;
    private final int slots;
    private final int openOffset;
    private final int[] freeSlots;
    private int freeCount;
    private long consumedSeen;
    private long lastSequence;
    private long lastExchange;

    /** Of no meaning; keeps the compiler from leaving {@link #touchNext} out. */
    @SuppressWarnings("unused")
    private long touched;

    /**
     * A lane over a fresh file.
     *
     * @param file just created
     * @param health of the journal that consumes it
     * @param counters of the ledger
     */
    public Lane(final LaneFile file, final JournalHealth health, final LedgerCounters counters) {
        this(file, file.region(), health, counters, new DurableWatermark(Durability.PROCESS));
    }

    /**
     * A lane over a fresh file, whose records are forced.
     *
     * @param file just created
     * @param health of the journal that consumes it
     * @param counters of the ledger
     * @param durable moved by the thread that forces the file
     */
    public Lane(
            final LaneFile file,
            final JournalHealth health,
            final LedgerCounters counters,
            final DurableWatermark durable) {
        this(file, file.region(), health, counters, durable);
    }

    Lane(
            final LaneFile file,
            final RecordRegion region,
            final JournalHealth health,
            final LedgerCounters counters,
            final DurableWatermark durable) {
        this.file = file;
        this.region = region;
        this.buffer = region.buffer();
        this.health = health;
        this.counters = counters;
        this.durable = durable;
        this.losses = new LossTable(buffer, lossOffset(file.slots()));
        this.lifeHigh = file.origin().life().high();
        this.lifeLow = file.origin().life().low();
        this.lane = file.lane();
        this.slots = file.slots();
        this.openOffset = openOffset(slots);
        this.freeSlots = new int[slots];
        this.freeCount = slots;
        for (int i = 0; i < slots; i++) {
            freeSlots[i] = slots - 1 - i;
        }
    }

    /**
     * Takes a permit and a slot of the open table. Nothing is visible to recovery until {@link #admitted(int)}.
     *
     * @return the slot, or {@link #NO_SLOT} when the lane has no room or the journal is not healthy
     */
    public int claim() {
        if (!health.isHealthy()) {
            counters.increment(LedgerCounter.PERMITS_REFUSED_UNHEALTHY);
            return NO_SLOT;
        }
        if (!hasRoom()) {
            counters.increment(LedgerCounter.PERMITS_REFUSED_FULL);
            return NO_SLOT;
        }
        touchNext();
        return freeSlots[--freeCount];
    }

    /**
     * Reads from the cache lines that the next record is going to be written to. A ring is larger than a core's cache and was
     * last read by another core: without this, every tenth commit waits 100 to 300 ns for them, just before the end of
     * a response is given to the kernel. Here nothing waits for what is read.
     */
    private void touchNext() {
        final int at = recordAt(lastSequence + 1) - SLOT_RECORD_OFFSET;
        touched += buffer.getLong(at)
                + buffer.getLong(at + CACHE_LINE_LENGTH)
                + buffer.getLong(at + 2 * CACHE_LINE_LENGTH)
                + buffer.getLong(at + 3 * CACHE_LINE_LENGTH);
    }

    private boolean hasRoom() {
        final long reserved = lastSequence + openExchanges();
        if (slots - (reserved - consumedSeen) > 0) {
            return true;
        }
        consumedSeen = file.consumed();
        return slots - (reserved - consumedSeen) > 0;
    }

    /**
     * The slot's fields, to be filled before {@link #admitted(int)}.
     *
     * @param slot just claimed
     * @return the lane's one flyweight, all fields zero
     */
    public AdmissionSlot admission(final int slot) {
        admission.begin(buffer, openAt(slot));
        return admission;
    }

    /**
     * Gives a claimed slot back with no record: the exchange was refused before it was admitted.
     *
     * @param slot claimed, not admitted
     */
    public void cancel(final int slot) {
        free(slot);
    }

    /**
     * Publishes the admission, phase ADMITTED. To be called before anything goes upstream. From here on the exchange
     * leaves a record whatever happens.
     *
     * @param slot claimed and filled
     * @return the exchange's number in this lane
     */
    public long admitted(final int slot) {
        final int at = openAt(slot);
        buffer.putLong(at + OPEN_EXCHANGE_OFFSET, ++lastExchange);
        buffer.putIntRelease(at + OPEN_PHASE_OFFSET, Phase.ADMITTED.code());
        return lastExchange;
    }

    /**
     * Stores how far the exchange has come, with release. {@link Phase#SENT} before the first byte goes upstream,
     * {@link Phase#STREAMING} before the first byte of the response goes to the client.
     *
     * @param slot admitted
     * @param phase the new phase, above the former
     */
    public void phase(final int slot, final Phase phase) {
        buffer.putIntRelease(openAt(slot) + OPEN_PHASE_OFFSET, phase.code());
    }

    /**
     * Stores body bytes so far, for the record of an exchange in doubt.
     *
     * @param slot admitted
     * @param bytesIn of the request's body since admission
     * @param bytesOut of the response's body since admission
     */
    public void progress(final int slot, final long bytesIn, final long bytesOut) {
        final int at = openAt(slot);
        buffer.putLong(at + OPEN_BYTES_IN_OFFSET, bytesIn);
        buffer.putLong(at + OPEN_BYTES_OUT_OFFSET, bytesOut);
    }

    /**
     * Begins the exchange's final record. Names, admission and phase are filled in, requests is 1 and charged tokens are
     * what interim records have not charged yet; the caller sets outcome, status, units, latency and, where {@code bill:}
     * exempts it, charged tokens. Must be followed by {@link #commit(int)} before any other call.
     *
     * @param slot admitted
     * @return the lane's one flyweight, over the next slot of the ring
     */
    public UsageRecord record(final int slot) {
        final int at = openAt(slot);
        final long tokens = buffer.getLong(at + OPEN_TOKENS_OFFSET);
        return begin(at)
                .flags(FLAG_FINAL)
                .requests(1)
                .admittedTokens(tokens)
                .chargedTokens(tokens - recorded(at, RECORDED_CHARGED_OFFSET));
    }

    /**
     * Commits the exchange's final record and frees its slot. Cannot fail. What ends the response at the client may be
     * given to the kernel after it, not before.
     *
     * @param slot whose {@link #record(int)} was filled
     * @return the record's sequence
     */
    public long commit(final int slot) {
        publish();
        buffer.putIntRelease(openAt(slot) + OPEN_PHASE_OFFSET, 0);
        free(slot);
        return lastSequence;
    }

    /**
     * Begins an interim record of a long exchange: requests and charged tokens 0, no outcome. The caller sets what was
     * used since the exchange's previous record. Must be followed by {@link #commitInterim(int)} before any other call.
     *
     * @param slot admitted
     * @return the lane's one flyweight, or null when the lane has no room; the next record then carries it all
     */
    public UsageRecord interim(final int slot) {
        if (!hasRoom()) {
            counters.increment(LedgerCounter.INTERIMS_SKIPPED);
            return null;
        }
        return begin(openAt(slot));
    }

    /**
     * Commits an interim record; the slot stays open.
     *
     * @param slot whose {@link #interim(int)} was filled
     * @return the record's sequence
     */
    public long commitInterim(final int slot) {
        final int at = openAt(slot);
        final long charged = recorded(at, RECORDED_CHARGED_OFFSET) + record.chargedTokens();
        final long bytesIn = recorded(at, RECORDED_BYTES_IN_OFFSET) + record.bytesIn();
        final long bytesOut = recorded(at, RECORDED_BYTES_OUT_OFFSET) + record.bytesOut();
        publish();
        final int copy = olderCopy(buffer, at);
        buffer.putLong(copy + RECORDED_CHARGED_OFFSET, charged);
        buffer.putLong(copy + RECORDED_BYTES_IN_OFFSET, bytesIn);
        buffer.putLong(copy + RECORDED_BYTES_OUT_OFFSET, bytesOut);
        buffer.putLongRelease(copy + RECORDED_SEQUENCE_OFFSET, lastSequence);
        return lastSequence;
    }

    /**
     * Request body bytes that the exchange's interim records hold already.
     *
     * @param slot admitted
     * @return 0 or more
     */
    public long recordedBytesIn(final int slot) {
        return recorded(openAt(slot), RECORDED_BYTES_IN_OFFSET);
    }

    /**
     * Response body bytes that the exchange's interim records hold already.
     *
     * @param slot admitted
     * @return 0 or more
     */
    public long recordedBytesOut(final int slot) {
        return recorded(openAt(slot), RECORDED_BYTES_OUT_OFFSET);
    }

    /**
     * Counts a response that is served without a record ({@code on_unavailable: admit}); becomes part of a LOSS record.
     *
     * @param tenant bytes of the tenant's id
     * @param from index of the first
     * @param length 0 to 64 bytes
     * @param tokens that it would have been charged
     * @param nowNs cycle time, nanoseconds since the Unix epoch
     */
    public void loss(final byte[] tenant, final int from, final int length, final long tokens, final long nowNs) {
        losses.add(tenant, from, length, tokens, nowNs);
        counters.increment(LedgerCounter.LOST_REQUESTS);
    }

    /**
     * Exchanges that hold a slot now.
     *
     * @return 0 to the number of slots
     */
    public int openExchanges() {
        return slots - freeCount;
    }

    /**
     * Sequence of the last record committed.
     *
     * @return 0 before the first
     */
    public long committedSequence() {
        return lastSequence;
    }

    /**
     * Up to which sequence records survive a loss of power. Any thread; moves forward only.
     *
     * @return under {@link Durability#PROCESS} Long.MAX_VALUE: nothing is to be waited for
     */
    public long durableSequence() {
        return durable.sequence();
    }

    /**
     * Sets what is to happen when {@link #durableSequence()} has moved. To be called once, before the first commit.
     *
     * @param listener called by the forcing thread; must not block, may be called more often than needed
     */
    public void onDurable(final Runnable listener) {
        durable.listener(listener);
    }

    private UsageRecord begin(final int openAt) {
        final long sequence = lastSequence + 1;
        final int recordAt = recordAt(sequence);
        record.begin(buffer, recordAt, lifeHigh, lifeLow, lane)
                .sequence(sequence)
                .exchange(buffer.getLong(openAt + OPEN_EXCHANGE_OFFSET))
                .admittedNs(buffer.getLong(openAt + OPEN_ADMITTED_NS_OFFSET))
                .requestIdHash(buffer.getLong(openAt + OPEN_REQUEST_ID_HASH_OFFSET))
                .phase(buffer.getInt(openAt + OPEN_PHASE_OFFSET));
        final int namesLength = copyNames(buffer, openAt, buffer, recordAt);
        buffer.putInt(
                recordAt + RecordDescriptor.LENGTH_OFFSET,
                RecordDescriptor.aligned(LANE_NAMES_OFFSET + namesLength),
                RECORD_ORDER);
        return record;
    }

    private void publish() {
        final long sequence = lastSequence + 1;
        final int recordAt = recordAt(sequence);
        region.seal(recordAt);
        buffer.putLongRelease(recordAt - SLOT_RECORD_OFFSET + SLOT_SEQUENCE_OFFSET, sequence);
        lastSequence = sequence;
    }

    private void free(final int slot) {
        freeSlots[freeCount++] = slot;
    }

    private long recorded(final int openAt, final int field) {
        return buffer.getLong(newerCopy(buffer, openAt) + field);
    }

    private int openAt(final int slot) {
        return openOffset + slot * OPEN_LENGTH;
    }

    private int recordAt(final long sequence) {
        return HEADER_LENGTH + (int) (sequence & (slots - 1)) * SLOT_LENGTH + SLOT_RECORD_OFFSET;
    }

    /** Copies the packed names and their lengths from an open slot behind a record; answers the names' length. */
    static int copyNames(final UnsafeBuffer from, final int openAt, final UnsafeBuffer to, final int recordAt) {
        final int lengths = from.getInt(openAt + OPEN_NAME_LENGTHS_OFFSET, RECORD_ORDER);
        final int total = namesLength(lengths);
        to.putLong(recordAt + LANE_NAME_LENGTHS_OFFSET, lengths & 0xFFFF_FFFFL, RECORD_ORDER);
        // By words: names are short, and a call for a copy costs more than it moves. A slot has room for the last word.
        for (int at = 0; at < total; at += Long.BYTES) {
            to.putLong(recordAt + LANE_NAMES_OFFSET + at, from.getLong(openAt + OPEN_NAMES_OFFSET + at));
        }
        return total;
    }

    /** Sum of four lengths packed into one int. */
    static int namesLength(final int lengths) {
        return (lengths & 0xFF) + (lengths >>> 8 & 0xFF) + (lengths >>> 16 & 0xFF) + (lengths >>> 24);
    }

    /** Offset of the copy of interim totals with the higher sequence. */
    static int newerCopy(final UnsafeBuffer buffer, final int openAt) {
        final int first = openAt + OPEN_RECORDED_OFFSET;
        final int second = first + RECORDED_LENGTH;
        return buffer.getLong(second + RECORDED_SEQUENCE_OFFSET) > buffer.getLong(first + RECORDED_SEQUENCE_OFFSET)
                ? second
                : first;
    }

    private static int olderCopy(final UnsafeBuffer buffer, final int openAt) {
        final int first = openAt + OPEN_RECORDED_OFFSET;
        return newerCopy(buffer, openAt) == first ? first + RECORDED_LENGTH : first;
    }
}
