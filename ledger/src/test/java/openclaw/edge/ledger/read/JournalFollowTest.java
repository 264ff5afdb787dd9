package openclaw.edge.ledger.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.record.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading while a node writes, and what reading costs in memory. */
class JournalFollowTest {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long TIMEOUT_NS = 30_000_000_000L;

    @TempDir
    Path directory;

    /** Fails when a lane's records do not come one after the other. */
    private static final class InOrder implements JournalVisitor {
        private long last;

        @Override
        public void onUsage(final UsageRecord record) {
            assertThat(record.sequence()).isEqualTo(last + 1);
            last = record.sequence();
        }
    }

    @Test
    void shouldSeeWholeRecordsOnlyWhileANodeWrites() throws Exception {
        final Path data = directory.resolve("data");
        final AtomicBoolean enough = new AtomicBoolean();
        final FutureTask<Long> writer = new FutureTask<>(() -> write(data, enough));
        final Thread thread = new Thread(writer, "writer");
        thread.start();
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        final Path journal = Ledger.journalDirectory(data);
        while (!Files.isDirectory(journal) && System.nanoTime() < deadlineNs) {
            Thread.onSpinWait();
        }
        final JournalReader tail = JournalReader.following(List.of(journal));
        final InOrder seen = new InOrder();
        final List<ReadReport> reports = new ArrayList<>();
        while (!writer.isDone() && System.nanoTime() < deadlineNs) {
            reports.add(tail.read(seen));
            final ReadReport report = reports.get(reports.size() - 1);
            assertThat(report.damages()).isEmpty();
            // Another reader that looks at all of it finds nothing broken either.
            if (reports.size() % 16 == 0) {
                assertThat(new JournalReader(List.of(journal))
                                .read(JournalVisitor.NONE)
                                .damages())
                        .isEmpty();
            }
            enough.set(seen.last > 2000 && report.extents().size() >= 3 && reports.size() > 32);
        }
        enough.set(true);
        final long written = writer.get(30, TimeUnit.SECONDS);
        final ReadReport last = tail.read(seen);
        assertThat(last.isClean()).as("%s", last).isTrue();
        assertThat(seen.last).isEqualTo(written);
        assertThat(last.duplicates()).isZero();
        assertThat(last.extents()).hasSizeGreaterThan(2);
        assertThat(last.extents().subList(0, last.extents().size() - 1)).allMatch(ReadReport.Extent::ended);
        assertThat(last.lives()).singleElement().matches(ReadReport.LifeSummary::closed);
    }

    /** Writes hour after hour until it is enough; how many records. */
    private static long write(final Path data, final AtomicBoolean enough) throws IOException {
        final ManualClock clock = new ManualClock();
        try (Ledger ledger =
                Ledger.open(data, LedgerConfig.of("edge-a").withSlots(64).withClock(clock), 1)) {
            long written = 0;
            while (!enough.get()) {
                ledger.agent().doWork();
                if (written < 200_000) {
                    written = Exchanges.whole(ledger.lane(0), clock.nanoTime() + written);
                }
                if (written % 1000 == 999 && clock.nanoTime() < ManualClock.START_NS + 8 * HOUR_NS) {
                    clock.advanceNs(HOUR_NS);
                }
            }
            return written;
        }
    }

    @Test
    void shouldTellNewFilesAndDirectoriesFromOld() throws IOException {
        final Path all = Files.createDirectories(directory.resolve("all"));
        final JournalReader tail = JournalReader.following(List.of(all));
        assertThat(tail.read(JournalVisitor.NONE).extents()).isEmpty();
        final Path data = all.resolve("edge-a");
        final ManualClock clock = new ManualClock();
        final InOrder seen = new InOrder();
        try (Ledger ledger =
                Ledger.open(data, LedgerConfig.of("edge-a").withSlots(64).withClock(clock), 1)) {
            for (int i = 1; i <= 6; i++) {
                Exchanges.whole(ledger.lane(0), clock.nanoTime());
                ledger.agent().doWork();
                final ReadReport report = tail.read(seen);
                assertThat(seen.last).isEqualTo(i);
                assertThat(report.isClean()).as("%s", report).isTrue();
                assertThat(report.extents()).hasSize((i + 1) / 2);
                if (i % 2 == 0) {
                    clock.advanceNs(HOUR_NS);
                }
            }
        }
    }

    @Test
    void shouldRememberNothingOfARecord() throws IOException {
        final Path data = directory.resolve("many");
        final int records = 40_000;
        try (Ledger ledger = Ledger.open(data, LedgerConfig.of("edge-a").withSlots(4096), 2)) {
            for (int i = 0; i < records; i++) {
                Exchanges.whole(ledger.lane(i / 500 % 2), ManualClock.START_NS + i);
                if (i % 2000 == 1999) {
                    ledger.agent().doWork();
                }
            }
        }
        final Path journal = Ledger.journalDirectory(data);
        final Path copy = Files.createDirectories(directory.resolve("copy"));
        for (final Map.Entry<String, byte[]> file : SmallJournal.files(journal).entrySet()) {
            Files.write(copy.resolve(file.getKey()), file.getValue());
        }
        // Once to load classes; then what the thread allocates is the reader, its windows and the report.
        read(List.of(journal, copy), 2 * records);
        final long bytes = read(List.of(journal, copy), 2 * records);
        assertThat(bytes)
                .as("allocated for %d records, each met twice", records)
                .isLessThan(100_000);
    }

    private static long read(final List<Path> journals, final int records) throws IOException {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        final long[] sum = new long[1];
        final ReadReport report = new JournalReader(journals).read(record -> sum[0]++);
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(report.isClean()).isTrue();
        assertThat(sum[0] + report.duplicates()).isEqualTo(records);
        return allocated;
    }
}
