package openclaw.edge.proxy;

import static openclaw.edge.proxy.PipelineFixture.BEARER_A;
import static openclaw.edge.proxy.PipelineFixture.BEARER_B;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.proxy.exchange.CommonDefect;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.RequestRewriter;
import openclaw.edge.proxy.testing.Heads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EdgePipelineTest {
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
    void shouldForwardAnAdmittedRequestAndRecordItOnce() {
        final Exchange exchange = fixture.request("GET", "/v1/rate", BEARER_A, "X-Agent-Id: seven");
        assertThat(Heads.value(fixture.source.head, "X-Consumer-Id")).isEqualTo("tenant-a");
        assertThat(Heads.value(fixture.source.head, "X-Consumer-Agent")).isEqualTo("seven");
        assertThat(Heads.value(fixture.source.head, "X-Request-Id")).hasSize(32);
        assertThat(fixture.records()).isEmpty();

        fixture.respond(exchange, 200, 10);

        assertThat(fixture.client.status).isEqualTo(200);
        assertThat(fixture.client.isFinished).isTrue();
        assertThat(fixture.client.field("RateLimit-Policy"))
                .isEqualTo("\"agent\";q=10;w=36000, \"tenant\";q=20;w=72000, \"monthly_quota\";q=50;w="
                        + fixture.snapshot
                                        .tenant(0)
                                        .parts()
                                        .get(0)
                                        .terms()
                                        .cycle()
                                        .lengthNs()
                                / 1_000_000_000L);
        assertThat(fixture.client.field("RateLimit"))
                .startsWith("\"agent\";r=9;t=3600, \"tenant\";r=19;t=3600, \"monthly_quota\";r=49;t=");
        assertThat(fixture.records())
                .containsExactly(new PipelineFixture.Usage(Outcome.COMPLETE, 200, 1, 1, false, 0, 10, true));
        assertThat(fixture.records()).isEmpty();
        assertThat(fixture.lane.openExchanges()).isZero();
    }

    @Test
    void shouldEndUnderTheSnapshotThatItBeganUnder() {
        final PipelineFixture.Source next = new PipelineFixture.Source();
        final Exchange waiting = fixture.request(Head.Framing.CHUNKED, "POST", "/v1/chat/completions", BEARER_A);
        assertThat(fixture.source.acquired).isEmpty();

        fixture.connect(next, new Marking());
        final ByteBuf body = Unpooled.copiedBuffer("{\"model\":\"little\"}", StandardCharsets.US_ASCII);
        waiting.requestBody(body, body.readableBytes(), true);

        assertThat(fixture.source.acquired).hasSize(1);
        assertThat(Heads.value(fixture.source.head, "X-Marked")).isNull();
        fixture.respond(waiting, 200, 10);
        assertThat(fixture.client.field("X-Marked")).isNull();
        assertThat(next.acquired).isEmpty();

        final Exchange later = fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(next.acquired).hasSize(1);
        assertThat(Heads.value(next.head, "X-Marked")).isEqualTo("yes");
        fixture.respond(later, 200, 10);
        assertThat(fixture.client.field("X-Marked")).isEqualTo("yes");
    }

    /** Whether they come while the body waits for an upstream or later: a field that tells identity is not the client's to set. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldForwardTrailersWithoutFieldsOfIdentity(final boolean isHeld) throws IOException {
        fixture.close();
        fixture = new PipelineFixture(
                Files.createDirectory(directory.resolve("own")),
                PipelineFixture.CONFIG.replace(
                        "upstream: {", "upstream: {identity_header: X-User, agent_header: X-Bot, "),
                PipelineFixture.CATALOG,
                ByteBufAllocator.DEFAULT);
        fixture.source.isWaiting = isHeld;
        final Exchange exchange = fixture.request(Head.Framing.CHUNKED, "POST", "/v1/rate", BEARER_A);
        final Head trailers = new Head();
        Heads.add(trailers, "X-User: tenant-b");
        Heads.add(trailers, "x-bot: other");
        Heads.add(trailers, "X-Sum: 7");
        exchange.requestTrailers(trailers);
        if (isHeld) {
            assertThat(fixture.source.trailers).isNull();
            fixture.source.waiting--;
            exchange.upstreamReady(fixture.source);
        }
        assertThat(Heads.value(fixture.source.head, "X-User")).isEqualTo("tenant-a");
        assertThat(Heads.value(fixture.source.trailers, "X-Sum")).isEqualTo("7");
        assertThat(fixture.source.trailers.fieldCount()).isEqualTo(1);
        assertThat(fixture.source.ends).isEqualTo(1);
        fixture.respond(exchange, 200, 10);
    }

    private static final class Marking implements RequestRewriter {
        private static final byte[] NAME = "X-Marked".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] VALUE = "yes".getBytes(StandardCharsets.US_ASCII);

        @Override
        public void request(final Exchange exchange) {
            exchange.request().add(FieldNames.UNKNOWN, NAME, VALUE, 0, VALUE.length);
        }

        @Override
        public void response(final Exchange exchange) {
            exchange.response().add(FieldNames.UNKNOWN, NAME, VALUE, 0, VALUE.length);
        }
    }

    @Test
    void shouldRecordAndRefundWhatRunsForATenantThatIsRemoved() throws IOException {
        final Exchange served = fixture.request("GET", "/v1/rate", BEARER_A);
        final Exchange failed = fixture.request("GET", "/v1/rate", BEARER_A, "X-Agent-Id: seven");
        assertThat(fixture.chargedInQuota()).isEqualTo(2);

        fixture.catalog(PipelineFixture.CATALOG.replace("id: tenant-a", "id: tenant-c"));
        fixture.respond(failed, 503, 0);
        fixture.respond(served, 200, 10);

        assertThat(fixture.records())
                .containsExactly(
                        new PipelineFixture.Usage(Outcome.COMPLETE, 503, 1, 0, true, 0, 0, true),
                        new PipelineFixture.Usage(Outcome.COMPLETE, 200, 1, 1, false, 0, 10, true));
        assertThat(fixture.chargedInQuota()).isEqualTo(1);
        assertThat(fixture.pipeline.totals().entry(0).tenant()).isEqualTo("tenant-a");
        assertThat(fixture.pipeline.totals().size()).isEqualTo(2);

        fixture.catalog(PipelineFixture.CATALOG.replaceFirst(
                "sha256:%s", "sha256:" + PipelineFixture.sha256("another") + "%.0s"));
        fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(401);
    }

    @Test
    void shouldHaveTheRecordCommittedBeforeTheLastByteIsHandedOn() {
        final Exchange exchange = fixture.request("GET", "/v1/rate", BEARER_A);
        exchange.response().status(204);
        exchange.responseHead(true);
        assertThat(fixture.records()).hasSize(1);
    }

    @Test
    void shouldReplaceAnUpstreamsOwnRateLimitFields() {
        final Exchange exchange = fixture.request("GET", "/v1/rate", BEARER_A);
        exchange.response().status(200);
        Heads.add(exchange.response(), "RateLimit: \"upstream\";r=1");
        exchange.responseHead(true);
        assertThat(Heads.count(fixture.client.head, "RateLimit")).isEqualTo(1);
        assertThat(fixture.client.field("RateLimit")).contains("\"agent\"");
    }

    @Test
    void shouldRefuseWithoutCredential() {
        fixture.request("GET", "/v1/rate");
        assertThat(fixture.client.status).isEqualTo(401);
        assertThat(fixture.client.field("WWW-Authenticate")).isEqualTo("Bearer realm=\"openclaw\"");
        assertThat(fixture.client.field("Content-Type")).isEqualTo("application/problem+json");
        assertThat(fixture.client.field("RateLimit")).isNull();
        assertThat(fixture.client.body).contains("\"status\":401");
        assertThat(fixture.count(EdgeCounter.REFUSED_UNAUTHENTICATED)).isEqualTo(1);
        assertThat(fixture.records()).isEmpty();
    }

    @Test
    void shouldTellAnUnknownKeyFromNone() {
        fixture.request("GET", "/v1/rate", "x-api-key: nobody");
        assertThat(fixture.client.status).isEqualTo(401);
        assertThat(fixture.client.field("WWW-Authenticate"))
                .isEqualTo("Bearer realm=\"openclaw\", error=\"invalid_token\"");
        assertThat(Heads.count(fixture.client.head, "WWW-Authenticate")).isEqualTo(1);
    }

    @Test
    void shouldRefuseAForeignTenantAndBadFields() {
        fixture.request("GET", "/v1/rate", BEARER_A, "X-Tenant-Id: tenant-b");
        assertThat(fixture.client.status).isEqualTo(403);
        fixture.request("GET", "/v1/rate", BEARER_A, "X-Agent-Id: a b");
        assertThat(fixture.client.status).isEqualTo(400);
        assertThat(fixture.count(EdgeCounter.REFUSED_FORBIDDEN)).isEqualTo(1);
        assertThat(fixture.count(EdgeCounter.REFUSED_IDENTITY)).isEqualTo(1);
    }

    @Test
    void shouldRefuseTheRequestAfterTheLastTokenAndSayHowLongToWait() {
        for (int i = 0; i < 10; i++) {
            fixture.served("/v1/rate", BEARER_A);
            assertThat(fixture.client.status).isEqualTo(200);
        }
        fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(429);
        assertThat(fixture.client.field("Retry-After")).isEqualTo("3600");
        assertThat(fixture.client.field("x-should-retry")).isNull();
        assertThat(fixture.client.body).contains("\"violated-policies\":[\"agent\"]");
        assertThat(fixture.client.field("RateLimit")).startsWith("\"agent\";r=0;t=36000, \"tenant\";r=10;t=36000");
        assertThat(fixture.count(EdgeCounter.REFUSED_RATE)).isEqualTo(1);
        assertThat(fixture.records()).hasSize(10);
    }

    @Test
    void shouldDebitNoLimitWhenOneRefuses() {
        for (int agent = 0; agent < 2; agent++) {
            for (int i = 0; i < 10; i++) {
                fixture.served("/v1/rate", BEARER_A, "X-Agent-Id: agent-" + agent);
            }
        }
        fixture.request("GET", "/v1/rate", BEARER_A, "X-Agent-Id: third");
        assertThat(fixture.client.status).isEqualTo(429);
        assertThat(fixture.client.body).contains("\"violated-policies\":[\"tenant\"]");
        assertThat(fixture.client.field("RateLimit")).startsWith("\"agent\";r=10;t=0, \"tenant\";r=0;");
        assertThat(fixture.quotas.consumedTokens(
                        fixture.snapshot.tenant(0).parts().get(0).quota()))
                .isEqualTo(20);
        assertThat(fixture.lane.openExchanges()).isZero();
    }

    @Test
    void shouldRefuseACostAboveCapacityForGood() {
        fixture.request("GET", "/v1/dear", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(429);
        assertThat(fixture.client.field("Retry-After")).isNull();
        assertThat(fixture.client.field("x-should-retry")).isEqualTo("false");
        assertThat(fixture.client.body).contains("\"violated-policies\":[\"agent\"]");
        assertThat(fixture.count(EdgeCounter.REFUSED_COST)).isEqualTo(1);
    }

    @Test
    void shouldServeWhatCostsNothingWhenNothingIsLeft() {
        for (int i = 0; i < 10; i++) {
            fixture.served("/v1/rate", BEARER_A);
        }
        fixture.served("/v1/free", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(200);
    }

    @Test
    void shouldAnswer503AndDebitNothingWithoutAPermit() {
        fixture.health.state(JournalHealth.State.FAILING);
        fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(503);
        assertThat(fixture.client.field("Retry-After")).isEqualTo("1");
        assertThat(fixture.client.field("RateLimit")).startsWith("\"agent\";r=10;t=0, \"tenant\";r=20;t=0");
        assertThat(fixture.source.acquired).isEmpty();
        assertThat(fixture.count(EdgeCounter.REFUSED_JOURNAL)).isEqualTo(1);
        fixture.health.state(JournalHealth.State.HEALTHY);
        fixture.served("/v1/rate", BEARER_A);
        assertThat(fixture.client.field("RateLimit")).startsWith("\"agent\";r=9;");
    }

    @Test
    void shouldGivePermitsBackWhenLimitsRefuse() {
        for (int i = 0; i < 10; i++) {
            fixture.served("/v1/rate", BEARER_A);
        }
        for (int i = 0; i < 500; i++) {
            fixture.request("GET", "/v1/rate", BEARER_A);
            assertThat(fixture.client.status).isEqualTo(429);
        }
        assertThat(fixture.lane.openExchanges()).isZero();
    }

    @Test
    void shouldChargeByTheModelOfTheBody() {
        assertThat(costOfChat("{\"model\":\"little\"}")).isEqualTo(2);
        assertThat(costOfChat("{\"model\":\"large\"}")).isEqualTo(8);
    }

    @Test
    void shouldChargeTheDearestRuleWhenTheModelIsUnclear() {
        // The dearest rule is above the agent's capacity: no way around it.
        for (final String body : new String[] {
            "{}", "{\"model\":\"little\",\"model\":\"large\"}", "{\"m\\u006fdel\":\"little\"}", "not json"
        }) {
            post(body);
            assertThat(fixture.client.status).as(body).isEqualTo(429);
            assertThat(fixture.client.field("x-should-retry")).isEqualTo("false");
            assertThat(fixture.client.body).as("openai shape").contains("\"code\":\"rate_limit_exceeded\"");
        }
        assertThat(fixture.count(EdgeCounter.REFUSED_COST)).isEqualTo(4);
    }

    @Test
    void shouldTellAWaitingClientToContinueBeforeTheBodyIsNeeded() {
        final Exchange exchange = fixture.loop.exchanges().acquire(fixture.client);
        fixture.client.begin();
        Heads.fill(exchange.request(), "POST", "/v1/chat/x", BEARER_A);
        exchange.request().framing(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
        exchange.request().expectContinue(true);
        exchange.requestHead();
        assertThat(fixture.client.interims).isEqualTo(1);
        body(exchange, "{\"model\":\"little\"}");
        assertThat(fixture.client.interims).isEqualTo(1);
        assertThat(fixture.source.body).isEqualTo("{\"model\":\"little\"}");
        fixture.respond(exchange, 200, 1);
    }

    @Test
    void shouldCountAsRefusedWhatWasGivenUpBeforeTheDecision() {
        final Exchange gone = fixture.request(Head.Framing.CHUNKED, "POST", "/v1/chat/x", BEARER_A);
        gone.clientGone(Reason.CLIENT_GONE);
        final Exchange broken = fixture.request(Head.Framing.CHUNKED, "POST", "/v1/chat/x", BEARER_A);
        broken.requestFailed(Reason.CLIENT_BODY_MALFORMED);
        assertThat(fixture.client.status).isEqualTo(400);
        assertThat(fixture.client.isClosing).isTrue();
        assertThat(fixture.count(EdgeCounter.REFUSED_UNDECIDED)).isEqualTo(2);
        assertThat(fixture.records()).isEmpty();
    }

    @Test
    void shouldAnswerMalformedHeadsInOneShapeAndCountThem() {
        final Exchange exchange = fixture.loop.exchanges().acquire(fixture.client);
        fixture.client.begin();
        exchange.malformed(CommonDefect.METHOD_NOT_ALLOWED);
        assertThat(fixture.client.status).isEqualTo(405);
        assertThat(fixture.client.field("Allow")).contains("GET").doesNotContain("TRACE");
        assertThat(fixture.client.isClosing).isTrue();
        assertThat(fixture.count(EdgeCounter.REQUESTS_MALFORMED)).isEqualTo(1);
        assertThat(fixture.count(EdgeCounter.REQUESTS)).isZero();
    }

    @Test
    void shouldCountAsMalformedWhatIsRefusedForItsLengthAlone() {
        final Exchange exchange = fixture.loop.exchanges().acquire(fixture.client);
        fixture.client.begin();
        exchange.requestFailed(Reason.CLIENT_BODY_TOO_LARGE);
        assertThat(fixture.client.status).isEqualTo(413);
        assertThat(fixture.count(EdgeCounter.REQUESTS_MALFORMED)).isEqualTo(1);
        assertThat(fixture.count(EdgeCounter.REQUESTS)).isZero();
    }

    @Test
    void shouldRefuseItsOwnVia() {
        fixture.request("GET", "/v1/rate", BEARER_A, "Via: 1.0 fred, 1.1 EDGE-A (x)");
        assertThat(fixture.client.status).isEqualTo(508);
        fixture.request("GET", "/v1/rate", BEARER_A, "Via: 1.1 edge-b", "Via: HTTP/1.1 other , 1.1  edge-a");
        assertThat(fixture.client.status).isEqualTo(508);
        fixture.served("/v1/rate", BEARER_A, "Via: 1.1 edge-ab, 1.1 x (edge-a)");
        assertThat(fixture.client.status).isEqualTo(200);
        assertThat(fixture.count(EdgeCounter.REFUSED_LOOP)).isEqualTo(2);
    }

    @Test
    @DisplayName("OPTIONS with Max-Forwards 0 answered here")
    void shouldAnswerOptionsThatGoesNoFurther() {
        fixture.request("OPTIONS", "*", "Max-Forwards: 0");
        assertThat(fixture.client.status).isEqualTo(200);
        assertThat(fixture.client.field("Allow")).contains("GET");
        fixture.request("OPTIONS", "/v1/rate", BEARER_A, "Max-Forwards: 000");
        assertThat(fixture.client.status).isEqualTo(200);
        assertThat(fixture.source.acquired).isEmpty();
        assertThat(fixture.count(EdgeCounter.ANSWERED_HERE)).isEqualTo(2);
        assertThat(fixture.records()).as("nothing is charged for it").isEmpty();
        fixture.served("/v1/rate", BEARER_A, "Max-Forwards: 0");
        assertThat(fixture.client.status).as("GET ignores it").isEqualTo(200);
        assertThat(fixture.source.acquired).hasSize(1);
    }

    @ParameterizedTest
    @DisplayName("OPTIONS with another Max-Forwards: decremented; what is no number is left as it is")
    @CsvSource({"1, 0", "10, 9", "100, 99", "'', ''", "x, x", "-1, -1", "1 2, 1 2"})
    void shouldTakeOneFromMaxForwards(final String received, final String sent) {
        final Exchange exchange = fixture.request("OPTIONS", "/v1/rate", BEARER_A, "Max-Forwards: " + received);
        assertThat(Heads.value(fixture.source.head, "Max-Forwards")).isEqualTo(sent);
        fixture.respond(exchange, 200, 0);
        assertThat(fixture.count(EdgeCounter.ANSWERED_HERE)).isZero();
    }

    @Test
    void shouldTakeAnAmbiguousPathOrRefuseItAsConfigured() throws IOException {
        fixture.served("/v1//rate", BEARER_B);
        assertThat(fixture.client.status).isEqualTo(200);
        fixture.close();
        fixture = new PipelineFixture(
                java.nio.file.Files.createDirectory(directory.resolve("strict")),
                PipelineFixture.CONFIG + "strict_paths: true\n",
                PipelineFixture.CATALOG,
                io.netty.buffer.ByteBufAllocator.DEFAULT);
        fixture.request("GET", "/v1//rate", BEARER_B);
        assertThat(fixture.client.status).isEqualTo(400);
        assertThat(fixture.count(EdgeCounter.REFUSED_PATH)).isEqualTo(1);
        fixture.served("/v1/rate", BEARER_B);
        assertThat(fixture.client.status).isEqualTo(200);
    }

    @Test
    void shouldCountEveryRequestOnce() {
        shouldRefuseWithoutCredential();
        shouldRefuseAForeignTenantAndBadFields();
        shouldRefuseACostAboveCapacityForGood();
        shouldCountAsRefusedWhatWasGivenUpBeforeTheDecision();
        shouldAnswer503AndDebitNothingWithoutAPermit();
        fixture.served("/v1/rate", BEARER_B);
        long settled = fixture.count(EdgeCounter.ADMITTED) + fixture.count(EdgeCounter.ANSWERED_HERE);
        for (final EdgeCounter counter : EdgeCounter.values()) {
            settled += counter.name().startsWith("REFUSED_") ? fixture.count(counter) : 0;
        }
        assertThat(settled).isEqualTo(fixture.count(EdgeCounter.REQUESTS)).isGreaterThan(7);
    }

    private long costOfChat(final String body) {
        final long before = fixture.quotas.consumedTokens(
                fixture.snapshot.tenant(0).parts().get(0).quota());
        fixture.respond(post(body), 200, 1);
        assertThat(fixture.client.status).isEqualTo(200);
        assertThat(fixture.source.body).isEqualTo(body);
        return fixture.quotas.consumedTokens(
                        fixture.snapshot.tenant(0).parts().get(0).quota())
                - before;
    }

    private Exchange post(final String body) {
        final Exchange exchange = fixture.request(Head.Framing.CHUNKED, "POST", "/v1/chat/completions", BEARER_A);
        body(exchange, body);
        return exchange;
    }

    private static void body(final Exchange exchange, final String text) {
        final ByteBuf data = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        exchange.requestBody(data, data.readableBytes(), true);
        data.release();
    }
}
