package openclaw.edge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench/plot}, run as people run it; it needs a Python 3. */
class PlotTest {
    private static final String ROUNDS = "{\"edge\": [[12.5, 100.0], [13]], \"nginx\": [[14.5], [15.5]]}";
    private static final String AT_RATE = "{\"rate\": 9000, \"rounds\": {\"edge\": [[100, 200.5, 900]]}}";

    @TempDir
    Path directory;

    private Path err;

    @BeforeEach
    void needPython() {
        assumeThat(Path.of("/usr/bin/python3")).as("python3 is not installed").exists();
        err = directory.resolve("err");
    }

    @Test
    void shouldDrawWhatWasMeasured() throws Exception {
        assertThat(plot("{\"rounds\": " + ROUNDS + ", \"latencies\": {\"50\": " + AT_RATE + "}}"))
                .as(Files.readString(err))
                .isZero();
        assertThat(directory.resolve("cpu.svg")).content().contains("edge: 12.75 us", "nginx: 15.00 us");
        assertThat(directory.resolve("latency.svg")).content().contains("50 %: 9,000/s");
    }

    @Test
    void shouldTellWhenAndWhereItWasMeasured() throws Exception {
        assertThat(plot(
                        "{\"run\": {\"date\": \"2026-11-22T19:08:23Z\", \"cpu\": \"Abacus <9>\", \"cpus\": 2, \"load_average\": [1.26, 1, 1]},"
                                + " \"rounds\": " + ROUNDS + ", \"latencies\": {}}"))
                .as(Files.readString(err))
                .isZero();
        assertThat(directory.resolve("cpu.svg"))
                .content()
                .contains(">2026-11-22, 2 x Abacus &lt;9>, load average 1.3</text>");
    }

    @Test
    void shouldSayWhatIsWrongWithItsFile() throws Exception {
        final Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("{", "no JSON is in it, or not all of it");
        wrong.put("[1]", "no keys with values are in it");
        wrong.put("{\"rounds\": 1}", "'latencies' is not in it");
        wrong.put(
                "{\"rounds\": {\"edge\": []}, \"latencies\": {}}",
                "'rounds' holds no figures above zero of each round by name");
        wrong.put(
                "{\"rounds\": " + ROUNDS
                        + ", \"latencies\": {\"50\": {\"rate\": 1, \"rounds\": {\"edge\": [[1, 2]]}}}}",
                "'latencies' at 50 % hold no rate with figures above zero of each round by name");
        for (final Map.Entry<String, String> one : wrong.entrySet()) {
            assertThat(plot(one.getKey())).as(one.getKey()).isEqualTo(2);
            assertThat(err)
                    .hasContent("bench/plot: " + directory.resolve("results.json") + ": " + one.getValue()
                            + "; expected a file made by bench/peers --json");
        }
        assertThat(run("plot", "nowhere.json")).isEqualTo(2);
        assertThat(err).content().startsWith("bench/plot: nowhere.json: No such file or directory; expected");
        assertThat(run("plot")).isEqualTo(2);
        assertThat(err).content().contains("usage: bench/plot FILE.json [DIR]");
        assertThat(directory.resolve("cpu.svg")).doesNotExist();
    }

    private int plot(final String results) throws IOException, InterruptedException {
        final Path file = Files.writeString(directory.resolve("results.json"), results);
        return run("plot", file.toString());
    }

    private int run(final String... command) throws IOException, InterruptedException {
        final ProcessBuilder process = new ProcessBuilder("python3", "-B");
        process.command().addAll(List.of(command));
        process.environment().put("LC_ALL", "C.UTF-8");
        final Process running = process.redirectError(err.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        try {
            assertThat(running.waitFor(60, TimeUnit.SECONDS)).as("plot ends").isTrue();
            return running.exitValue();
        } finally {
            running.destroyForcibly();
        }
    }
}
