package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills real processes with SIGKILL under load, again and again in one directory, and counts what the journal holds. */
class ProcessKillTest {
    @TempDir
    Path data;

    /** What a child said before it died. */
    private static final class Said {
        private Life life;
        private long admitted;
        private final Map<Long, Long> committed = new HashMap<>();
    }

    /** What the journal holds of a life. */
    private static final class Held {
        private final Map<Long, Long> complete = new HashMap<>();
        private final Map<Long, Long> inDoubt = new HashMap<>();
        private long repeated;
    }

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
        final List<Said> said = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            final boolean early = random.nextInt(3) == 0;
            said.add(early ? killAtStart(random.nextInt(60)) : killUnderLoad(random.nextInt(30_000)));
        }
        Ledger.open(data, LedgerConfig.of("edge-a").withSlots(1024), 1).close();
        final Map<Life, Held> held = new HashMap<>();
        final ReadReport report = new JournalReader(List.of(Ledger.journalDirectory(data))).read(record -> {
            if (!record.isFinal()) {
                return;
            }
            final Held of = held.computeIfAbsent(record.life(), life -> new Held());
            final Map<Long, Long> exchanges = record.outcome() == Outcome.IN_DOUBT ? of.inDoubt : of.complete;
            if (exchanges.put(record.exchange(), record.sequence()) != null) {
                of.repeated++;
            }
        });
        assertThat(report.isClean()).as("%s", report).isTrue();
        // A life that was killed before its lanes were complete never was one.
        assertThat(report.lives()).hasSizeBetween(1, rounds + 1).allMatch(ReadReport.LifeSummary::closed);
        for (final Said child : said) {
            if (child.life == null) {
                continue;
            }
            final Held of = held.getOrDefault(child.life, new Held());
            assertThat(of.repeated).isZero();
            assertThat(of.complete).as("all that was acknowledged").containsAllEntriesOf(child.committed);
            assertThat(of.inDoubt.keySet()).doesNotContainAnyElementsOf(of.complete.keySet());
            for (long exchange = 1; exchange <= child.admitted; exchange++) {
                assertThat(of.complete.containsKey(exchange) || of.inDoubt.containsKey(exchange))
                        .as("exchange %d of %d", exchange, child.admitted)
                        .isTrue();
            }
            assertThat(of.inDoubt).as("what was open at the kill").hasSizeLessThanOrEqualTo(50);
        }
    }

    /** Starts a child and kills it so many milliseconds after its main method began: while it opens, recovers, or later. */
    private Said killAtStart(final int delayMs) throws IOException, InterruptedException {
        final Process process = ChildJvm.start(KillChild.class, data.toString());
        final Said said = new Said();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
            assertThat(in.readByte()).isEqualTo((byte) 'B');
            Thread.sleep(delayMs);
            process.toHandle().destroyForcibly();
            while (hear(in, said)) {
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
    private Said killUnderLoad(final long commits) throws IOException, InterruptedException {
        final Process process = ChildJvm.start(KillChild.class, data.toString());
        final Said said = new Said();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
            boolean killed = false;
            while (hear(in, said)) {
                if (!killed && said.committed.size() >= commits) {
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
        assertThat(said.committed.size()).isGreaterThanOrEqualTo((int) commits);
        return said;
    }

    private static boolean hear(final DataInputStream in, final Said said) throws IOException {
        try {
            switch (in.readByte()) {
                case 'B' -> {}
                case 'L' -> said.life = new Life(in.readLong(), in.readLong());
                case 'A' -> said.admitted = in.readLong();
                case 'C' -> {
                    final long exchange = in.readLong();
                    said.committed.put(exchange, in.readLong());
                }
                default -> throw new IOException("the child said something else");
            }
            return true;
        } catch (final EOFException e) {
            // Cut by the kill, perhaps within a word.
            return false;
        }
    }
}
