package openclaw.edge.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link BucketRaces} under jcstress, in JVMs of its own. */
final class JcstressTest {

    @TempDir
    private Path directory;

    @Test
    void shouldSeeNoForbiddenOutcomeInTheShortRun() throws Exception {
        run("BucketRaces.(CreationOfOneAgent|ReclaimAgainstAdmission)", 200, 120);
    }

    @Test
    @Tag("nightly")
    void shouldSeeNoForbiddenOutcomeInTheLongRun() throws Exception {
        run("BucketRaces", 10_000, 1_800);
    }

    private void run(final String tests, final int iterationMs, final int limitSeconds) throws Exception {
        final Path output = directory.resolve("output.txt");
        final Process process = start(tests, iterationMs, output);
        final boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
        if (!ended) {
            final List<ProcessHandle> forks = process.descendants().toList();
            process.destroyForcibly().waitFor();
            forks.forEach(ProcessHandle::destroyForcibly);
        }
        final String text = Files.readString(output, StandardCharsets.UTF_8);
        if (text.contains("FAILED]") || text.contains("ERROR]")) {
            assertThat(text)
                    .as("jcstress found a forbidden outcome or an error")
                    .isEmpty();
        }
        if (!ended || !text.contains("RUN RESULTS:")) {
            skip(ended ? "jcstress cannot run here" : "jcstress took more than " + limitSeconds + " s", text);
        }
        assertThat(process.exitValue()).as(text).isZero();
        assertThat(text).containsPattern("Results: [1-9][0-9]* planned; [1-9][0-9]* passed, 0 failed, 0 soft");
    }

    private Process start(final String tests, final int iterationMs, final Path output) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main"));
        command.addAll(List.of("-t", tests, "-time", Integer.toString(iterationMs), "-iters", "1", "-f", "1"));
        command.addAll(List.of("-fsm", "1", "-c", "2", "-hs", "512", "-sc", "false", "-af", "NONE"));
        command.addAll(List.of("-spinStyle", "THREAD_YIELD", "-r", directory.toString()));
        command.addAll(List.of("-jvmArgs", "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static void skip(final String why, final String text) {
        final String message = "SKIPPED races of buckets: " + why + "\n" + text;
        System.err.println(message);
        Assumptions.abort(message);
    }
}
