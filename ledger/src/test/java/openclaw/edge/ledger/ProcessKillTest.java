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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills real processes with SIGKILL under load, again and again in one directory, and counts what the journal holds. */
class ProcessKillTest {
    @TempDir
    Path data;

    @Test
    void shouldHoldAllThatWasSaidAndDoubtTheRest() throws Exception {
        killRounds(8, 20_261_121L);
    }

    @Test
    @Tag("nightly")
    void shouldHoldItThroughManyKills() throws Exception {
        killRounds(300, System.nanoTime());
    }

    private void killRounds(final int rounds, final long seed) throws Exception {
        System.out.println("ProcessKillTest: seed " + seed);
        final Random random = new Random(seed);
        final List<ChildTold> told = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            final boolean early = random.nextInt(3) == 0;
            told.add(early ? killAtStart(random.nextInt(60)) : killUnderLoad(random.nextInt(30_000)));
        }
        Ledger.open(data, LedgerConfig.of("edge-a").withSlots(1024), 1).close();
        // A life that was killed before its lanes were complete never was one.
        ChildTold.check(Ledger.journalDirectory(data), told, 1, rounds + 1, KillChild.OPEN);
    }

    /** Starts a child and kills it so many milliseconds after its main method began: while it opens, recovers, or later. */
    private ChildTold killAtStart(final int delayMs) throws IOException, InterruptedException {
        final Process process = ChildJvm.start(KillChild.class, data.toString());
        final ChildTold said = new ChildTold();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
            assertThat(in.readByte()).isEqualTo((byte) 'B');
            Thread.sleep(delayMs);
            process.toHandle().destroyForcibly();
            while (said.hear(in)) {
                // To the end.
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed, not failed").isEqualTo(137);
        return said;
    }

    /** Starts a child, listens until it has committed so many, kills it, and hears it out. */
    private ChildTold killUnderLoad(final long commits) throws IOException, InterruptedException {
        final Process process = ChildJvm.start(KillChild.class, data.toString());
        final ChildTold said = new ChildTold();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
            boolean killed = false;
            while (said.hear(in)) {
                if (!killed && said.commits() >= commits) {
                    // By its handle: the process object would close the pipe and with it what the child has said.
                    process.toHandle().destroyForcibly();
                    killed = true;
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed, not failed").isEqualTo(137);
        assertThat(said.commits()).isGreaterThanOrEqualTo(commits);
        return said;
    }
}
