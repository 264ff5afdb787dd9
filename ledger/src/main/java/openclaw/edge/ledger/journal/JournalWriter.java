package openclaw.edge.ledger.journal;

import static openclaw.edge.ledger.record.UsageRecordDescriptor.LANE_NAMES_OFFSET;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.LANE_NAME_LENGTHS_OFFSET;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.LENGTH;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import openclaw.edge.ledger.lane.DurableDisk;
import openclaw.edge.ledger.lane.LossEntry;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends records to the Chronicle Queue, one document each, and defines every name in the file in which it is first
 * used. The only user of Chronicle. One thread at a time; no allocation once its names are known.
 *
 * <p>The queue rolls each UTC hour of the time last given to {@link #time(long)}, so that it never rolls between a name
 * and its use unseen. The caller holds the directory's lock: what looks like another writer's lock inside the queue is a
 * dead process's, and is broken.
 */
final class JournalWriter implements JournalQueue {
    private static final RollCycles ROLL = RollCycles.FAST_HOURLY;
    private static final long LOCK_TIMEOUT_MS = 200;
    private static final int MAX_NAMES_REMEMBERED = 1 << 20;

    /** A file whose first document of ours stands before this is checked from its beginning. */
    private static final int WHOLE_FILE_LENGTH = 1 << 20;

    private final Path directory;
    private final Life life;
    private final DurableDisk durable;
    private final Bytes<ByteBuffer> recordBytes;
    private final RecordRegion recordRegion;
    private final Bytes<ByteBuffer> nameBytes;
    private final RecordRegion nameRegion;
    private final UnsafeBuffer nameSource = new UnsafeBuffer(0, 0);
    private final UsageRecord usage = new UsageRecord();
    private final NameRecord name = new NameRecord();
    private final LossRecord loss = new LossRecord();
    private final LongHashSet defined = new LongHashSet(1024);
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final TimeProvider timeProvider = this::timeMs;
    private long timeMs;
    private int cycle;
    private int definedCycle = -1;
    private final WrittenCheck written = new WrittenCheck();
    private int fileCycle = -1;
    private boolean namesForced;
    private long endPosition;
    private long appended;
    private long appendedBytes;

    static {
        // Read by Chronicle as its classes load. One directory has one writer, which holds our own lock.
        System.setProperty("queue.force.unlock.mode", "ALWAYS");
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
    }

    /**
     * Opens or creates the queue.
     *
     * @param directory of the journal
     * @param life that writes it
     * @param nowNs cycle time
     * @param durable that forces its files, or null where nothing is forced
     */
    JournalWriter(final Path directory, final Life life, final long nowNs, final DurableDisk durable) {
        this.directory = directory;
        this.life = life;
        this.durable = durable;
        time(nowNs);
        final ByteBuffer record = direct(RecordDescriptor.MAX_LENGTH);
        recordRegion = new RecordRegion(record);
        recordBytes = Bytes.wrapForRead(record);
        final ByteBuffer named = direct(1024);
        nameRegion = new RecordRegion(named);
        nameBytes = Bytes.wrapForRead(named);
        queue = SingleChronicleQueueBuilder.binary(directory.toFile())
                .rollCycle(ROLL)
                .timeProvider(timeProvider)
                .timeoutMS(LOCK_TIMEOUT_MS)
                .checkInterrupts(false)
                .build();
        appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
    }

    private static ByteBuffer direct(final int lengthBytes) {
        return ByteBuffer.allocateDirect(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public boolean time(final long nowNs) {
        final int before = cycle;
        timeMs = Math.max(timeMs, nowNs / 1_000_000);
        cycle = ROLL.current(timeProvider, 0);
        return cycle != before;
    }

    private long timeMs() {
        return timeMs;
    }

    @Override
    public void usage(final UnsafeBuffer lane, final int recordAt) {
        do {
            writeUsage(lane, recordAt);
            // A roll that the names did not follow: the file must be readable alone, so once more; readers count once.
        } while (appender.cycle() != definedCycle);
    }

    private void writeUsage(final UnsafeBuffer lane, final int recordAt) {
        forgetAfterRoll();
        final UnsafeBuffer record = recordRegion.buffer();
        record.putBytes(0, lane, recordAt, LENGTH);
        record.putInt(RecordDescriptor.LENGTH_OFFSET, LENGTH, ByteOrder.LITTLE_ENDIAN);
        usage.wrap(record, 0);
        final int lengths = lane.getInt(recordAt + LANE_NAME_LENGTHS_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final int tenantAt = recordAt + LANE_NAMES_OFFSET;
        final int agentAt = tenantAt + (lengths & 0xFF);
        final int routeAt = agentAt + (lengths >>> 8 & 0xFF);
        final int modelAt = routeAt + (lengths >>> 16 & 0xFF);
        final long tenantId = define(NameKind.TENANT, 0, lane, tenantAt, lengths & 0xFF);
        usage.tenantId(tenantId)
                .agentId(define(NameKind.AGENT, tenantId, lane, agentAt, lengths >>> 8 & 0xFF))
                .routeId(define(NameKind.ROUTE, 0, lane, routeAt, lengths >>> 16 & 0xFF))
                .modelId(define(NameKind.MODEL, 0, lane, modelAt, lengths >>> 24));
        append();
    }

    /**
     * Id of a name, defined in the file that the next append goes to; after {@link #forgetAfterRoll()}.
     *
     * @param kind what it names
     * @param scope tenant id for an agent, else 0
     * @param bytes that hold the name
     * @param from offset of its first byte
     * @param length 0 to 255 bytes
     * @return the id; 0 for an empty name
     */
    private long define(
            final NameKind kind, final long scope, final UnsafeBuffer bytes, final int from, final int length) {
        final long id = NameHash.id(kind, scope, bytes, from, length);
        if (id != 0 && !defined.contains(id)) {
            name.begin(nameRegion.buffer(), 0, life, kind, scope).name(bytes, from, length);
            nameRegion.seal(0);
            append(nameBytes, name.length());
            forgetAfterRoll();
            defined.add(id);
        }
        return id;
    }

    @Override
    public long define(final NameKind kind, final String text) {
        forgetAfterRoll();
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        nameSource.wrap(bytes);
        return define(kind, 0, nameSource, 0, bytes.length);
    }

    private void forgetAfterRoll() {
        final int next = Math.max(appender.cycle(), cycle);
        if (next != definedCycle || defined.size() >= MAX_NAMES_REMEMBERED) {
            defined.clear();
            definedCycle = next;
        }
    }

    @Override
    public void loss(final Life ofLife, final int lane, final UnsafeBuffer buffer, final LossEntry entry) {
        forgetAfterRoll();
        final long tenantId = define(NameKind.TENANT, 0, buffer, entry.tenantAt(), entry.tenantLength());
        loss.begin(record(), 0, ofLife, lane, entry.lossId())
                .range(entry.firstNs(), entry.lastNs())
                .served(tenantId, entry.requests(), entry.tokens());
        append();
    }

    @Override
    public UnsafeBuffer record() {
        return recordRegion.buffer();
    }

    @Override
    public void append() {
        recordRegion.seal(0);
        append(recordBytes, recordRegion.buffer().getInt(RecordDescriptor.LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN));
    }

    private void append(final Bytes<ByteBuffer> bytes, final int length) {
        bytes.readPositionRemaining(0, length);
        appender.writeBytes(bytes);
        if (appender.cycle() != fileCycle) {
            followRoll(length);
        }
        endPosition = aligned(appender.wire().bytes().writePosition());
        appended++;
        appendedBytes += Integer.BYTES + aligned(length);
    }

    /** The document just appended is the first in its file: the file before is checked to its end. */
    private void followRoll(final int length) {
        try {
            // What an earlier file still has to show is checked, and forced, before it is left.
            secure();
            final long first = aligned(appender.wire().bytes().writePosition()) - aligned(length) - Integer.BYTES;
            written.begin(appender.currentFile(), first < WHOLE_FILE_LENGTH ? 0 : first);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        fileCycle = appender.cycle();
        namesForced = false;
    }

    private static long aligned(final long position) {
        return position + 3 & ~3L;
    }

    @Override
    public void verify() throws IOException {
        written.verify(endPosition);
    }

    @Override
    public void secure() throws IOException {
        verify();
        if (durable != null && fileCycle >= 0) {
            durable.force(written.path());
            if (!namesForced) {
                durable.forceDirectory(directory);
                durable.forceDirectory(directory.toAbsolutePath().getParent());
                namesForced = true;
            }
        }
    }

    @Override
    public long appended() {
        return appended;
    }

    @Override
    public long appendedBytes() {
        return appendedBytes;
    }

    @Override
    public File file() {
        return fileCycle < 0 ? null : written.file();
    }

    @Override
    public int fileNumber() {
        return fileCycle;
    }

    @Override
    public long endPosition() {
        return endPosition;
    }

    /**
     * Goes on with the file of the last append by other means; to be closed before the next append.
     *
     * @return behind the last document
     * @throws IOException when the file cannot be read
     */
    BulkFile bulk() throws IOException {
        return new BulkFile(file(), ROLL.defaultIndexSpacing(), ROLL.defaultIndexCount());
    }

    @Override
    public void close() throws IOException {
        try (written) {
            appender.close();
        } finally {
            queue.close();
        }
    }
}
