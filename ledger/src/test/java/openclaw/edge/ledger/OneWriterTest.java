package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process writes a data directory; a dead one never keeps the next from it. */
class OneWriterTest {
    private static final LedgerConfig CONFIG = LedgerConfig.of("edge-a").withSlots(64);

    @TempDir
    Path directory;

    private Path data;

    @BeforeEach
    void name() {
        data = directory.resolve("data");
    }

    @Test
    void shouldRefuseASecondProcessByTheNameOfTheFirstAndTakeOverFromADeadOne() throws Exception {
        final Process first = ChildJvm.start(LockChild.class, data.toString());
        try (BufferedReader said = reader(first)) {
            assertThat(heard(said)).isEqualTo("child: open");
            assertThatThrownBy(() -> Ledger.open(data, CONFIG, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(data.toString())
                    .hasMessageContaining("in use by process " + first.pid() + " on ")
                    .hasMessageContaining("configure another 'data'");
            final Process second = ChildJvm.start(LockChild.class, data.toString());
            try (BufferedReader refused = reader(second)) {
                assertThat(heard(refused)).contains("in use by process " + first.pid());
            }
            assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
            first.toHandle().destroyForcibly();
            assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            first.destroyForcibly();
        }
        assertThat(Files.readString(data.resolve("ledger.lock")))
                .as("it still says so")
                .startsWith(first.pid() + " on ");
        try (Ledger next = Ledger.open(data, CONFIG, 1)) {
            next.agent().doWork();
            assertThat(next.healthy()).isTrue();
        }
        assertThat(new JournalReader(List.of(Ledger.journalDirectory(data)))
                        .read(record -> {})
                        .lives())
                .hasSize(2)
                .allMatch(life -> life.closed());
    }

    /** A process that is told what to do. */
    private final class Holder implements AutoCloseable {
        private final Process process;
        private final BufferedReader said;

        Holder() throws IOException {
            process = ChildJvm.start(HoldChild.class, data.toString());
            said = reader(process);
            assertThat(heard(said)).isEqualTo("child: open");
        }

        String tell(final char what) throws IOException {
            process.getOutputStream().write(what);
            process.getOutputStream().flush();
            return heard(said);
        }

        void end() throws IOException, InterruptedException {
            process.getOutputStream().close();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            said.close();
        }
    }

    private void assertWholeBooks(final int records) throws IOException {
        final ReadReport report = new JournalReader(List.of(Ledger.journalDirectory(data))).read(record -> {});
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(records);
        assertThat(report.duplicates()).isZero();
        assertThat(report.lives()).allMatch(ReadReport.LifeSummary::closed);
    }

    private static List<Path> all(final Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            return paths.sorted().toList();
        }
    }

    @Test
    void shouldRecoverNothingOfAProcessThatRunsWhenItsLockWasRemovedOrReplaced() throws Exception {
        try (Holder first = new Holder()) {
            first.tell('e');
            for (final boolean isReplaced : new boolean[] {false, true}) {
                Files.deleteIfExists(data.resolve("ledger.lock"));
                if (isReplaced) {
                    Files.writeString(data.resolve("ledger.lock"), "9 on another machine");
                }
                final List<Path> lanes = all(data.resolve("lanes"));
                assertThatThrownBy(() -> Ledger.open(data, CONFIG, 1))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("lane-0.dat is in use by another process")
                        .hasMessageContaining("Stop it (SIGTERM), or configure another 'data'");
                assertThat(all(data.resolve("lanes"))).isEqualTo(lanes);
            }
            first.tell('e');
            first.end();
        }
        assertWholeBooks(2);
    }

    @Test
    void shouldPutBackALockSoThatASecondProcessIsToldWhoHasIt() throws Exception {
        try (Holder first = new Holder()) {
            Files.delete(data.resolve("ledger.lock"));
            assertThat(first.tell('l')).isEqualTo("child: HEALTHY 1 0");
            assertThatThrownBy(() -> Ledger.open(data, CONFIG, 1))
                    .hasMessageContaining("in use by process " + first.process.pid() + " on ");
            first.tell('e');
            first.end();
        }
        assertWholeBooks(1);
    }

    @Test
    void shouldServeNoMoreOnceAnotherProcessHasTheDirectory() throws Exception {
        try (Holder first = new Holder()) {
            first.tell('e');
            first.tell('w');
            first.tell('o');
            deleteTree(data);
            try (Ledger second = Ledger.open(data, CONFIG, 1)) {
                second.agent().doWork();
                assertThat(second.healthy()).isTrue();
                assertThat(first.tell('l')).isEqualTo("child: DISPLACED 1 1");
                // It finds its own file gone, and begins none in the other one's journal when it tries again.
                Thread.sleep(1_100);
                first.tell('c');
                first.tell('w');
                Thread.sleep(1_100);
                first.tell('w');
                first.end();
                Exchanges.whole(second.lane(0), System.currentTimeMillis() * 1_000_000L);
            }
        }
        assertWholeBooks(1);
    }

    private static void deleteTree(final Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static BufferedReader reader(final Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String heard(final BufferedReader said) throws IOException {
        String line = said.readLine();
        while (line != null && !line.startsWith("child: ")) {
            line = said.readLine();
        }
        return line;
    }
}
