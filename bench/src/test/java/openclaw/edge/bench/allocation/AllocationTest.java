package openclaw.edge.bench.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In steady state a request allocates less than a byte on the event loop; by TLS, at most 256 bytes. */
class AllocationTest {
    /** Enough to show a byte per request; {@link #MANY} take minutes. */
    private static final int REQUESTS = 150_000;

    private static final int MANY = 1_000_000;
    private static final Pattern LINE =
            Pattern.compile("allocation (\\w+) requests (\\d+) bytes (-?\\d+) seconds (\\d+)");

    @Test
    @Timeout(value = 9, unit = TimeUnit.MINUTES)
    void shouldAllocateLessThanAByteForEachRequestOnTheLoop(@TempDir final Path directory) throws Exception {
        measure(directory, REQUESTS);
    }

    @Test
    @Tag("nightly")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void shouldAllocateLessThanAByteForEachOfAMillionRequestsOnTheLoop(@TempDir final Path directory) throws Exception {
        measure(directory, MANY);
    }

    private static void measure(final Path directory, final int requests) throws Exception {
        final Map<Scenario, long[]> measured = run(directory, requests);
        assertThat(measured).containsOnlyKeys(Scenario.values());
        measured.forEach((scenario, figures) -> {
            assertThat(figures[0])
                    .as("requests of " + scenario)
                    .isGreaterThanOrEqualTo(scenario.share(requests) * 99L / 100);
            assertThat(figures[1])
                    .as("bytes allocated by " + figures[0] + " requests of " + scenario)
                    .isLessThan(figures[0] * scenario.allowedBytes());
        });
    }

    private static Map<Scenario, long[]> run(final Path directory, final int requests) throws Exception {
        final Process process = new ProcessBuilder(command(directory, requests))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final Map<Scenario, long[]> measured = new EnumMap<>(Scenario.class);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = out.readLine()) != null) {
                System.out.println(line);
                final Matcher matcher = LINE.matcher(line);
                if (matcher.matches()) {
                    measured.put(
                            Scenario.valueOf(matcher.group(1)),
                            new long[] {Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3))});
                }
            }
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
        return measured;
    }

    /** As the launcher runs a node: no leak detection, the pooled allocator, the serial collector. */
    private static List<String> command(final Path directory, final int requests) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:MaxDirectMemorySize=192m",
                "-Dio.netty.maxDirectMemory=" + (192L << 20),
                "-Dio.netty.allocator.type=pooled",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp",
                System.getProperty("java.class.path"),
                AllocationRun.class.getName(),
                directory.toString(),
                Integer.toString(requests)));
        return command;
    }
}
