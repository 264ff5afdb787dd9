package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs {@code ./edge} with a stand-in for Java, which prints its arguments, and one for Maven. */
final class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "edge").toAbsolutePath();
    /** No process has it: above what Linux gives. */
    private static final int DEAD_PID = 2_000_000_000;

    private static final String PRINTS_ARGUMENTS =
            "#!/bin/sh\necho \"java=$0\"\nfor a; do printf '%s\\n' \"$a\"; done\nexit 7\n";

    @TempDir
    private Path temporary;

    private Path root;
    private Path jvms;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void layOutADistribution() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "SKIPPED: the launcher needs a POSIX shell");
        root = Files.createDirectories(temporary.resolve("a root"));
        jvms = Files.createDirectories(temporary.resolve("jvm"));
        executable(root.resolve("edge"), Files.readString(LAUNCHER));
        Files.createDirectories(root.resolve("lib"));
        environment.put("EDGE_JVM_DIR", jvms.toString());
    }

    @Test
    void shouldTakeTheNewestTestedJava() throws Exception {
        java("17.0.15");
        java("25.0.3");
        java("21.0.1");
        java("26");

        List<String> lines = launch(7, "key", "new");

        assertThat(lines).first().isEqualTo("java=" + jvms.resolve("25.0.3/bin/java"));
        assertThat(lines).contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
        assertThat(lines).endsWith("openclaw.edge.proxy.EdgeMain", "key", "new");
    }

    @Test
    void shouldTakeEdgeJavaBeforeJavaHomeAndFlagsByItsVersion() throws Exception {
        environment.put("JAVA_HOME", java("25").toString());
        assertThat(launch(7, "demo")).first().isEqualTo("java=" + jvms.resolve("25/bin/java"));

        environment.put("EDGE_JAVA", java("17.0.1").resolve("bin/java").toString());
        List<String> lines = launch(7, "demo");

        assertThat(lines).first().isEqualTo("java=" + jvms.resolve("17.0.1/bin/java"));
        assertThat(lines)
                .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "-cp", root.toRealPath() + "/lib/*")
                .doesNotContain("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void shouldRefuseAnOldOrAbsentJava() throws Exception {
        environment.put("JAVA_HOME", java("11.0.2").toString());
        assertThat(launch(1, "demo")).singleElement().asString().contains("is Java 11, expected 17 or newer");

        environment.put("JAVA_HOME", temporary.resolve("nothing").toString());
        assertThat(launch(1, "demo")).singleElement().asString().contains("holds no executable bin/java");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                        | 192
                    limits: {buffers: 32MiB}                  | 96
                    limits: {head: 8KiB, buffers: 1GiB, fields: 9} | 1088
                    limits: {buffers: 1_024KiB}               | 65
                    limits: {buffers: 2000000}                | 66
                    limits: { buffers: "256MiB" }             | 320
                    limits: {buffers: 512 MiB} # 3GiB         | 576
                    # buffers: 1GiB                           | 192
                    limits: {buffers: "${BUFFERS}"}           | 192
                    """)
    void shouldGiveDirectMemoryForTheBuffersOfTheConfiguration(String yaml, long mib) throws Exception {
        java("25");
        Path file = Files.writeString(temporary.resolve("an edge.yaml"), yaml + "\n");

        for (String[] arguments :
                new String[][] {{"run", "-c", file.toString()}, {"run", "--config=" + file}, {"check", "-c" + file}}) {
            assertThat(launch(7, arguments))
                    .contains(
                            "-XX:MaxDirectMemorySize=" + (mib << 20),
                            "-Dio.netty.maxDirectMemory=" + (mib << 20),
                            "-Dio.netty.leakDetection.level=disabled")
                    .endsWith(arguments);
        }
    }

    @Test
    void shouldReadBuffersFromABlock() throws Exception {
        java("25");
        Path file = Files.writeString(temporary.resolve("edge.yaml"), "limits:\n  head: 8KiB\n  buffers: 64MiB\n");

        assertThat(launch(7, "run", "-c", file.toString())).contains("-XX:MaxDirectMemorySize=" + (128 << 20));
    }

    @Test
    void shouldLetTheUsersOptionsWin() throws Exception {
        java("25");
        assertThat(launch(7, "demo")).contains("-XX:+UseSerialGC", "-Xmx256m");

        environment.put("EDGE_JAVA_OPTS", "-Xmx1g -XX:+UseZGC");
        List<String> lines = launch(7, "demo");

        assertThat(lines)
                .containsSubsequence("-Xmx256m", "-Xmx1g", "-XX:+UseZGC", "-cp")
                .doesNotContain("-XX:+UseSerialGC");
    }

    @Test
    void shouldKeepArgumentsAsTheyAre() throws Exception {
        java("25");

        assertThat(launch(7, "invoice", "--out", "two words", "$HOME", "*"))
                .endsWith("openclaw.edge.billing.BillingMain", "invoice", "--out", "two words", "$HOME", "*");
    }

    @Test
    void shouldGiveJournalsToTheBatchAndSayWhichStreamsAreTerminals() throws Exception {
        java("25");

        assertThat(launch(7, "journal", "stat", "two words"))
                .contains("-Dedge.terminal=")
                .endsWith("openclaw.edge.billing.BillingMain", "journal", "stat", "two words");
    }

    @Test
    void shouldWorkThroughASymbolicLink() throws Exception {
        java("25");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), root.resolve("edge"));

        assertThat(run(7, List.of(link.toString(), "demo"))).contains(root.toRealPath() + "/lib/*");
    }

    @Test
    void shouldUseTheArchiveThatAnEarlierRunLeft() throws Exception {
        java("25.0.3");
        Path archive = root.toRealPath().resolve("lib/../edge-25.0.3.jsa");
        assertThat(launch(7, "run")).noneMatch(line -> line.contains("Archive"));
        assertThat(launch(7, "demo")).anyMatch(line -> line.startsWith("-XX:ArchiveClassesAtExit=" + archive + "."));

        Files.write(root.resolve("edge-25.0.3.jsa." + DEAD_PID), new byte[] {0, 0, 0, 0, 1});
        assertThat(launch(7, "demo")).noneMatch(line -> line.contains("SharedArchiveFile"));
        Files.write(root.resolve("edge-25.0.3.jsa." + DEAD_PID), new byte[] {1, 2, 3, 4});
        assertThat(launch(7, "demo")).contains("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off");
        assertThat(launch(7, "key", "new")).contains("-XX:SharedArchiveFile=" + archive);

        Path jar = Files.writeString(root.resolve("lib/edge-proxy-2.jar"), "newer");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(2)));
        assertThat(launch(7, "demo")).noneMatch(line -> line.contains("SharedArchiveFile"));
        environment.put("EDGE_JAVA_OPTS", "-Xshare:off");
        assertThat(launch(7, "demo")).noneMatch(line -> line.contains("Archive"));
    }

    @Test
    void shouldTakeUnknownAndMissingCommandsAsUsageErrors() throws Exception {
        assertThat(launch(2, "fly")).singleElement().asString().contains("unknown command 'fly'");
        assertThat(launch(2)).first().asString().startsWith("usage: ./edge");
        assertThat(launch(0, "--help")).first().asString().startsWith("usage: ./edge");
    }

    @Test
    void shouldSayThatNothingIsThereToRun() throws Exception {
        Files.delete(root.resolve("lib"));

        assertThat(launch(1, "demo")).singleElement().asString().contains("no checkout and no unpacked distribution");
    }

    @Test
    void shouldBuildACheckoutOnceAndAgainWhenASourceIsNewer() throws Exception {
        Path source = layOutACheckout("for m in proxy billing-batch; do mkdir -p $m/target/lib;"
                + " touch $m/target/edge-$m-1.jar; done; echo \"mvn $*\" >>builds");

        List<String> first = launch(7, "demo");
        List<String> second = launch(7, "invoice");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        List<String> third = launch(7, "demo");

        assertThat(first).first().asString().startsWith("edge: building");
        Path real = root.toRealPath();
        assertThat(first).contains(real + "/proxy/target/edge-proxy-1.jar:" + real + "/proxy/target/lib/*");
        assertThat(second).doesNotContain(first.get(0));
        assertThat(second)
                .contains(real + "/billing-batch/target/edge-billing-batch-1.jar:" + real
                        + "/billing-batch/target/lib/*");
        assertThat(third).first().asString().startsWith("edge: building");
        assertThat(Files.readAllLines(root.resolve("builds")))
                .hasSize(2)
                .allMatch(line -> line.contains("-Dmaven.test.skip=true"));
    }

    @Test
    void shouldShowWhatABuildThatFailsSaid() throws Exception {
        layOutACheckout("echo 'no such symbol'; exit 1");

        List<String> lines = launch(1, "demo");

        assertThat(lines).contains("no such symbol").endsWith("edge: the build failed");
        assertThat(root.resolve("proxy/target/edge-build.lock")).doesNotExist();
    }

    private Path layOutACheckout(String mavenScript) throws IOException {
        java("25");
        Files.delete(root.resolve("lib"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Path source =
                Files.createDirectories(root.resolve("proxy/src/main/java")).resolve("A.java");
        Files.writeString(source, "class A {}");
        Path bin = Files.createDirectories(temporary.resolve("bin"));
        executable(bin.resolve("mvn"), "#!/bin/sh\n" + mavenScript + "\n");
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        return source;
    }

    private Path java(String version) throws IOException {
        Path home = jvms.resolve(version);
        Files.createDirectories(home.resolve("bin"));
        executable(home.resolve("bin/java"), PRINTS_ARGUMENTS);
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> launch(int expectedExitCode, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(root.resolve("edge").toString()));
        command.addAll(List.of(arguments));
        return run(expectedExitCode, command);
    }

    private List<String> run(int expectedExitCode, List<String> command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).directory(temporary.toFile());
        for (String name : List.of("EDGE_JAVA", "JAVA_HOME", "EDGE_JAVA_OPTS")) {
            builder.environment().remove(name);
        }
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(expectedExitCode);
        return output.lines().toList();
    }
}
