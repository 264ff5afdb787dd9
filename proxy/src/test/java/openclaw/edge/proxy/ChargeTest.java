package openclaw.edge.proxy;

import static openclaw.edge.proxy.PipelineFixture.BEARER_A;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each end of an exchange is answered, recorded and charged as. */
class ChargeTest {
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

    @ParameterizedTest
    @CsvSource({"200, 1", "302, 1", "404, 1", "429, 1", "499, 1", "500, 0", "503, 0"})
    void shouldChargeFinalStatusesBelow500(final int status, final int charged) {
        fixture.respond(fixture.request("GET", "/v1/rate", BEARER_A), status, 5);
        assertEnd(Outcome.COMPLETE, status, charged);
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT_FAILED, 502, UPSTREAM_FAILED, 2",
        "CONNECT_TIMEOUT, 504, TIMEOUT, 1",
        "QUEUE_FULL, 503, UPSTREAM_FAILED, 1",
        "QUEUE_TIMEOUT, 503, UPSTREAM_FAILED, 1",
        "SHUTDOWN, 503, SHUTDOWN, 1"
    })
    void shouldRefundWhatNeverReachedAnUpstream(
            final Reason reason, final int status, final Outcome outcome, final int attempts) {
        fixture.source.failures.addAll(List.of(reason, reason, reason));
        fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(status);
        assertThat(fixture.client.field("Retry-After")).isEqualTo(status == 503 ? "1" : null);
        assertThat(fixture.source.acquired).hasSize(attempts);
        assertEnd(outcome, status, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "UPSTREAM_GONE, 502, UPSTREAM_FAILED",
        "UPSTREAM_MALFORMED, 502, UPSTREAM_FAILED",
        "RESPONSE_HEAD_TIMEOUT, 504, TIMEOUT",
        "RESPONSE_IDLE_TIMEOUT, 504, TIMEOUT",
        "SHUTDOWN, 503, SHUTDOWN"
    })
    void shouldRefundWhatFailedBeforeTheFirstByteOfAResponse(
            final Reason reason, final int status, final Outcome outcome) {
        fixture.request("GET", "/v1/rate", BEARER_A).upstreamReset(reason);
        assertThat(fixture.client.status).isEqualTo(status);
        assertThat(fixture.source.acquired).hasSize(1);
        assertEnd(outcome, status, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "UPSTREAM_GONE, UPSTREAM_FAILED",
        "UPSTREAM_MALFORMED, UPSTREAM_FAILED",
        "RESPONSE_IDLE_TIMEOUT, TIMEOUT",
        "SHUTDOWN, SHUTDOWN"
    })
    void shouldChargeWhatFailedWithinAResponseAndNeverEndItCleanly(final Reason reason, final Outcome outcome) {
        final Exchange exchange = streaming(200);
        exchange.upstreamReset(reason);
        assertThat(fixture.client.aborted).isEqualTo(reason);
        assertThat(fixture.client.isFinished).isFalse();
        assertEnd(outcome, 200, 1);
    }

    @Test
    void shouldChargeAClientThatLeftOnceTheHeadWentUpstream() {
        fixture.request("GET", "/v1/rate", BEARER_A).clientGone(Reason.CLIENT_GONE);
        assertThat(fixture.source.reset).isEqualTo(Reason.CLIENT_GONE);
        assertEnd(Outcome.CLIENT_ABORT, 0, 1);
    }

    @Test
    void shouldChargeAClientThatLeftWithinTheResponse() {
        streaming(200).clientGone(Reason.CLIENT_GONE);
        assertEnd(Outcome.CLIENT_ABORT, 200, 1);
    }

    @Test
    void shouldNotChargeAClientThatLeftWhileItWaitedForAnUpstream() {
        fixture.source.isWaiting = true;
        fixture.request("GET", "/v1/rate", BEARER_A).clientGone(Reason.CLIENT_GONE);
        assertThat(fixture.source.isCancelled).isTrue();
        assertEnd(Outcome.CLIENT_ABORT, 0, 0);
    }

    @Test
    void shouldNotChargeAResponseOf500ThatBrokeOff() {
        streaming(500).upstreamReset(Reason.UPSTREAM_GONE);
        assertEnd(Outcome.UPSTREAM_FAILED, 500, 0);
    }

    @Test
    void shouldChargeEverythingAdmittedWhereThePlanSaysSo() throws IOException {
        fixture.close();
        final Path other = java.nio.file.Files.createDirectory(directory.resolve("admitted"));
        fixture = new PipelineFixture(
                other,
                PipelineFixture.CONFIG,
                PipelineFixture.CATALOG.replace("overage: deny", "overage: deny\n    bill: admitted"),
                io.netty.buffer.ByteBufAllocator.DEFAULT);
        fixture.source.failures.add(Reason.QUEUE_FULL);
        fixture.request("GET", "/v1/rate", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(503);
        assertEnd(Outcome.UPSTREAM_FAILED, 503, 1);
    }

    @Test
    void shouldRetryOnceOnAFreshConnectionWhenAnIdleOneWasStale() {
        final Exchange exchange = fixture.request("GET", "/v1/rate", BEARER_A);
        exchange.upstreamReset(Reason.STALE_CONNECTION);
        assertThat(fixture.source.acquired).containsExactly(false, true);
        fixture.respond(exchange, 200, 5);
        assertThat(fixture.client.status).isEqualTo(200);
        assertEnd(Outcome.COMPLETE, 200, 1);
    }

    @Test
    void shouldNotRetryASecondTime() {
        final Exchange exchange = fixture.request("GET", "/v1/rate", BEARER_A);
        exchange.upstreamReset(Reason.STALE_CONNECTION);
        exchange.upstreamReset(Reason.STALE_CONNECTION);
        assertThat(fixture.client.status).isEqualTo(502);
        assertEnd(Outcome.UPSTREAM_FAILED, 502, 0);
    }

    @Test
    void shouldNotRetryWhatMayHaveBeenExecutedUnlessTheRouteAllowsIt() {
        fixture.request("POST", "/v1/rate", BEARER_A).upstreamReset(Reason.STALE_CONNECTION);
        assertThat(fixture.client.status).isEqualTo(502);
        final Exchange allowed = fixture.request("POST", "/v1/messages", BEARER_A);
        allowed.upstreamReset(Reason.STALE_CONNECTION);
        assertThat(fixture.source.acquired).containsExactly(false, false, true);
        fixture.respond(allowed, 200, 0);
    }

    @Test
    void shouldNotRetryOnceTheBodyIsGone() {
        final Exchange exchange = fixture.request(Head.Framing.CHUNKED, "PUT", "/v1/rate", BEARER_A);
        exchange.requestBody(Unpooled.wrappedBuffer(new byte[3]), 3, false);
        exchange.upstreamReset(Reason.STALE_CONNECTION);
        assertThat(fixture.client.status).isEqualTo(502);
        assertEnd(Outcome.UPSTREAM_FAILED, 502, 0);
    }

    @Test
    void shouldRecordAsALossWhatIsServedWithoutAPermit() throws IOException {
        fixture.close();
        final Path other = java.nio.file.Files.createDirectory(directory.resolve("lossy"));
        fixture = new PipelineFixture(
                other,
                PipelineFixture.CONFIG + "journal: {on_unavailable: admit}\n",
                PipelineFixture.CATALOG,
                io.netty.buffer.ByteBufAllocator.DEFAULT);
        fixture.health.state(JournalHealth.State.FAILING);
        fixture.served("/v1/rate", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(200);
        assertThat(fixture.records()).isEmpty();
        assertThat(fixture.losses()).containsExactly("tenant-a 1 1");
        assertThat(unrecorded()).containsExactly(1L, 1L, 0L);
        fixture.respond(fixture.request("GET", "/v1/rate", BEARER_A), 503, 0);
        assertThat(unrecorded()).containsExactly(2L, 2L, 1L);
    }

    private List<Long> unrecorded() {
        return Stream.of(
                        EdgeCounter.ADMITTED_UNRECORDED, EdgeCounter.TOKENS_UNRECORDED, EdgeCounter.REFUNDED_UNRECORDED)
                .map(fixture.loop.counters()::get)
                .toList();
    }

    @Test
    void shouldWriteAnInterimRecordForEveryMebibyteAndTheRestAtTheEnd() {
        final Exchange exchange = fixture.request("GET", "/v1/rate", BEARER_A);
        exchange.response().status(200);
        exchange.responseHead(false);
        final int piece = 400_000;
        for (int i = 0; i < 6; i++) {
            exchange.responseBody(Unpooled.wrappedBuffer(new byte[piece]), piece, false);
        }
        assertThat(fixture.records())
                .containsExactly(
                        new PipelineFixture.Usage(null, 200, 0, 0, false, 0, 3 * piece, false),
                        new PipelineFixture.Usage(null, 200, 0, 0, false, 0, 3 * piece, false));
        exchange.responseBody(Unpooled.wrappedBuffer(new byte[7]), 7, true);
        assertEnd(Outcome.COMPLETE, 200, 1);
    }

    private Exchange streaming(final int status) {
        final Exchange exchange = fixture.request("GET", "/v1/rate", BEARER_A);
        exchange.response().status(status);
        exchange.responseHead(false);
        exchange.responseBody(Unpooled.wrappedBuffer(new byte[3]), 3, false);
        return exchange;
    }

    /** One record, and the limits say the same. */
    private void assertEnd(final Outcome outcome, final int status, final long charged) {
        final List<PipelineFixture.Usage> records = fixture.records();
        assertThat(records).hasSize(1);
        final PipelineFixture.Usage record = records.get(0);
        assertThat(record.outcome()).isEqualTo(outcome);
        assertThat(record.status()).isEqualTo(status);
        assertThat(record.admitted()).isEqualTo(1);
        assertThat(record.charged()).isEqualTo(charged);
        assertThat(record.exempt()).isEqualTo(charged == 0);
        assertThat(record.isFinal()).isTrue();
        assertThat(fixture.lane.openExchanges()).isZero();
        assertThat(fixture.chargedInQuota()).isEqualTo(charged);
    }
}
