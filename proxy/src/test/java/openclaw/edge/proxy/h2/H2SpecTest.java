package openclaw.edge.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Others' suites and clients against the proxy: h2spec, whose binary travels in a Maven artifact, and what is installed. */
class H2SpecTest extends H2Fixture {
    private static final String ARCHIVE = "h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final int TAR_BLOCK = 512;
    private static final int REQUESTS = 10_000;

    @TempDir
    Path directory;

    @Test
    void shouldPassH2spec() throws Exception {
        final Path h2spec = h2spec();
        upstream.script = (request, out, socket) ->
                ScriptedUpstream.ok(out, request.bodyText().isEmpty() ? "from upstream" : request.bodyText());
        final String report =
                run(List.of(h2spec.toString(), "-S", "-h", "127.0.0.1", "-p", "" + proxy.port(), "-o", "10"));
        assertThat(report).as(report).contains("146 tests, 146 passed, 0 skipped, 0 failed");
    }

    @Test
    void shouldServeCurl() throws Exception {
        need("curl");
        final String report = run(List.of(
                "curl",
                "-s",
                "--http2-prior-knowledge",
                "-d",
                "hello",
                "-w",
                " %{http_version} %{http_code}",
                "http://127.0.0.1:" + proxy.port() + "/"));
        assertThat(report).isEqualTo("hello 2 200");
    }

    @Test
    void shouldServeH2loadWithoutAFailure() throws Exception {
        need("h2load");
        final Path body = Files.writeString(directory.resolve("body"), "0123456789".repeat(20));
        for (final List<String> more : List.of(List.<String>of(), List.of("-d", body.toString()))) {
            final List<String> command = new ArrayList<>(List.of("h2load", "-n", "" + REQUESTS, "-c", "2", "-m", "3"));
            command.addAll(more);
            command.add("http://127.0.0.1:" + proxy.port() + "/");
            final String report = run(command);
            assertThat(report)
                    .as(report)
                    .contains(REQUESTS + " succeeded, 0 failed, 0 errored, 0 timeout")
                    .contains("status codes: " + REQUESTS + " 2xx");
        }
    }

    private static void need(final String tool) {
        final boolean installed = Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, tool)));
        if (!installed) {
            skip(tool + " is not installed");
        }
    }

    private static void skip(final String why) {
        System.out.println("SKIPPED: " + why);
        Assumptions.abort(why);
    }

    private Path h2spec() throws IOException {
        final String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!machine.toLowerCase(Locale.ROOT).equals("linux amd64")) {
            skip("h2spec: its binary is for linux amd64, this is " + machine);
        }
        try (InputStream archive = getClass().getClassLoader().getResourceAsStream(ARCHIVE)) {
            assertThat(archive).as(ARCHIVE + " on the test class path").isNotNull();
            final Path binary = directory.resolve("h2spec");
            Files.write(binary, firstFile(new GZIPInputStream(archive)));
            assertThat(binary.toFile().setExecutable(true)).isTrue();
            return binary;
        }
    }

    /** The content of the first regular file in a tar stream: name at 0, octal size at 124, type at 156. */
    private static byte[] firstFile(final InputStream tar) throws IOException {
        while (true) {
            final byte[] header = tar.readNBytes(TAR_BLOCK);
            assertThat(header).as("a tar header").hasSize(TAR_BLOCK);
            final int size = Integer.parseInt(new String(header, 124, 11, StandardCharsets.US_ASCII), 8);
            final byte[] content = tar.readNBytes(size);
            if (header[156] == '0' || header[156] == 0) {
                return content;
            }
            tar.skipNBytes((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
        }
    }

    private static String run(final List<String> command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
