package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.read.JournalReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process writes a data directory; a dead one never keeps the next from it. */
class OneWriterTest {
    private static final LedgerConfig CONFIG = LedgerConfig.of("edge-a").withSlots(64);

    @TempDir
    Path data;

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
