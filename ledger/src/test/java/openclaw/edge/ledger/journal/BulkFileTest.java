package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.RecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written without Chronicle, beside what Chronicle writes of the same. */
class BulkFileTest {
    private static final Life LIFE = new Life(1, 2);
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long START_NS = 495_000 * HOUR_NS;
    private static final int INDEX_PAGE = 4096 * 256;

    @TempDir
    Path directory;

    /** A record of a length, with contents drawn. */
    private static void draw(final UnsafeBuffer record, final int length, final SplittableRandom random) {
        for (int at = 0; at < length; at += Long.BYTES) {
            record.putLong(at, random.nextLong());
        }
        record.putInt(RecordDescriptor.LENGTH_OFFSET, length, ByteOrder.LITTLE_ENDIAN);
    }

    private static int drawLength(final SplittableRandom random) {
        final int most = random.nextInt(100) == 0 ? RecordDescriptor.MAX_LENGTH - Long.BYTES : 200;
        return random.nextInt(RecordDescriptor.HEADER_LENGTH, most);
    }

    /** The records of a life, so many in each of its hours. */
    private void write(final String name, final boolean isBulk, final int hour, final int... records)
            throws IOException {
        final SplittableRandom random = new SplittableRandom(hour);
        final Path journal = Files.createDirectories(directory.resolve(name));
        if (isBulk) {
            try (JournalAppender appender = new JournalAppender(journal, LIFE, START_NS + hour * HOUR_NS)) {
                for (int i = 0; i < records.length; i++) {
                    appender.time(START_NS + (hour + i) * HOUR_NS);
                    for (int k = 0; k < records[i]; k++) {
                        draw(appender.record(), drawLength(random), random);
                        appender.append();
                    }
                }
            }
            return;
        }
        try (JournalWriter writer = new JournalWriter(journal, LIFE, START_NS + hour * HOUR_NS, null)) {
            for (int i = 0; i < records.length; i++) {
                writer.time(START_NS + (hour + i) * HOUR_NS);
                for (int k = 0; k < records[i]; k++) {
                    draw(writer.record(), drawLength(random), random);
                    writer.append();
                }
            }
            writer.verify();
        }
    }

    /** Files are equal to where the shorter one ends, and nothing stands behind that in the other. */
    private void assertSame(final int files) throws IOException {
        final List<Path> names;
        try (Stream<Path> listed = Files.list(directory.resolve("queue"))) {
            names = listed.filter(path -> path.toString().endsWith(".cq4"))
                    .map(Path::getFileName)
                    .toList();
        }
        assertThat(names).hasSize(files);
        for (final Path name : names) {
            try (FileChannel one = FileChannel.open(directory.resolve("queue").resolve(name));
                    FileChannel other =
                            FileChannel.open(directory.resolve("bulk").resolve(name))) {
                final MappedByteBuffer expected = one.map(FileChannel.MapMode.READ_ONLY, 0, one.size());
                final MappedByteBuffer actual = other.map(FileChannel.MapMode.READ_ONLY, 0, other.size());
                final int length = Math.min(expected.capacity(), actual.capacity());
                assertThat(expected.slice(0, length).mismatch(actual.slice(0, length)))
                        .as("first difference in %s", name)
                        .isEqualTo(-1);
                for (int at = length; at < expected.capacity(); at += 4096) {
                    assertThat(expected.get(at)).isZero();
                }
            }
        }
    }

    @Test
    void shouldWriteWhatTheQueueWrites() throws IOException {
        for (final boolean isBulk : new boolean[] {false, true}) {
            final String name = isBulk ? "bulk" : "queue";
            write(name, isBulk, 0, 1, 2, 255, 256, 257, 3_000);
            // Another life goes on in the same file, and one in a later file.
            write(name, isBulk, 5, 513);
            write(name, isBulk, 9, 1);
        }
        assertSame(7);
    }

    @Test
    void shouldLeaveANewPageOfTheIndexToTheQueue() throws IOException {
        for (final boolean isBulk : new boolean[] {false, true}) {
            final Path journal = Files.createDirectories(directory.resolve(isBulk ? "bulk" : "queue"));
            try (JournalAppender appender = isBulk ? new JournalAppender(journal, LIFE, START_NS) : null;
                    JournalWriter writer = isBulk ? null : new JournalWriter(journal, LIFE, START_NS, null)) {
                final UnsafeBuffer record = isBulk ? appender.record() : writer.record();
                record.setMemory(0, RecordDescriptor.HEADER_LENGTH, (byte) 7);
                record.putInt(RecordDescriptor.LENGTH_OFFSET, RecordDescriptor.HEADER_LENGTH, ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < INDEX_PAGE + 600; i++) {
                    record.putInt(RecordDescriptor.HEADER_LENGTH - Integer.BYTES, i);
                    if (isBulk) {
                        appender.append();
                    } else {
                        writer.append();
                    }
                }
            }
        }
        assertSame(1);
    }

    @Test
    void shouldRefuseAFileOfAnotherLayout() throws IOException {
        final Path file = Files.write(directory.resolve("f.cq4"), new byte[4096]);
        assertThatThrownBy(() -> new BulkFile(file.toFile(), 256, 4096))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is not laid out as this release of Chronicle Queue does: no writePosition");
    }
}
