package openclaw.edge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of this folder refuse what they cannot do, in one line and before they start anything; they need bash and a Python 3. */
class ScriptsTest {
    private static final int USAGE = 2;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --rounds 0          | --rounds: 0: expected a whole number from 1 to 1000
            --warm-up 0         | --warm-up: 0: expected a whole number from 1 to 1000
            --seconds x         | --seconds: x: expected a whole number from 1 to 3600
            --cluster 0         | --cluster: 0: expected a whole number from 1 to 64
            --base /nowhere     | --base: /nowhere: expected a checkout of this project, no ./edge is in it
            --json /nowhere/x   | --json: /nowhere/x: expected a file that can be written, in a folder that is there
            --only haproxy      | --only haproxy: nothing is compared; expected edge or edge-h2 among them
            --only nginx,nginx  | --only: nginx,nginx: expected some of edge, edge-h2, haproxy, nginx, spring, each once
            --bogus             | unrecognized arguments: --bogus
            """)
    void shouldComparePeersOnlyByOptionsThatMakeSense(final String options, final String problem) throws Exception {
        assumeThat(Path.of("/usr/bin/python3")).as("python3 is not installed").exists();
        refuses("python3 -B peers " + options, "bench/peers: " + problem + "; see bench/peers --help");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            start-time 0              | 0: expected 1 to 1000 rounds
            start-time soon           | unknown argument 'soon'
            sums --bogus              | unknown argument '--bogus'
            sums --rounds=0           | --rounds 0: expected a whole number from 1 to 1000
            sums --threads 1x         | --threads 1x: expected a whole number from 1 to 1000
            sums --data /nowhere      | --data /nowhere: has no journal, expected what ./edge journal generate makes
            invoice-run --bogus       | unknown argument '--bogus'
            invoice-run --records 0   | --records 0: expected a whole number from 1 to 10000000000
            jmh --bogus               | unknown argument '--bogus'
            jmh --out                 | --out has no value
            """)
    void shouldRefuseWrongArguments(final String command, final String problem) throws Exception {
        assumeThat(Path.of("/bin/bash")).as("bash is not installed").exists();
        final String script = command.substring(0, command.indexOf(' '));
        refuses("bash " + command, script + ": " + problem + "; see bench/" + script + " --help");
    }

    @Test
    void shouldRefuseCoresThatAreNotThere() throws Exception {
        assumeThat(Path.of("/usr/bin/taskset")).as("taskset is not installed").exists();
        assertThat(run("bash invoice-run --cores 9999")).isEqualTo(USAGE);
        assertThat(said("err"))
                .startsWith("invoice-run: --cores 9999: expected some of ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start-time", "sums", "invoice-run", "jmh"})
    void shouldTellItsUse(final String script) throws Exception {
        assumeThat(Path.of("/bin/bash")).as("bash is not installed").exists();
        assertThat(run("bash " + script + " --help")).isZero();
        assertThat(said("out"))
                .contains("bench/" + script + " [", "Exit codes: 0 ")
                .doesNotContain("set -e");
        assertThat(said("err")).isEmpty();
    }

    private void refuses(final String command, final String line) throws Exception {
        assertThat(run(command)).as(command).isEqualTo(USAGE);
        assertThat(said("err")).isEqualTo(line + "\n");
        assertThat(said("out")).isEmpty();
    }

    private String said(final String where) throws IOException {
        return Files.readString(directory.resolve(where));
    }

    private int run(final String command) throws IOException, InterruptedException {
        final ProcessBuilder process = new ProcessBuilder(List.of(command.split(" ")));
        process.environment().put("LC_ALL", "C.UTF-8");
        final Process running = process.redirectError(directory.resolve("err").toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        try {
            assertThat(running.waitFor(60, TimeUnit.SECONDS))
                    .as(command + " ends")
                    .isTrue();
            return running.exitValue();
        } finally {
            running.destroyForcibly();
        }
    }
}
