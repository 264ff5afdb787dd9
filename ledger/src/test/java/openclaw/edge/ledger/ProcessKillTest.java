package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        killRounds(4);
    }

    @Test
    @Tag("nightly")
    void shouldHoldItThroughManyKills() throws Exception {
        killRounds(60);
    }

    private void killRounds(final int rounds) throws Exception {
        final List<Said> said = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            said.add(runAndKill(20_000L + 7_919L * (round % 5)));
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
        assertThat(report.lives()).hasSize(rounds + 1).allMatch(ReadReport.LifeSummary::closed);
        for (final Said child : said) {
            final Held of = held.get(child.life);
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

    /** Starts a child, listens until it has committed so many, kills it, and hears it out. */
    private Said runAndKill(final long commits) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (final String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (argument.startsWith("--add-")
                    || argument.startsWith("--enable-native")
                    || argument.startsWith("--sun-misc")) {
                command.add(argument);
            }
        }
        command.addAll(List.of(
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KillChild.class.getName(),
                data.toString()));
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
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
