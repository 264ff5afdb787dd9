package openclaw.edge.proxy;

import static openclaw.edge.proxy.PipelineFixture.BEARER_A;
import static openclaw.edge.proxy.PipelineFixture.BEARER_B;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.testing.Heads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interim and final records of what lasts: long bodies either way, streams, tunnels. */
class StreamRecordsTest {
    private static final int MIB = 1 << 20;
    private static final long MINUTE_NS = 60_000_000_000L;
    private static final String CONFIG = PipelineFixture.CONFIG + "  - {path: /v1/ws, upgrade: [websocket]}\n";

    @TempDir
    Path directory;

    private PipelineFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new PipelineFixture(directory, CONFIG, PipelineFixture.CATALOG, ByteBufAllocator.DEFAULT);
    }

    @AfterEach
    void close() {
        assertThat(fixture.loop.budget().heldBytes()).isZero();
        assertThat(fixture.loop.exchanges().inUse()).isZero();
        assertThat(fixture.lane.openExchanges()).isZero();
        fixture.close();
    }

    private Exchange handshake(final String path, final String credential) {
        final Exchange exchange = fixture.loop.exchanges().acquire(fixture.client);
        fixture.client.begin();
        Heads.fill(exchange.request(), "GET", path, credential);
        exchange.request().webSocket(true);
        exchange.requestHead();
        return exchange;
    }

    private Exchange tunnel() {
        final Exchange exchange = handshake("/v1/ws", BEARER_B);
        assertThat(exchange.isTunnelAllowed()).isTrue();
        exchange.response().reset();
        exchange.response().status(101);
        exchange.tunnelOpened();
        assertThat(exchange.isTunnel()).isTrue();
        assertThat(fixture.client.status).isEqualTo(101);
        return exchange;
    }

    private static void fromClient(final Exchange exchange, final int bytes) {
        final ByteBuf data = Unpooled.buffer(bytes).writerIndex(bytes);
        exchange.tunnelFromClient(data, bytes, false);
        exchange.requestCredit(bytes);
        data.release();
    }

    private static void fromUpstream(final Exchange exchange, final int bytes) {
        final ByteBuf data = Unpooled.buffer(bytes).writerIndex(bytes);
        exchange.tunnelFromUpstream(data, bytes, false);
        exchange.responseCredit(bytes);
        data.release();
    }

    private static PipelineFixture.Usage interim(final int status, final long in, final long out) {
        return new PipelineFixture.Usage(null, status, 0, 0, false, in, out, false);
    }

    private static PipelineFixture.Usage last(final Outcome outcome, final int status, final long in, final long out) {
        return new PipelineFixture.Usage(outcome, status, 1, 1, false, in, out, true);
    }

    /** Lets that much time pass for the loop's timers. */
    private void pass(final long ns) {
        fixture.loop.timers().poll(fixture.clock.nowNs() + ns);
    }

    @Test
    void shouldRecordATunnelOnceWhenBothSidesHaveEnded() {
        final Exchange exchange = tunnel();
        fromClient(exchange, 30);
        fromUpstream(exchange, 50);
        exchange.tunnelFromClient(null, 0, true);
        fromUpstream(exchange, 7);
        assertThat(fixture.records()).isEmpty();
        exchange.tunnelFromUpstream(Unpooled.EMPTY_BUFFER, 0, true);
        assertThat(fixture.records()).containsExactly(last(Outcome.COMPLETE, 101, 30, 57));
        assertThat(fixture.client.isFinished).isTrue();
        assertThat(fixture.client.field("RateLimit-Policy")).contains("wide");
        assertThat(fixture.count(EdgeCounter.TUNNELS_OPENED)).isEqualTo(1);
        assertThat(fixture.count(EdgeCounter.TUNNELS_CLOSED)).isEqualTo(1);
    }

    @Test
    void shouldHaveTheRecordCommittedBeforeTheEndIsHandedOn() {
        final Exchange exchange = tunnel();
        exchange.tunnelFromUpstream(Unpooled.EMPTY_BUFFER, 0, true);
        assertThat(fixture.records()).isEmpty();
        fixture.source.onEnd = () -> assertThat(fixture.records()).hasSize(1);
        exchange.tunnelFromClient(null, 0, true);
        assertThat(fixture.source.ends).isEqualTo(1);
    }

    @Test
    void shouldWriteAnInterimRecordPerMebibyteOfEitherDirection() {
        final Exchange exchange = tunnel();
        fromClient(exchange, MIB - 1);
        assertThat(fixture.records()).isEmpty();
        fromClient(exchange, 1);
        assertThat(fixture.records()).containsExactly(interim(101, MIB, 0));
        fromUpstream(exchange, MIB + 5);
        assertThat(fixture.records()).containsExactly(interim(101, 0, MIB + 5));
        fromClient(exchange, 10);
        exchange.clientGone(Reason.CLIENT_GONE);
        assertThat(fixture.records()).containsExactly(last(Outcome.CLIENT_ABORT, 101, 10, 0));
    }

    @Test
    void shouldWriteWhatIsNewOfASilentTunnelOnceItsMinuteIsOver() {
        final Exchange exchange = tunnel();
        pass(MINUTE_NS * 5);
        assertThat(fixture.records()).as("nothing new").isEmpty();
        fromClient(exchange, 3);
        fromUpstream(exchange, 4);
        assertThat(fixture.records()).isEmpty();
        pass(MINUTE_NS * 7);
        assertThat(fixture.records()).containsExactly(interim(101, 3, 4));
        pass(MINUTE_NS * 9);
        assertThat(fixture.records()).as("nothing new").isEmpty();
        exchange.upstreamReset(Reason.TUNNEL_IDLE);
        assertThat(fixture.records()).containsExactly(last(Outcome.TIMEOUT, 101, 0, 0));
        assertThat(fixture.client.aborted).isEqualTo(Reason.TUNNEL_IDLE);
        pass(MINUTE_NS * 11);
        assertThat(fixture.records()).isEmpty();
    }

    @Test
    void shouldWriteWhatIsNewOfASilentStreamOnceItsMinuteIsOver() {
        final Exchange exchange = fixture.request("GET", "/v1/rate", BEARER_B);
        exchange.response().reset();
        exchange.response().status(200);
        exchange.responseHead(false);
        exchange.responseBody(Unpooled.wrappedBuffer(new byte[9]), 9, false);
        pass(MINUTE_NS * 2);
        assertThat(fixture.records()).containsExactly(interim(200, 0, 9));
        exchange.responseBody(Unpooled.wrappedBuffer(new byte[2]), 2, true);
        assertThat(fixture.records()).containsExactly(last(Outcome.COMPLETE, 200, 0, 2));
    }

    @Test
    void shouldWriteInterimRecordsWhileALongRequestBodyComes() {
        final Exchange exchange = fixture.request(Head.Framing.CHUNKED, "POST", "/v1/rate", BEARER_B);
        final int half = MIB / 2;
        for (int i = 0; i < 5; i++) {
            exchange.requestBody(Unpooled.wrappedBuffer(new byte[half]), half, i == 4);
        }
        assertThat(fixture.records()).containsExactly(interim(0, MIB, 0), interim(0, MIB, 0));
        fixture.respond(exchange, 200, 6);
        assertThat(fixture.records()).containsExactly(last(Outcome.COMPLETE, 200, half, 6));
    }

    @Test
    void shouldRecordAResetByItsSideUnlessEitherSideHadEnded() {
        tunnel().upstreamReset(Reason.UPSTREAM_GONE);
        assertThat(fixture.records()).containsExactly(last(Outcome.UPSTREAM_FAILED, 101, 0, 0));

        final Exchange halfClosed = tunnel();
        halfClosed.tunnelFromClient(null, 0, true);
        halfClosed.upstreamReset(Reason.UPSTREAM_GONE);
        assertThat(fixture.records()).containsExactly(last(Outcome.COMPLETE, 101, 0, 0));

        final Exchange ended = tunnel();
        ended.tunnelFromUpstream(Unpooled.EMPTY_BUFFER, 0, true);
        ended.upstreamReset(Reason.UPSTREAM_GONE);
        assertThat(fixture.records()).containsExactly(last(Outcome.COMPLETE, 101, 0, 0));
        assertThat(fixture.client.aborted).as("what was said still arrives").isNull();
        assertThat(fixture.client.isFinished).isTrue();
    }

    @Test
    void shouldRecordACutTunnelAsShutdown() {
        final Exchange exchange = tunnel();
        fromClient(exchange, 1);
        exchange.clientGone(Reason.SHUTDOWN);
        assertThat(fixture.records()).containsExactly(last(Outcome.SHUTDOWN, 101, 1, 0));
    }

    @Test
    void shouldDecideLimitsAtTheHandshake() {
        for (int i = 0; i < 10; i++) {
            fixture.served("/v1/rate", BEARER_A);
        }
        final int before = fixture.source.acquired.size();
        handshake("/v1/ws", BEARER_A);
        assertThat(fixture.client.status).isEqualTo(429);
        assertThat(fixture.client.field("Retry-After")).isEqualTo("3600");
        assertThat(fixture.source.acquired).hasSize(before);
        assertThat(fixture.count(EdgeCounter.REFUSED_RATE)).isEqualTo(1);
        fixture.records();
    }

    @Test
    void shouldAllowTunnelsOnlyOnRoutesThatSaySo() {
        for (final String path : new String[] {"/v1/rate", "/v1/chat/x", "/v1/ws/more", "/v1//ws"}) {
            final Exchange exchange = handshake(path, BEARER_B);
            assertThat(exchange.isTunnelAllowed()).as(path).isFalse();
            if (fixture.client.status == 0) {
                fixture.respond(exchange, 200, 1);
            }
        }
        final Exchange plain = fixture.request("GET", "/v1/ws", BEARER_B);
        assertThat(plain.isTunnelAllowed()).as("not asked for").isFalse();
        fixture.respond(plain, 200, 1);
        fixture.records();
    }
}
