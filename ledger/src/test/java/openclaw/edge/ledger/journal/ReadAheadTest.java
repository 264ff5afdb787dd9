package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read ahead of the journal's thread, and that nothing else changes by it. */
class ReadAheadTest {
    private static final int SLOTS = 64;
    private static final long HOUR_NS = 3_600_000_000_000L;

    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();

    private Ledger open() throws IOException {
        return Ledger.open(data, LedgerConfig.of("edge-a").withSlots(SLOTS).withClock(clock), 1);
    }

    private void exchanges(final Ledger ledger, final int count) {
        for (int i = 0; i < count; i++) {
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
            ledger.agent().doWork();
        }
    }

    private static long readAll(final ReadAheadAgent ahead) {
        final long before = ahead.readBytes();
        long last;
        do {
            last = ahead.readBytes();
            ahead.doWork();
        } while (ahead.readBytes() > last);
        return ahead.readBytes() - before;
    }

    private Path newest() throws IOException {
        final List<Path> files = QueueDirectories.files(Ledger.journalDirectory(data));
        return files.get(files.size() - 1);
    }

    @Test
    void shouldStaySoFarAheadAndNoFurther() throws IOException {
        try (Ledger ledger = open()) {
            final ReadAheadAgent ahead = ledger.readingAhead();
            assertThat(readAll(ahead)).as("nothing was opened").isZero();
            exchanges(ledger, 1);
            assertThat(readAll(ahead)).isEqualTo(ReadAheadAgent.AHEAD_LENGTH);
            assertThat(readAll(ahead)).as("nothing was appended").isZero();
            final long before = JournalReader.writtenBytes(newest());
            exchanges(ledger, 500);
            final long appended = JournalReader.writtenBytes(newest()) - before;
            // What is said to be written ends where the last document begins.
            assertThat(readAll(ahead)).isCloseTo(appended, within(1024L)).isGreaterThan(500 * 160L);
            ahead.onClose();
        }
    }

    @Test
    void shouldPauseBetweenPiecesOnceItIsFarEnoughAhead() throws IOException {
        try (Ledger ledger = open()) {
            final ReadAheadAgent ahead = ledger.readingAhead();
            exchanges(ledger, 1);
            while (ahead.doWork() > 0) {
                assertThat(ahead.readBytes()).as("read without a pause").isLessThan(ReadAheadAgent.HURRY_LENGTH);
            }
            final long hurried = ahead.readBytes();
            assertThat(hurried).isGreaterThanOrEqualTo(ReadAheadAgent.HURRY_LENGTH);
            assertThat(ahead.doWork()).as("a pause is due").isZero();
            assertThat(ahead.readBytes()).isGreaterThan(hurried);
            ahead.onClose();
        }
    }

    @Test
    void shouldFollowIntoTheNextFileAndEndWithTheJournal() throws IOException {
        try (Ledger ledger = open()) {
            final ReadAheadAgent ahead = ledger.readingAhead();
            for (int hour = 0; hour < 3; hour++) {
                exchanges(ledger, 20);
                assertThat(readAll(ahead)).as("hour %d", hour).isEqualTo(ReadAheadAgent.AHEAD_LENGTH);
                clock.advanceNs(HOUR_NS);
            }
            ledger.agent().onClose();
            assertThat(readAll(ahead)).isZero();
            ahead.onClose();
        }
        final ReadReport report = new JournalReader(List.of(Ledger.journalDirectory(data))).read(JournalVisitor.NONE);
        assertThat(report.isClean()).isTrue();
        assertThat(report.usageRecords()).isEqualTo(60);
    }

    @Test
    void shouldLeaveItToTheJournalToNoticeThatItsFileIsGone() throws IOException {
        try (Ledger ledger = open()) {
            final ReadAheadAgent ahead = ledger.readingAhead();
            exchanges(ledger, 20);
            Files.delete(newest());
            assertThat(ahead.doWork()).isZero();
            exchanges(ledger, 1);
            assertThat(ledger.healthy()).isFalse();
            assertThat(readAll(ahead)).isZero();
            clock.advanceNs(2_000_000_000L);
            ledger.agent().doWork();
            exchanges(ledger, 20);
            assertThat(ledger.healthy()).isTrue();
            assertThat(readAll(ahead)).isEqualTo(ReadAheadAgent.AHEAD_LENGTH);
            ahead.onClose();
        }
    }
}
