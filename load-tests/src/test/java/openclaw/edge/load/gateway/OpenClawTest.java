package openclaw.edge.load.gateway;

import static openclaw.edge.load.gateway.DeployedEdge.ACME_KEY;
import static openclaw.edge.load.gateway.DeployedEdge.GLOBEX_KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import openclaw.edge.load.gateway.DeployedEdge.Usage;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/openclaw} before a real gateway, in both of its modes: chat completions plain and streamed, WebSocket, the control
 * UI's files; two tenants, one at its limit; and the usage records of both.
 */
@Tag("openclaw")
class OpenClawTest {
    private static final String TOKEN = "gateway-token-of-this-test-5b7e";
    private static final String CHAT = chat("openclaw", "");
    private static final String RATER = chat("openclaw/Rater", "");
    private static final String STREAM =
            chat("openclaw", "\"stream\":true,\"stream_options\":{\"include_usage\":true},");
    private static final String[] ACME = {"Authorization", "Bearer " + ACME_KEY};
    private static final String[] GLOBEX = {"x-api-key", GLOBEX_KEY};
    private static final int GLOBEX_CAPACITY = 10;
    private static final Pattern ASSET =
            Pattern.compile("(?:src|href)=\"\\.?/([^\"]+\\.(?:js|css|svg|json|png|ico))\"");

    private static Path packages;
    private static String address;

    @TempDir
    private Path directory;

    @BeforeAll
    static void findGatewayAndAddress() throws IOException {
        packages = OpenClaw.packages();
        address = ownAddress();
    }

    @Test
    void shouldServeTenantsOfAGatewayWithASharedToken() throws Exception {
        try (ModelServer model = ModelServer.start();
                OpenClaw gateway = gateway("openclaw.json", model, Map.of("OPENCLAW_GATEWAY_TOKEN", TOKEN));
                Tap tap = Tap.before(gateway.port());
                DeployedEdge edge = DeployedEdge.start(
                        "edge.yaml", directory, address, tap.port(), Map.of("OPENCLAW_GATEWAY_TOKEN", TOKEN))) {
            checkChat(edge);
            final String sent = tap.take();
            assertThat(sent)
                    .contains("\r\nAuthorization: Bearer " + TOKEN + "\r\n")
                    .doesNotContain(ACME_KEY);
            checkPrivilegedFieldsStayOut(edge, tap, "x-openclaw-scopes");
            checkAgents(edge, tap);
            checkControlUi(edge, gateway);
            checkWebSocket(edge);
            final int served = checkLimit(edge);
            checkRecords(edge.end(), served);
        }
    }

    @Test
    void shouldTellAGatewayThatTrustsItTheTenant() throws Exception {
        try (ModelServer model = ModelServer.start();
                OpenClaw gateway = gateway("openclaw-trusted-proxy.json", model, Map.of());
                Tap tap = Tap.before(gateway.port());
                DeployedEdge edge =
                        DeployedEdge.start("edge-trusted-proxy.yaml", directory, address, tap.port(), Map.of())) {
            checkChat(edge);
            final String sent = tap.take().toLowerCase(Locale.ROOT);
            assertThat(sent)
                    .contains("\r\nx-forwarded-user: acme\r\n", "\r\nx-forwarded-user: globex\r\n")
                    .contains("\r\nx-forwarded-for: " + address + "\r\n", "\r\nx-forwarded-proto: http\r\n")
                    .contains("\r\nx-openclaw-scopes: operator.read,operator.write\r\n")
                    .doesNotContain(ACME_KEY, GLOBEX_KEY, "authorization");
            checkPrivilegedFieldsStayOut(edge, tap, "operator.admin");
            checkAgents(edge, tap);
            checkControlUi(edge, gateway);
            checkWebSocket(edge);
            final int served = checkLimit(edge);
            checkRecords(edge.end(), served);
        }
    }

    private OpenClaw gateway(final String file, final ModelServer model, final Map<String, String> environment)
            throws IOException {
        final Path home = Files.createDirectories(directory.resolve("home"));
        return OpenClaw.start(packages, home, DeployedEdge.FOLDER.resolve(file), model.port(), environment);
    }

    private static void checkChat(final DeployedEdge edge) throws Exception {
        final HttpResponse<String> plain = edge.chat(CHAT, ACME);
        assertThat(plain.statusCode()).as("%s", plain.body()).isEqualTo(200);
        assertThat(plain.body()).contains("\"content\":\"" + ModelServer.TEXT + "\"", "\"prompt_tokens\":42");
        assertThat(plain.headers().firstValue("RateLimit")).isPresent();

        final HttpResponse<String> streamed = edge.chat(STREAM, GLOBEX);
        assertThat(streamed.statusCode()).as("%s", streamed.body()).isEqualTo(200);
        assertThat(streamed.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        final List<String> events = streamed.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .toList();
        assertThat(events.get(events.size() - 1)).isEqualTo("data: [DONE]");
        assertThat(events.get(events.size() - 2)).contains("\"choices\":[]", "\"completion_tokens\":3");
        assertThat(events).filteredOn(event -> event.contains("\"content\"")).hasSizeGreaterThan(1);

        final HttpResponse<String> nobody = edge.chat(CHAT);
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.body()).contains("\"code\":\"invalid_api_key\"");
    }

    private static void checkPrivilegedFieldsStayOut(final DeployedEdge edge, final Tap tap, final String unseen)
            throws Exception {
        tap.take();
        final HttpResponse<String> response = edge.chat(
                CHAT,
                "Authorization",
                "Bearer " + ACME_KEY,
                "x-openclaw-scopes",
                "operator.admin",
                "x-openclaw-model",
                "local/forged",
                "x-openclaw-session-key",
                "cron:forged",
                "x-openclaw-token",
                "forged",
                "X-Forwarded-User",
                "forged",
                "X-Forwarded-For",
                "127.0.0.1",
                "X-Forwarded-Host",
                "forged",
                "X-Forwarded-Port",
                "666",
                "Forwarded",
                "for=127.0.0.1",
                "X-Real-IP",
                "127.0.0.1",
                "Tailscale-User-Login",
                "forged",
                "X-Consumer-Id",
                "forged");
        assertThat(response.statusCode()).as("%s", response.body()).isEqualTo(200);
        final String sent = tap.take().toLowerCase(Locale.ROOT);
        assertThat(sent)
                .doesNotContain("forged", unseen, "x-openclaw-model", "session-key", "666", "real-ip", "\r\nforwarded:")
                .doesNotContain("x-forwarded-for: 127.0.0.1")
                .contains("\r\nx-forwarded-for: " + address + "\r\n");
    }

    /** The gateway chooses the agent by the field before the model; it is told the one that was counted, and obeys. */
    private static void checkAgents(final DeployedEdge edge, final Tap tap) throws Exception {
        tap.take();
        assertThat(edge.chat(RATER, ACME).statusCode()).isEqualTo(200);
        assertThat(tap.take()).contains("\r\nx-openclaw-agent-id: rater\r\n");

        final HttpResponse<String> byField = edge.chat(CHAT, "x-api-key", ACME_KEY, "x-openclaw-agent-id", "RATER");
        assertThat(byField.statusCode()).isEqualTo(200);
        assertThat(tap.take()).contains("\r\nx-openclaw-agent-id: rater\r\n");

        final String two =
                CHAT.replace("\"model\":\"openclaw\"", "\"model\":\"openclaw\",\"model\":\"openclaw/rater\"");
        assertThat(edge.chat(two, ACME).statusCode()).isEqualTo(200);
        assertThat(tap.take()).contains("\r\nx-openclaw-agent-id: main\r\n");

        final HttpResponse<String> unknown = edge.chat(chat("openclaw/nobody", ""), ACME);
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("Unknown agent 'nobody'");

        final HttpResponse<String> noId = edge.chat(chat("openclaw/no body", ""), ACME);
        assertThat(noId.statusCode()).isEqualTo(400);
        assertThat(noId.body()).contains("agent's id");
    }

    private static void checkControlUi(final DeployedEdge edge, final OpenClaw gateway) throws Exception {
        final HttpResponse<String> page = edge.get("/", GLOBEX);
        assertThat(page.statusCode()).isEqualTo(200);
        final Matcher assets = ASSET.matcher(page.body());
        int count = 0;
        while (assets.find() && count < 12) {
            final String path = "/" + assets.group(1);
            final HttpResponse<String> through = edge.get(path, GLOBEX);
            final HttpResponse<String> direct = edge.client()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(through.statusCode()).as(path).isEqualTo(200);
            assertThat(through.body()).as(path).isEqualTo(direct.body());
            count++;
        }
        assertThat(count).as("files that the page names").isPositive();
        assertThat(edge.get("/").statusCode()).isEqualTo(401);
    }

    private static void checkWebSocket(final DeployedEdge edge) throws IOException {
        try (WebSocketClient anonymous = WebSocketClient.open(edge.authority(), "X-Nothing: here")) {
            assertThat(anonymous.head()).startsWith("HTTP/1.1 401 ");
        }
        try (WebSocketClient client = WebSocketClient.open(edge.authority(), ACME[0] + ": " + ACME[1])) {
            assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains(WebSocketClient.ACCEPT);
            assertThat(client.message()).contains("\"connect.challenge\"");
            client.sendClose();
            assertThat(client.isEnded()).isTrue();
        }
    }

    /** How many of the requests were served until the one that was one too many. */
    private static int checkLimit(final DeployedEdge edge) throws Exception {
        int served = 0;
        HttpResponse<String> last = edge.get("/v1/models", GLOBEX);
        while (last.statusCode() == 200 && served <= 2 * GLOBEX_CAPACITY) {
            served++;
            last = edge.get("/v1/models", GLOBEX);
        }
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.body()).contains("\"error\"", "rate_limit");
        assertThat(last.headers().firstValue("Retry-After")).isPresent();
        assertThat(edge.chat(CHAT, GLOBEX).statusCode()).isEqualTo(429);
        assertThat(edge.chat(CHAT, ACME).statusCode()).isEqualTo(200);
        assertThat(edge.get("/", GLOBEX).statusCode()).as("what costs nothing").isEqualTo(200);
        return served;
    }

    private static void checkRecords(final List<Usage> records, final int globexModels) {
        final Map<String, Long> counts = records.stream()
                .filter(usage -> usage.tokens() > 0)
                .collect(Collectors.groupingBy(
                        usage -> usage.tenant() + " " + usage.agent() + " " + usage.route() + " " + usage.status(),
                        TreeMap::new,
                        Collectors.counting()));
        assertThat(counts)
                .isEqualTo(Map.of(
                        "acme main /v1/chat/* 200", 4L,
                        "acme rater /v1/chat/* 200", 2L,
                        "acme nobody /v1/chat/* 400", 1L,
                        "globex main /v1/chat/* 200", 1L,
                        "globex main /v1/* 200", (long) globexModels));
        assertThat(records)
                .filteredOn(usage -> usage.status() == 101)
                .singleElement()
                .satisfies(tunnel -> {
                    assertThat(tunnel.tenant()).isEqualTo("acme");
                    assertThat(tunnel.tokens()).isZero();
                });
        assertThat(records)
                .filteredOn(usage -> usage.agent().equals("rater"))
                .extracting(Usage::model)
                .containsExactlyInAnyOrder("openclaw/Rater", "");
    }

    private static String chat(final String model, final String more) {
        return "{\"model\":\"" + model + "\"," + more
                + "\"messages\":[{\"role\":\"user\",\"content\":\"rate example.com\"}]}";
    }

    /** The gateway takes no client for one of the proxy's that has a loopback address. */
    private static String ownAddress() throws IOException {
        for (final NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
            if (card.isUp() && !card.isLoopback()) {
                for (final InetAddress found : card.inetAddresses().toList()) {
                    if (found instanceof Inet4Address && !found.isLinkLocalAddress()) {
                        return found.getHostAddress();
                    }
                }
            }
        }
        final String why = "SKIPPED: this machine has no IPv4 address but the loopback one";
        System.out.println(why);
        Assumptions.abort(why);
        return null;
    }
}
