package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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

    /** Bytes read until a pause is due. */
    private static long readUntilPause(final ReadAheadAgent ahead) {
        final long before = ahead.readBytes();
        while (ahead.doWork() > 0) {
            assertThat(ahead.readBytes() - before).isLessThanOrEqualTo(ReadAheadAgent.AHEAD_LENGTH);
        }
        return ahead.readBytes() - before;
    }

    @Test
    void shouldPauseAfterEachPieceWhereLittleIsWritten() throws IOException {
        try (Ledger ledger = open()) {
            final ReadAheadAgent ahead = ledger.readingAhead();
            exchanges(ledger, 1);
            for (int piece = 0; piece < 20; piece++) {
                assertThat(readUntilPause(ahead)).isEqualTo(ReadAheadAgent.CHUNK_LENGTH);
                exchanges(ledger, 1);
            }
            ahead.onClose();
        }
    }

    @Test
    void shouldReadWithoutAPauseWhatIsWrittenInAFew() throws IOException {
        try (Ledger ledger = open()) {
            final ReadAheadAgent ahead = ledger.readingAhead();
            exchanges(ledger, 1);
            readUntilPause(ahead);
            final int perPause = 4_000;
            exchanges(ledger, perPause);
            final long pace = perPause * 160L;
            assertThat(readUntilPause(ahead))
                    .as("four times what was written during the pause")
                    .isGreaterThanOrEqualTo(ReadAheadAgent.HURRY_PAUSES * pace)
                    .isLessThan((1 + ReadAheadAgent.HURRY_PAUSES) * pace);
            assertThat(readUntilPause(ahead)).as("nothing was written since").isEqualTo(ReadAheadAgent.CHUNK_LENGTH);
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

    @Test
    void shouldReadNoMoreThanItIsAskedFor() throws IOException {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the kernel takes advice on Linux");
        final Path file = data.resolve("f\u00fcnf");
        final byte[] content = new byte[10_000];
        new Random(5).nextBytes(content);
        Files.write(file, content);
        final ByteBuffer into = ByteBuffer.allocateDirect(4_096);
        final byte[] got = new byte[4_096];
        try (PieceReader reader = new PieceReader(file.toFile())) {
            assertThat(reader.isAdvised()).isTrue();
            assertThat(reader.read(into, 3)).isEqualTo(4_096);
            into.get(0, got);
            assertThat(got).isEqualTo(Arrays.copyOfRange(content, 3, 4_099));
            assertThat(reader.read(into.limit(100), 9_990)).isEqualTo(10);
            assertThat(reader.read(into, 10_000)).isLessThanOrEqualTo(0);
            assertThat(into.position()).isZero();
        }
        assertThatIOException().isThrownBy(() -> new PieceReader(new File("/nowhere")));
    }
}
