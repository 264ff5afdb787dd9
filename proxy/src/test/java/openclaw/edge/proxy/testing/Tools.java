package openclaw.edge.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs what other people wrote. A test that needs what is not installed is skipped, and says so. */
public final class Tools {
    private Tools() {}

    /** The output of a command that must end well within ten seconds; standard error is added where it fails. */
    public static String run(final String... command) throws IOException, InterruptedException {
        final Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (final IOException e) {
            System.out.println("SKIPPED: what needs " + command[0] + ", which is not installed");
            Assumptions.abort(command[0] + " is not installed");
            throw e;
        }
        process.getOutputStream().close();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).as(out).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        return out;
    }

    /** The report of {@code openssl s_client} on a connection that asks for a name, makes one request and ends. */
    public static String openssl(final int port, final String name, final String... options)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                ""
                        + "printf 'GET / HTTP/1.1\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n'"
                        + " | timeout 8 openssl s_client \"$@\" 2>&1",
                "openssl",
                "-ign_eof",
                "-connect",
                "127.0.0.1:" + port,
                "-servername",
                name));
        command.addAll(List.of(options));
        if (new ProcessBuilder("sh", "-c", "command -v openssl >/dev/null")
                        .start()
                        .waitFor()
                != 0) {
            System.out.println("SKIPPED: what needs openssl, which is not installed");
            Assumptions.abort("openssl is not installed");
        }
        return run(command.toArray(new String[0]));
    }
}
