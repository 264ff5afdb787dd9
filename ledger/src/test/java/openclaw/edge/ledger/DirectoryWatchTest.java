package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lock and lanes are taken away from under a ledger. */
class DirectoryWatchTest {
    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final LedgerConfig config = LedgerConfig.of("edge-a").withSlots(64).withClock(clock);

    private Path data() {
        return directory.resolve("data");
    }

    private Ledger open() throws IOException {
        final Ledger ledger = Ledger.open(data(), config, 2);
        ledger.agent().doWork();
        Exchanges.whole(ledger.lane(0), clock.nanoTime());
        Exchanges.whole(ledger.lane(1), clock.nanoTime());
        ledger.look();
        assertThat(ledger.state()).isEqualTo(JournalHealth.State.HEALTHY);
        return ledger;
    }

    private static void deleteTree(final Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private Path lane(final Ledger ledger, final int lane) {
        return data().resolve("lanes").resolve(ledger.life().toString()).resolve("lane-" + lane + ".dat");
    }

    private ReadReport report() throws IOException {
        return new JournalReader(List.of(Ledger.journalDirectory(data()))).read(record -> {});
    }

    private void assertRefusesPermits(final Ledger ledger) {
        assertThat(ledger.state()).isEqualTo(JournalHealth.State.DISPLACED);
        assertThat(ledger.healthy()).isFalse();
        assertThat(Exchanges.admit(ledger.lane(0), clock.nanoTime())).isEqualTo(Lane.NO_SLOT);
    }

    @Test
    void shouldPutBackALockThatWasRemovedOrReplaced() throws IOException {
        final Path lock = data().resolve("ledger.lock");
        try (Ledger ledger = open()) {
            final String holder = Files.readString(lock);
            Files.delete(lock);
            ledger.look();
            assertThat(holder).startsWith(ProcessHandle.current().pid() + " on ");
            assertThat(lock).content().startsWith(ProcessHandle.current().pid() + " on ");
            assertThat(ledger.counters().get(LedgerCounter.LOCK_FILES_REMOVED)).isOne();
            Files.delete(lock);
            Files.writeString(lock, "another");
            ledger.look();
            assertThat(lock).content().startsWith(ProcessHandle.current().pid() + " on ");
            ledger.look();
            assertThat(ledger.counters().get(LedgerCounter.LOCK_FILES_REMOVED)).isEqualTo(2);
            assertThat(ledger.healthy()).isTrue();
            assertThatThrownBy(() -> Ledger.open(data(), config, 1)).hasMessageContaining("is in use by process");
        }
    }

    @Test
    void shouldRefusePermitsOnceALaneIsGoneAndLoseNothingByAStopInOrder() throws IOException {
        try (Ledger ledger = open()) {
            Files.delete(lane(ledger, 1));
            ledger.look();
            assertRefusesPermits(ledger);
            assertThat(ledger.counters().get(LedgerCounter.LANE_FILES_REMOVED)).isOne();
            // Nothing makes it good again, and it is counted once.
            ledger.look();
            ledger.agent().doWork();
            assertRefusesPermits(ledger);
            assertThat(ledger.counters().get(LedgerCounter.LANE_FILES_REMOVED)).isOne();
        }
        try (Ledger next = Ledger.open(data(), config, 1)) {
            next.agent().doWork();
            assertThat(next.counters().get(LedgerCounter.LANES_LOST)).isZero();
        }
        final ReadReport report = report();
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(2);
        assertThat(report.lives()).allMatch(ReadReport.LifeSummary::closed);
    }

    @Test
    void shouldRefusePermitsOnceALaneIsAnother() throws IOException {
        try (Ledger ledger = open()) {
            final byte[] same = Files.readAllBytes(lane(ledger, 0));
            Files.delete(lane(ledger, 0));
            Files.write(lane(ledger, 0), same);
            ledger.look();
            assertRefusesPermits(ledger);
        }
    }

    @Test
    void shouldNotSayThatALifeEndedWhoseLaneWasOverwrittenOrCut() throws IOException {
        for (final boolean isCut : new boolean[] {false, true}) {
            try (Ledger ledger = open()) {
                final long length = Files.size(lane(ledger, 0));
                try (RandomAccessFile file =
                        new RandomAccessFile(lane(ledger, 0).toFile(), "rw")) {
                    if (isCut) {
                        file.setLength(1 << 12);
                    } else {
                        file.write(new byte[1 << 12]);
                    }
                }
                ledger.look();
                assertRefusesPermits(ledger);
                assertThat(Files.size(lane(ledger, 0)))
                        .as("what touches it does not fault")
                        .isEqualTo(length);
            }
            assertThat(report().lives()).as("cut: %s", isCut).noneMatch(ReadReport.LifeSummary::closed);
            try (Ledger next = Ledger.open(data(), config, 1)) {
                next.agent().doWork();
                assertThat(next.counters().get(LedgerCounter.LANES_LOST)).isOne();
            }
            assertThat(report().lives())
                    .as("nor does the next one, cut: %s", isCut)
                    .filteredOn(life -> !life.closed())
                    .hasSize(1);
            deleteTree(data());
        }
    }

    @Test
    void shouldKeepADirectoryThatWasRemovedAndJournalThereWhatItsLanesHold() throws IOException {
        try (Ledger ledger = open()) {
            deleteTree(data());
            ledger.look();
            assertRefusesPermits(ledger);
            assertThatThrownBy(() -> Ledger.open(data(), config, 1)).hasMessageContaining("is in use by process");
            // Finds its file gone, and begins another.
            ledger.agent().doWork();
            clock.advanceNs(2_000_000_000L);
            ledger.agent().doWork();
        }
        assertThat(report().usageRecords()).isEqualTo(2);
    }
}
