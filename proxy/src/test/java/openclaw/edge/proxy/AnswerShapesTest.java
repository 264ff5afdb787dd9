package openclaw.edge.proxy;

import static openclaw.edge.proxy.PipelineFixture.BEARER_A;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.crdt.VirtualClock;
import openclaw.edge.proxy.answer.Problem;
import openclaw.edge.proxy.answer.Shape;
import openclaw.edge.proxy.exchange.CommonDefect;
import openclaw.edge.proxy.exchange.Defect;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.h1.HeadError;
import openclaw.edge.proxy.identify.IdentityVerdict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies of the proxy's own answers, as clients' parsers and SDKs see them. */
class AnswerShapesTest {
    @TempDir
    Path directory;

    private PipelineFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new PipelineFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldBeJsonInEveryShapeForEveryStatusAndVerdict() throws IOException {
        for (int status = 400; status <= 511; status++) {
            assertShapes(Problem.ofStatus(status));
        }
        for (final IdentityVerdict verdict : IdentityVerdict.values()) {
            if (verdict != IdentityVerdict.IDENTIFIED) {
                assertShapes(Problem.of(verdict.status(), verdict.detail()));
            }
        }
        assertShapes(Problem.RATE_LIMITED);
        assertShapes(Problem.QUOTA_EXCEEDED);
        assertShapes(Problem.COST_ABOVE_CAPACITY);
    }

    @Test
    void shouldSayWhatIsWrongWithARequestThatIsNone() throws IOException {
        final List<Defect> defects = new ArrayList<>(List.of(HeadError.values()));
        defects.remove(HeadError.NONE);
        defects.addAll(List.of(CommonDefect.values()));
        for (final Defect defect : defects) {
            assertShapes(Problem.of(defect.status(), defect.detail()));
            // The second time it is an answer that was kept.
            for (int time = 0; time < 2; time++) {
                fixture.client.begin();
                fixture.loop.exchanges().acquire(fixture.client).malformed(defect);
                assertThat(fixture.client.status).isEqualTo(defect.status());
                assertThat(flat(fixture.client.body))
                        .containsEntry("detail", defect.detail())
                        .containsEntry("status", Integer.toString(defect.status()));
            }
        }
        assertThat(defects.stream().map(Defect::detail)).doesNotContain("");
    }

    @Test
    void shouldSayWhatIsWrongWithABody() throws IOException {
        final Map<Reason, String> details = Map.of(
                Reason.CLIENT_BODY_MALFORMED, "breaks its framing",
                Reason.CLIENT_BODY_TOO_LARGE, "is larger than is allowed here",
                Reason.CLIENT_TIMEOUT, "did not come in time");
        for (final Map.Entry<Reason, String> one : details.entrySet()) {
            fixture.request(Head.Framing.CHUNKED, "POST", "/v1/rate", BEARER_A).requestFailed(one.getKey());
            assertThat(flat(fixture.client.body).get("detail"))
                    .startsWith("The body of the request ")
                    .contains(one.getValue());
        }
    }

    @Test
    void shouldSayWhatIsWrongWithTheUpstream() throws IOException {
        final Map<Reason, String> details = Map.of(
                Reason.CONNECT_TIMEOUT, "could not be connected to in time: try again",
                Reason.UPSTREAM_GONE, "broke off before it answered: it may have acted",
                Reason.UPSTREAM_MALFORMED, "answer is no valid HTTP response: it may have acted",
                Reason.RESPONSE_HEAD_TIMEOUT, "did not answer in time: it may have acted");
        for (final Map.Entry<Reason, String> one : details.entrySet()) {
            for (final String path : List.of("/v1/rate", "/v1/chat/x", "/v1/messages")) {
                fixture.request("GET", path, BEARER_A).upstreamReset(one.getKey());
                final Map<String, String> body = flat(fixture.client.body);
                assertThat(path.equals("/v1/rate") ? body.get("detail") : body.get("error.message"))
                        .startsWith("The upstream server")
                        .contains(one.getValue());
            }
        }
        for (final Reason reason : Reason.values()) {
            assertShapes(Problem.of(Failures.status(reason), Failures.detail(reason)));
            assertThat(Failures.detail(reason)).endsWith(".");
        }
    }

    @Test
    void shouldNameTheViolatedPolicyInAProblem() throws IOException {
        fixture.request("GET", "/v1/dear", BEARER_A);
        assertThat(fixture.client.field("Content-Type")).isEqualTo("application/problem+json");
        assertThat(flat(fixture.client.body))
                .containsEntry("type", "https://iana.org/assignments/http-problem-types#quota-exceeded")
                .containsEntry("title", "Request cannot be satisfied as assigned quota has been exceeded")
                .containsEntry("status", "429")
                .containsEntry("violated-policies", "agent");
    }

    @Test
    void shouldSpeakAsOpenAiOnItsRoutes() throws IOException {
        use10("/v1/chat/x");
        assertThat(fixture.client.field("Content-Type")).isEqualTo("application/json");
        assertThat(fixture.client.field("Retry-After")).isEqualTo("3600");
        assertThat(flat(fixture.client.body))
                .containsEntry("error.type", "requests")
                .containsEntry("error.code", "rate_limit_exceeded")
                .containsEntry("error.param", "null")
                .containsKey("error.message");
        fixture.request("GET", "/v1/chat/x");
        assertThat(flat(fixture.client.body)).containsEntry("error.code", "invalid_api_key");
    }

    @Test
    void shouldSpeakAsAnthropicOnItsRoutes() throws IOException {
        use10("/v1/messages");
        assertThat(flat(fixture.client.body))
                .containsEntry("type", "error")
                .containsEntry("error.type", "rate_limit_error");
        fixture.request("GET", "/v1/messages");
        assertThat(flat(fixture.client.body)).containsEntry("error.type", "authentication_error");
    }

    @Test
    void shouldTellSdksNotToRetryAnExhaustedQuota() throws IOException {
        // The quota is 50 and each agent's bucket holds 10, but the tenant's 20: so the quota is made the tightest.
        fixture.close();
        fixture = new PipelineFixture(
                java.nio.file.Files.createDirectory(directory.resolve("quota")),
                PipelineFixture.CONFIG,
                PipelineFixture.CATALOG.replace("monthly_quota: 50", "monthly_quota: 3"),
                io.netty.buffer.ByteBufAllocator.DEFAULT);
        for (int i = 0; i < 3; i++) {
            fixture.served("/v1/chat/x", BEARER_A);
        }
        fixture.request("GET", "/v1/chat/x", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(429);
        assertThat(fixture.client.field("Retry-After")).isNull();
        assertThat(fixture.client.field("x-should-retry")).isEqualTo("false");
        assertThat(fixture.client.field("RateLimit")).contains("\"monthly_quota\";r=0;t=");
        assertThat(flat(fixture.client.body))
                .containsEntry("error.type", "insufficient_quota")
                .containsEntry("error.code", "insufficient_quota");
        fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(flat(fixture.client.body)).containsEntry("violated-policies", "monthly_quota");
    }

    @Test
    void shouldRefuseWhatIsClosedWhileMembersAreSilent() throws IOException {
        fixture.catalog(PipelineFixture.CATALOG.replaceFirst(
                "1, interval_seconds: 3600}", "1, interval_seconds: 3600, on_partition: closed}"));
        fixture.table.clock().closeFrom(fixture.clock.epochNs());
        fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(503);
        assertThat(fixture.client.field("Retry-After")).isEqualTo("1");
        assertThat(fixture.client.field("x-should-retry")).isNull();
        assertThat(flat(fixture.client.body))
                .containsEntry("type", "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity")
                .containsEntry("violated-policies", "tenant");
        assertThat(fixture.loop.counters().get(EdgeCounter.REFUSED_PARTITION)).isEqualTo(1);
        assertThat(fixture.chargedInQuota()).isZero();

        // The other tenant's limits go by the cluster's policy, which shares.
        fixture.served("/v1/rate", PipelineFixture.BEARER_B);
        fixture.table.clock().closeFrom(VirtualClock.NEVER_NS);
        fixture.served("/v1/rate", BEARER_A);
    }

    @Test
    void shouldSayThatItsCountsAreLost() throws IOException {
        fixture.table.clock().refuseAll();
        fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(503);
        assertThat(fixture.client.field("Retry-After")).isEqualTo("1");
        assertThat(fixture.client.field("x-should-retry")).isNull();
        assertThat(flat(fixture.client.body))
                .containsEntry("type", "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity")
                .doesNotContainKey("violated-policies");
        assertThat(flat(fixture.client.body).get("detail").toString())
                .contains("changed this node's file of buckets or quotas", "until it is restarted");
        assertThat(fixture.loop.counters().get(EdgeCounter.REFUSED_LOST)).isEqualTo(1);
        assertThat(fixture.loop.counters().get(EdgeCounter.REFUSED_PARTITION)).isZero();

        fixture.request("GET", "/v1/chat/x", BEARER_A);
        assertThat(flat(fixture.client.body))
                .containsEntry("error.type", "server_error")
                .hasEntrySatisfying(
                        "error.message",
                        message -> assertThat(message.toString()).contains("restarted"));
    }

    @Test
    void shouldTakeNoRoutesShapeForAnAmbiguousPath() throws IOException {
        fixture.request("GET", "/v1/chat/../x");
        assertThat(fixture.client.field("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void shouldSetADateOnEveryOwnAnswer() {
        fixture.request("GET", "/v1/rate");
        assertThat(fixture.client.field("Date")).hasSize(29).endsWith(" GMT");
        fixture.request("GET", "/v1/rate", BEARER_A).upstreamReset(Reason.UPSTREAM_GONE);
        assertThat(fixture.client.field("Date")).hasSize(29);
    }

    private void use10(final String path) {
        for (int i = 0; i < 10; i++) {
            fixture.served(path, BEARER_A);
        }
        fixture.request("GET", path, BEARER_A);
        assertThat(fixture.client.status).isEqualTo(429);
    }

    private static void assertShapes(final Problem problem) throws IOException {
        final Map<String, String> plain = flat(text(problem, Shape.PROBLEM));
        assertThat(plain)
                .containsEntry("status", Integer.toString(problem.status()))
                .containsKeys("type", "title");
        assertThat(flat(text(problem, Shape.OPENAI)))
                .containsKeys("error.message", "error.type", "error.param", "error.code");
        assertThat(flat(text(problem, Shape.ANTHROPIC)))
                .containsEntry("type", "error")
                .containsKeys("error.type", "error.message");
    }

    private static String text(final Problem problem, final Shape shape) {
        return new String(problem.render(shape), StandardCharsets.US_ASCII);
    }

    /** Leaves by their path; parsing fails on what is no JSON. */
    private static Map<String, String> flat(final String json) throws IOException {
        final Map<String, String> leaves = new TreeMap<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    final String path =
                            parser.getParsingContext().pathAsPointer(false).toString();
                    leaves.put(
                            path.substring(1)
                                    .replaceAll("/\\d+$", "")
                                    .replace('/', '.')
                                    .toLowerCase(Locale.ROOT),
                            parser.getText());
                }
            }
        }
        return leaves;
    }
}
