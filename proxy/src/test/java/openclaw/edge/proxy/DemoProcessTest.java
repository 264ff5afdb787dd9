package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's lines, pasted into a shell. */
final class DemoProcessTest {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");

    @TempDir
    private Path directory;

    @Test
    void shouldPrintLinesThatWorkAsTheyStand() throws Exception {
        assumeTrue(succeeds("curl --version"), "SKIPPED: needs curl");
        Path site;
        try (EdgeProcess demo = EdgeProcess.start(directory, "demo")) {
            demo.awaitOut("edge invoice");
            demo.awaitOut("/invoices\n");
            List<String> curls =
                    demo.out().lines().filter(line -> line.startsWith("curl ")).toList();
            assertThat(curls).hasSize(4);

            assertThat(statuses(shell(curls.get(0)))).containsExactly("200");
            assertThat(statuses(shell(curls.get(1)))).containsExactly("200");
            assertThat(statuses(shell(curls.get(2))))
                    .containsExactly(
                            "200", "200", "200", "200", "200", "429", "429", "429", "429", "429", "429", "429");
            String usage = shell(curls.get(3));
            assertThat(statuses(usage)).containsExactly("200");
            assertThat(usage).contains("application/json", "acme");
            site = Path.of(argument(demo.out(), "--catalog ")).getParent();
            assertThat(site.resolve("edge.yaml")).exists();
            assertThat(argument(demo.out(), "--journal "))
                    .isEqualTo(site.resolve("data/journal").toString());
            assertThat(argument(demo.out(), "--cycle ")).matches("\\d{4}-\\d{2}");

            demo.signal("TERM");
            assertThat(demo.exitCode()).as(demo.err()).isZero();
        }
        assertThat(site).doesNotExist();
    }

    private static String argument(String text, String option) {
        int from = text.indexOf(option) + option.length();
        return text.substring(from, text.indexOf(' ', from));
    }

    private static List<String> statuses(String output) {
        return STATUS.matcher(output)
                .results()
                .map(MatchResult::group)
                .map(s -> s.substring(9))
                .toList();
    }

    private String shell(String line) throws IOException, InterruptedException {
        Path output = directory.resolve("curl.txt");
        Process process = new ProcessBuilder("sh", "-c", line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as("%s: %s", line, text).isZero();
        return text;
    }

    private static boolean succeeds(String command) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", command + " >/dev/null 2>&1")
                        .start()
                        .waitFor()
                == 0;
    }
}
