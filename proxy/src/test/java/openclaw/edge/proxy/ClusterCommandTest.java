package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code edge cluster} against an admin listener. */
final class ClusterCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer admin;

    @BeforeEach
    void start() throws IOException {
        admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        admin.createContext("/v1/cluster", ClusterCommandTest::answer);
        admin.start();
    }

    @AfterEach
    void stop() {
        admin.stop(0);
    }

    private static void answer(final HttpExchange exchange) throws IOException {
        final boolean isKnown =
                "Bearer hush-hush".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        final byte[] body = (exchange.getRequestHeaders().getFirst("Accept") + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(isKnown ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void shouldPrintTheTableOfTheNodeThatTheFileDescribes() throws IOException {
        assertThat(execute("127.0.0.1", "hush-hush")).isZero();
        assertThat(out).hasToString("text/plain\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void shouldPrintJsonForPrograms() throws IOException {
        assertThat(execute("127.0.0.1", "hush-hush", "--json")).isZero();
        assertThat(out).hasToString("application/json\n");
    }

    @Test
    void shouldFindANodeThatListensOnAllAddresses() throws IOException {
        assertThat(execute("0.0.0.0", "hush-hush")).isZero();
    }

    @Test
    void shouldFailWithTheWrongToken() throws IOException {
        assertThat(execute("127.0.0.1", "hush-other")).isEqualTo(1);
        assertThat(err.toString())
                .contains("found 401, is admin.token that of the node?")
                .doesNotContain("hush");
    }

    @Test
    void shouldFailWhereNoNodeRuns() throws IOException {
        admin.stop(0);

        assertThat(execute("127.0.0.1", "hush-hush")).isEqualTo(1);
        assertThat(err.toString())
                .contains("expected a running node there, found nobody who listens")
                .doesNotContain("hush");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void shouldWantAConfiguration() {
        assertThat(run("cluster")).isEqualTo(2);
    }

    private int execute(final String host, final String token, final String... more) throws IOException {
        final Path file = Files.writeString(
                directory.resolve("edge.yaml"),
                "upstream: {servers: [http://127.0.0.1:9000]}\ncatalog: [billing.yaml]\nadmin: {listen: '" + host + ":"
                        + admin.getAddress().getPort() + "', token: " + token + "}\n");
        final String[] arguments = new String[3 + more.length];
        arguments[0] = "cluster";
        arguments[1] = "-c";
        arguments[2] = file.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return run(arguments);
    }

    private int run(final String... arguments) {
        final CommandLine commands = EdgeMain.commands(null, (config, isGivenUp) -> {
            throw new AssertionError("nothing is started");
        });
        return commands.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
