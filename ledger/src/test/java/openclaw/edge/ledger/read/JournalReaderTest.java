package openclaw.edge.ledger.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalReaderTest {
    private static final int RECORDS = 100;
    private static final long HOUR_NS = 3_600_000_000_000L;

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private Path journal;
    private Life life;

    @BeforeEach
    void writeTwoFiles() throws IOException {
        final Path data = directory.resolve("data");
        journal = Ledger.journalDirectory(data);
        try (Ledger ledger =
                Ledger.open(data, LedgerConfig.of("edge-a").withSlots(64).withClock(clock), 2)) {
            life = ledger.life();
            for (int i = 0; i < RECORDS; i++) {
                Exchanges.whole(ledger.lane(i % 2), clock.nanoTime() + i);
                if (i % 10 == 9) {
                    ledger.agent().doWork();
                }
                if (i == RECORDS / 2 - 1) {
                    clock.advanceNs(HOUR_NS);
                }
            }
        }
    }

    private static ReadReport read(final List<Path> directories, final Map<String, Integer> counts) throws IOException {
        return new JournalReader(directories)
                .read(record -> counts.merge(record.lane() + ":" + record.sequence(), 1, Integer::sum));
    }

    private Path copy(final String name) throws IOException {
        final Path to = Files.createDirectory(directory.resolve(name));
        for (final Path file : files(journal)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
        return to;
    }

    private static List<Path> files(final Path of) throws IOException {
        try (var paths = Files.list(of)) {
            return paths.filter(path -> path.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldReadEachRecordOnceAndSayHowFar() throws IOException {
        final TreeMap<String, Integer> counts = new TreeMap<>();
        final ReadReport report = read(List.of(journal), counts);
        assertThat(counts).hasSize(RECORDS).containsEntry("0:1", 1).containsEntry("1:50", 1);
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(RECORDS);
        assertThat(report.extents()).hasSize(2);
        assertThat(report.extents().get(0).ended())
                .as("the first file was rolled")
                .isTrue();
        assertThat(report.extents().get(1).positionBytes()).isPositive();
    }

    @Test
    void shouldGiveTheSameForCopiesInAnyOrder() throws IOException {
        final Path second = copy("second");
        final Path third = copy("third");
        Files.delete(files(third).get(0));
        final TreeMap<String, Integer> counts = new TreeMap<>();
        final ReadReport report = read(List.of(third, second, journal, second), counts);
        assertThat(counts)
                .hasSize(RECORDS)
                .allSatisfy((key, count) -> assertThat(count).isOne());
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(RECORDS);
        assertThat(report.duplicates()).isEqualTo(RECORDS + RECORDS / 2);
        final ReadReport other = read(List.of(second, journal, third), new TreeMap<>());
        assertThat(other.lives()).isEqualTo(report.lives());
        assertThat(other.gaps()).isEqualTo(report.gaps());
    }

    @Test
    void shouldNameWhatIsMissing() throws IOException {
        final Path second = copy("second");
        Files.delete(files(second).get(0));
        final ReadReport report = read(List.of(second), new TreeMap<>());
        assertThat(report.gaps())
                .containsExactly(new ReadReport.Gap(life, 0, 1, 25), new ReadReport.Gap(life, 1, 1, 25));
        assertThat(report.lives().get(0).opened()).isFalse();
        assertThat(report.lives().get(0).closed()).isTrue();
        // The other file alone: the end is missing, and nothing in it can know.
        final Path first = copy("first");
        Files.delete(files(first).get(1));
        assertThat(read(List.of(first), new TreeMap<>()).usageRecords()).isEqualTo(RECORDS / 2);
    }

    @Test
    void shouldNameBothFilesOfAConflict() throws IOException {
        final Path second = copy("second");
        final Path changed = files(second).get(0);
        final long position = findUsage(changed, 1, 7);
        edit(changed, position, (record, region) -> {
            record.chargedTokens(1_000_000);
            region.seal(0);
        });
        final TreeMap<String, Integer> counts = new TreeMap<>();
        final ReadReport report = read(List.of(journal, second), counts);
        assertThat(counts).hasSize(RECORDS);
        assertThat(report.conflicts())
                .containsExactly(new ReadReport.Conflict(
                        life,
                        1,
                        7,
                        files(journal).get(0).toRealPath(),
                        position - Integer.BYTES,
                        changed.toRealPath(),
                        position - Integer.BYTES));
        assertThat(report.duplicates()).isEqualTo(RECORDS - 1);
    }

    @Test
    void shouldNameABadRecordAndGoOnBehindIt() throws IOException {
        final Path changed = files(journal).get(1);
        final long position = findUsage(changed, 0, 40);
        edit(changed, position, (record, region) -> record.chargedTokens(1_000_000));
        final TreeMap<String, Integer> counts = new TreeMap<>();
        final ReadReport report = read(List.of(journal), counts);
        assertThat(counts).hasSize(RECORDS - 1).doesNotContainKey("0:40").containsKey("0:41");
        assertThat(report.damages()).singleElement().satisfies(damage -> {
            assertThat(damage.file()).isEqualTo(changed.toRealPath());
            assertThat(damage.positionBytes()).isEqualTo(position - Integer.BYTES);
            assertThat(damage.what()).contains("CRC");
        });
        assertThat(report.gaps()).containsExactly(new ReadReport.Gap(life, 0, 40, 40));
    }

    @Test
    void shouldReadTheRecordInABrokenDocument() throws IOException {
        final Path changed = files(journal).get(1);
        for (final int header : new int[] {0, 0x8000_0000 | 160, 0x3FFF_FFF0, 77}) {
            final Path copied = copy("broken-" + Integer.toHexString(header));
            final Path file = files(copied).get(1);
            final long position = findUsage(changed, 0, 40);
            header(file, position - Integer.BYTES, header);
            final TreeMap<String, Integer> counts = new TreeMap<>();
            final ReadReport report = read(List.of(copied), counts);
            assertThat(counts).as("header %x: %s", header, report).hasSize(RECORDS);
            assertThat(report.damages())
                    .as("header %x", header)
                    .containsExactly(new ReadReport.Damage(
                            file.toRealPath(),
                            position - Integer.BYTES,
                            164,
                            "document header " + Integer.toHexString(header) + " around a whole record",
                            null));
            assertThat(report.gaps()).isEmpty();
        }
    }

    @Test
    void shouldPassOnTheLastRecordOfAKilledWriter() throws IOException {
        for (final int header : new int[] {0, 0x8000_0000, 0x8000_0000 | 88}) {
            final Path copied = copy("killed-" + Integer.toHexString(header));
            final Path file = files(copied).get(1);
            final List<SmallJournal.Place> places = SmallJournal.places(file);
            final SmallJournal.Place last = places.get(places.size() - 1);
            header(file, last.position(), header);
            final JournalReader reader = new JournalReader(List.of(copied));
            for (int reading = 0; reading < 2; reading++) {
                final ReadReport report = reader.read(JournalVisitor.NONE);
                assertThat(report.isClean()).as("header %x: %s", header, report).isTrue();
                assertThat(report.damages()).as("header %x", header).isEmpty();
                assertThat(report.lives().get(0).closed()).as("CLOSE is read").isTrue();
                assertThat(report.usageRecords()).isEqualTo(RECORDS);
                assertThat(report.extents().get(1).positionBytes()).isEqualTo(last.position());
            }
            // Who follows waits for the writer, or for the next one.
            final JournalReader following = JournalReader.following(List.of(copied));
            final ReadReport before = following.read(JournalVisitor.NONE);
            assertThat(before.damages()).isEmpty();
            assertThat(before.lives().get(0).closed()).isFalse();
            header(file, last.position(), last.length());
            assertThat(following.read(JournalVisitor.NONE).lives().get(0).closed())
                    .isTrue();
        }
    }

    @Test
    void shouldNameTwoHeadersLostInARow() throws IOException {
        for (final int header : new int[] {0, 0x8000_0000}) {
            final Path copied = copy("lost-" + Integer.toHexString(header));
            final Path file = files(copied).get(1);
            final List<SmallJournal.Place> places = SmallJournal.places(file);
            final SmallJournal.Place first = places.get(places.size() - 5);
            header(file, first.position(), header);
            header(file, places.get(places.size() - 4).position(), 0);
            final ReadReport report = read(List.of(copied), new TreeMap<>());
            assertThat(report.usageRecords()).isEqualTo(RECORDS);
            assertThat(report.damages()).as("%s", report).hasSize(2);
            assertThat(report.damages().get(0).positionBytes()).isEqualTo(first.position());
        }
    }

    private static void header(final Path file, final long position, final int header) throws IOException {
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
            random.seek(position);
            random.writeInt(Integer.reverseBytes(header));
        }
    }

    @Test
    void shouldReadACutFileUpToTheCut() throws IOException {
        final Path copied = copy("cut");
        final Path file = files(copied).get(1);
        final long position = findUsage(file, 0, 40);
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
            random.setLength(position + 50);
        }
        final TreeMap<String, Integer> counts = new TreeMap<>();
        final ReadReport report = read(List.of(copied), counts);
        assertThat(counts).containsKey("0:39").doesNotContainKey("0:40");
        assertThat(report.damages()).hasSize(1);
        assertThat(report.extents().get(1).positionBytes()).isEqualTo(position - Integer.BYTES);
    }

    @Test
    void shouldCountVoidAsFilledButNotAsUsage() throws IOException {
        final Path changed = files(journal).get(1);
        edit(changed, findUsage(changed, 0, 40), (record, region) -> {
            // A VOID stands where the record was, padded to its length by a shorter document's worth of nothing.
            new VoidRecord()
                    .begin(region.buffer(), 0, life, 0, clock.nanoTime())
                    .range(40, 40);
            region.buffer().putInt(RecordDescriptor.LENGTH_OFFSET, region.capacity(), ByteOrder.LITTLE_ENDIAN);
            region.seal(0);
        });
        final ReadReport report = read(List.of(journal), new TreeMap<>());
        assertThat(report.gaps()).isEmpty();
        assertThat(report.usageRecords()).isEqualTo(RECORDS - 1);
        assertThat(report.lives().get(0).lanes().get(0).voided()).isOne();
    }

    @Test
    void shouldFollowALivingNode() throws IOException {
        final Path data = directory.resolve("living");
        try (Ledger ledger =
                Ledger.open(data, LedgerConfig.of("edge-a").withSlots(64).withClock(clock), 1)) {
            ledger.agent().doWork();
            final JournalReader reader = new JournalReader(List.of(Ledger.journalDirectory(data)));
            final List<Long> seen = new ArrayList<>();
            for (long i = 1; i <= 5; i++) {
                Exchanges.whole(ledger.lane(0), clock.nanoTime());
                ledger.agent().doWork();
                if (i == 3) {
                    clock.advanceNs(HOUR_NS);
                }
                final ReadReport report = reader.read(record -> seen.add(record.sequence()));
                assertThat(report.usageRecords()).isEqualTo(i);
                assertThat(report.isClean()).as("%s", report).isTrue();
                assertThat(report.lives().get(0).closed()).isFalse();
            }
            assertThat(seen).containsExactly(1L, 2L, 3L, 4L, 5L);
        }
    }

    @Test
    void shouldRefuseADirectoryThatIsNotThere() {
        assertThatThrownBy(() -> new JournalReader(List.of(directory.resolve("nowhere"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere")
                .hasMessageContaining("expected <data>/journal");
    }

    @FunctionalInterface
    private interface Edit {
        void edit(UsageRecord record, RecordRegion region);
    }

    /** Changes a record in place; its length stays. */
    private static void edit(final Path file, final long position, final Edit edit) throws IOException {
        final byte[] bytes = new byte[160];
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
            random.seek(position);
            random.readFully(bytes);
            final RecordRegion region = new RecordRegion(ByteBuffer.wrap(bytes));
            final UsageRecord record = new UsageRecord();
            record.wrap(region.buffer(), 0);
            edit.edit(record, region);
            random.seek(position);
            random.write(bytes);
        }
    }

    /** Offset of a usage record's header in a file. */
    private static long findUsage(final Path file, final int lane, final long sequence) throws IOException {
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "r")) {
            final byte[] bytes = new byte[1 << 20];
            random.readFully(bytes);
            final RecordRegion region = new RecordRegion(ByteBuffer.wrap(bytes));
            final UsageRecord record = new UsageRecord();
            for (int at = 0; at < bytes.length - 160; at += 4) {
                record.wrap(region.buffer(), at);
                if (record.length() == 160
                        && record.lane() == lane
                        && record.sequence() == sequence
                        && region.isValid(at, 160)) {
                    return at;
                }
            }
        }
        throw new AssertionError("no record " + lane + ":" + sequence + " in " + file);
    }
}
