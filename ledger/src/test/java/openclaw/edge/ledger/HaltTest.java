package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.journal.HaltChild;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes that halt at seeded steps of commit, append and recovery, one after the other in one data directory: what
 * {@code LaneKillPointTest} and {@code SimulatedDeathTest} do within one process, with real mappings and a real kernel.
 */
class HaltTest {
    private static final int SLOTS = 32;
    private static final long SECOND_NS = 1_000_000_000L;

    /** Steps of opening and recovery, and those of a whole process. */
    private static final int EARLY_STEPS = 60;

    private static final int STEPS = 6_000;

    @TempDir
    Path root;

    @Test
    void shouldHoldAllWhereverProcessesHalt() throws Exception {
        assertThat(halt(root.resolve("data"), 20_261_122L, 7)).isGreaterThan(4);
    }

    @Test
    @Tag("nightly")
    void shouldHoldAllThroughAThousandHalts() throws Exception {
        final long seed = System.nanoTime();
        int halted = 0;
        for (int directory = 0; halted < 1_000; directory++) {
            halted += halt(root.resolve("data-" + directory), seed + directory, 50);
        }
    }

    private static int halt(final Path data, final long seed, final int processes) throws Exception {
        System.out.println("HaltTest: seed " + seed);
        final Random random = new Random(seed);
        final List<ChildTold> told = new ArrayList<>();
        long startNs = ManualClock.START_NS;
        int halted = 0;
        for (int i = 0; i < processes; i++) {
            final int steps = random.nextInt(random.nextInt(3) == 0 ? EARLY_STEPS : STEPS);
            final Process process = ChildJvm.start(
                    HaltChild.class,
                    data.toString(),
                    Long.toString(random.nextLong()),
                    Integer.toString(steps),
                    Long.toString(startNs));
            final ChildTold child = hear(process);
            told.add(child);
            assertThat(process.exitValue()).as("halted or ended, not failed").isIn(0, HaltChild.ExitCodes.HALTED);
            halted += process.exitValue() == 0 ? 0 : 1;
            // Beyond whatever it made of its time.
            startNs += TimeUnit.DAYS.toNanos(1) + SECOND_NS;
        }
        final ManualClock clock = new ManualClock();
        clock.advanceNs(startNs - ManualClock.START_NS);
        Ledger.open(data, LedgerConfig.of("edge-a").withSlots(SLOTS).withClock(clock), 1)
                .close();
        ChildTold.check(Ledger.journalDirectory(data), told, processes + 1, processes + 1, SLOTS);
        return halted;
    }

    private static ChildTold hear(final Process process) throws IOException, InterruptedException {
        final ChildTold told = new ChildTold();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
            while (told.hear(in)) {
                // To the end.
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return told;
    }
}
