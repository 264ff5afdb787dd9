package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The journal on a real file system that is really full: mapped stores are lost there, and nothing else may be. */
class FullDiskTest {
    private static final int SLOTS = 2048;

    /** Room for what twenty rounds leave in the journal, beside the guard's reserve of 30 MiB and a quarter. */
    private static final int DISK_MEBIBYTES = 64;

    private static final long SECOND_NS = 1_000_000_000L;

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path root;

    private final ManualClock clock = new ManualClock();
    private final LedgerConfig config =
            LedgerConfig.of("edge-a").withSlots(SLOTS).withClock(clock);

    /** Compiled code loses stores in silence, interpreted code fails at once: it is the former that must be met. */
    @BeforeAll
    static void compileTheAppends() throws IOException {
        final Path warm = root.resolve("warm");
        try (Ledger ledger = Ledger.open(warm, LedgerConfig.of("edge-a").withSlots(SLOTS), 1)) {
            for (int i = 0; i < 60_000; i++) {
                Exchanges.whole(ledger.lane(0), 1);
                if ((i & 1023) == 0) {
                    ledger.agent().doWork();
                }
            }
        }
    }

    @Test
    void shouldLoseNothingOnAFullDiskAndGoOnWhenThereIsRoom() throws IOException {
        fillAndFree(1, 6);
    }

    @Test
    @Tag("nightly")
    void shouldLoseNothingOnADiskThatIsFullAgainAndAgain() throws IOException {
        for (int seed = 2; seed < 12; seed++) {
            fillAndFree(seed, 20);
        }
    }

    private void fillAndFree(final int seed, final int rounds) throws IOException {
        final Random random = new Random(seed);
        final Path data = root.resolve("data-" + seed);
        long committed = 0;
        int failed = 0;
        try (SmallDisk disk = SmallDisk.mount(Ledger.journalDirectory(data), DISK_MEBIBYTES)) {
            try (Ledger ledger = Ledger.open(data, config, 1)) {
                final Lane lane = ledger.lane(0);
                ledger.agent().doWork();
                for (int round = 0; round < rounds; round++) {
                    // Full between two looks of the guard: the clock does not move.
                    disk.fill(random.nextInt(400_000));
                    final long failures = ledger.counters().get(LedgerCounter.JOURNAL_FAILURES);
                    for (int i = 0; i < 20 * SLOTS && ledger.healthy(); i++) {
                        final int slot = Exchanges.admit(lane, clock.nanoTime());
                        if (slot == Lane.NO_SLOT) {
                            ledger.agent().doWork();
                            continue;
                        }
                        Exchanges.complete(lane, slot);
                        committed++;
                    }
                    failed += ledger.counters().get(LedgerCounter.JOURNAL_FAILURES) > failures ? 1 : 0;
                    assertThat(lane.claim()).as("seed %d: no permits", seed).isEqualTo(Lane.NO_SLOT);
                    clock.advanceNs(SECOND_NS);
                    ledger.agent().doWork();
                    assertThat(ledger.healthy()).isFalse();
                    disk.free();
                    clock.advanceNs(SECOND_NS);
                    ledger.agent().doWork();
                    assertThat(ledger.healthy())
                            .as("seed %d round %d: without a restart, %s", seed, round, ledger.state())
                            .isTrue();
                }
            }
            final ReadReport report = new JournalReader(List.of(Ledger.journalDirectory(data))).read(record -> {});
            assertThat(report.usageRecords()).as("seed %d", seed).isEqualTo(committed);
            assertThat(report.gaps()).isEmpty();
            assertThat(report.conflicts()).isEmpty();
            assertThat(failed).as("seed %d: stores were lost", seed).isPositive();
        }
        Files.delete(Ledger.journalDirectory(data));
    }

    @Test
    void shouldStopBeforeARealDiskIsFull() throws IOException {
        final Path data = root.resolve("guarded");
        try (SmallDisk disk = SmallDisk.mount(Ledger.journalDirectory(data), DISK_MEBIBYTES)) {
            try (Ledger ledger = Ledger.open(data, config, 1)) {
                ledger.agent().doWork();
                assertThat(ledger.healthy()).isTrue();
                disk.fill(18 << 20);
                clock.advanceNs(SECOND_NS);
                Exchanges.whole(ledger.lane(0), clock.nanoTime());
                ledger.agent().doWork();
                assertThat(ledger.healthy()).isFalse();
                assertThat(ledger.counters().get(LedgerCounter.JOURNAL_FAILURES))
                        .isZero();
                assertThat(ledger.counters().get(LedgerCounter.RECORDS_APPENDED))
                        .isOne();
                disk.free();
                clock.advanceNs(SECOND_NS);
                ledger.agent().doWork();
                assertThat(ledger.healthy()).isTrue();
            }
            assertThat(new JournalReader(List.of(Ledger.journalDirectory(data)))
                            .read(record -> {})
                            .isClean())
                    .isTrue();
        }
    }
}
