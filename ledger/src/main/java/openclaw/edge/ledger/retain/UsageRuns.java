package openclaw.edge.ledger.retain;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Records of any number in order, by bounded memory: each run of them that was sorted stands in a file, and all are merged.
 * Belongs to one thread.
 */
final class UsageRuns implements Closeable {
    private static final int RECORD_LENGTH = UsageRecordDescriptor.LENGTH;
    private static final int READ_RECORDS = 256;

    private final List<Run> runs = new ArrayList<>();

    /** Takes the records, in order. */
    interface Taker {
        /** The next record. */
        void take(UnsafeBuffer buffer, int at) throws IOException;
    }

    /** A sorted file, and where in it one is. */
    private static final class Run {
        private final FileChannel channel;
        private final ByteBuffer bytes =
                ByteBuffer.allocateDirect(READ_RECORDS * RECORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        private int at;

        Run(final Path file) throws IOException {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            bytes.limit(0);
        }

        boolean next() throws IOException {
            at += RECORD_LENGTH;
            if (at < bytes.limit()) {
                return true;
            }
            at = 0;
            bytes.clear();
            int read = 0;
            while (read >= 0 && bytes.hasRemaining()) {
                read = channel.read(bytes);
            }
            bytes.flip();
            return bytes.limit() >= RECORD_LENGTH;
        }
    }

    /** Adds a file of sorted records. */
    void add(final Path file) throws IOException {
        runs.add(new Run(file));
    }

    void merge(final Taker taker) throws IOException {
        final PriorityQueue<Run> heads = new PriorityQueue<>(
                Math.max(1, runs.size()),
                (one, other) -> UsageOrder.compare(one.buffer, one.at, other.buffer, other.at));
        for (final Run run : runs) {
            if (run.next()) {
                heads.add(run);
            }
        }
        while (!heads.isEmpty()) {
            final Run first = heads.poll();
            taker.take(first.buffer, first.at);
            if (first.next()) {
                heads.add(first);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (final Run run : runs) {
            run.channel.close();
        }
        runs.clear();
    }

    /** Records in memory, up to a number, until they are sorted and written to a file. */
    static final class Collected {
        /** What a small journal needs; a larger one gets all at once. */
        private static final int FIRST_RECORDS = 4096;

        private final int most;
        private int room;
        private UnsafeBuffer buffer;
        private int count;

        Collected(final int memoryBytes) {
            most = Math.max(1, memoryBytes / RECORD_LENGTH);
            room = Math.min(most, FIRST_RECORDS);
            buffer = allocate(room);
        }

        private static UnsafeBuffer allocate(final int records) {
            return new UnsafeBuffer(
                    ByteBuffer.allocateDirect(records * RECORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN));
        }

        void clear() {
            count = 0;
        }

        boolean isEmpty() {
            return count == 0;
        }

        boolean isFull() {
            return count == most;
        }

        void add(final UsageRecord record) {
            if (count == room) {
                final UnsafeBuffer larger = allocate(most);
                larger.putBytes(0, buffer, 0, count * RECORD_LENGTH);
                buffer = larger;
                room = most;
            }
            record.copyTo(buffer, count * RECORD_LENGTH);
            count++;
        }

        /** Writes all in order, and is empty. */
        void write(final Path file) throws IOException {
            final int[] order = UsageOrder.sort(buffer, count);
            final ByteBuffer out = ByteBuffer.allocateDirect(READ_RECORDS * RECORD_LENGTH);
            final UnsafeBuffer to = new UnsafeBuffer(out);
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (int from = 0; from < count; from += READ_RECORDS) {
                    final int records = Math.min(READ_RECORDS, count - from);
                    for (int i = 0; i < records; i++) {
                        to.putBytes(i * RECORD_LENGTH, buffer, order[from + i] * RECORD_LENGTH, RECORD_LENGTH);
                    }
                    out.clear().limit(records * RECORD_LENGTH);
                    while (out.hasRemaining()) {
                        channel.write(out);
                    }
                }
            }
            count = 0;
        }
    }
}
