package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Coverage-guided fuzzing of the codec by Jazzer, in processes of their own since it instruments classes, from the checked-in
 * corpus on. {@code -Dfuzz.seconds=n} per target, 120 without it. An input that is found is printed as a line for the corpus.
 */
@Tag("nightly")
class CoverageGuidedFuzzTest {
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 120);
    private static final int FOUND = 77;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void shouldFindNothing(final FuzzCorpus corpus) throws Exception {
        assertThat(fuzz(corpus, StrictModel.Flaw.NONE)).isZero();
    }

    @Test
    void shouldFindAModelThatIsLenient() throws Exception {
        assertThat(fuzz(FuzzCorpus.CHUNKS, StrictModel.Flaw.BARE_LF_IN_CHUNK_LINE))
                .isEqualTo(FOUND);
    }

    private int fuzz(final FuzzCorpus corpus, final StrictModel.Flaw flaw) throws IOException, InterruptedException {
        final Path inputs = Files.createDirectory(directory.resolve("inputs"));
        int number = 0;
        for (final byte[] input : corpus.inputs()) {
            Files.write(inputs.resolve("input-" + number++), input);
        }
        final String own = "openclaw.edge.proxy.h1.";
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+EnableDynamicAgentLoading",
                "-Dfuzz.flaw=" + flaw,
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + corpus.target.getName(),
                "--instrumentation_includes=openclaw.edge.proxy.**",
                "--custom_hook_includes=" + own + "**",
                "--instrumentation_excludes=" + own + "Strict**:" + own + "Differential**:" + own + "Hostile**",
                "--reproducer_path=" + directory,
                "-artifact_prefix=" + directory + "/",
                "-max_total_time=" + SECONDS,
                "-max_len=1024",
                inputs.toString()));
        final Path log = directory.resolve("log");
        final Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS + 120, TimeUnit.SECONDS))
                    .as("the fuzzer ends in its time")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        final List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        System.out.println(corpus + " " + flaw + ": exit code " + process.exitValue());
        lines.subList(Math.max(0, lines.size() - 5), lines.size()).forEach(System.out::println);
        try (Stream<Path> files = Files.list(directory)) {
            for (final Path file : files.filter(f -> f.getFileName().toString().startsWith("crash-"))
                    .toList()) {
                System.out.println("found: " + HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return process.exitValue();
    }
}
