package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.H2Fixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.h1.ProxyUnderTest;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import openclaw.edge.proxy.h1.Waits;
import org.junit.jupiter.api.Test;

/** Windows, bounds and time on connections that many exchanges share: who waits for whom. */
class UpstreamFlowTest extends UpstreamFixture {
    private static final String GET = "GET /%s HTTP/1.1\r\nHost: h\r\n\r\n";

    @Test
    void shouldServeOthersBesideASlowClientAndHoldLittle() throws Exception {
        final String body = "x".repeat(20_000_000);
        upstream.script = request -> {
            if (request.path().equals("/large")) {
                request.okByAndBy(body);
            } else {
                request.okByAndBy("y".repeat(200_000));
            }
        };
        final List<RawClient> slow = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            slow.add(client().send(GET.formatted("large")));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(client().get("/fast").body()).hasSize(200_000);
        }
        assertThat(upstream.accepted.get()).isEqualTo(1);
        assertThat(proxy.budget.heldBytes()).as("held").isLessThanOrEqualTo(6 * 3 * 64 * 1024);
        for (final RawClient client : slow) {
            assertThat(client.read().body()).hasSize(body.length());
        }
        assertThat(proxy.ends()).hasSize(16).containsOnly(Outcome.COMPLETE);
    }

    @Test
    void shouldKeepToTinyWindowsOfTheUpstream() throws Exception {
        upstream.settings = new int[] {4, 10};
        final String body = "0123456789abcdef".repeat(1_000);
        final RawClient large = client().send(post("/large", body));
        assertThat(client().get("/small").status()).isEqualTo(200);
        assertThat(large.read().body()).isEqualTo(body);
        assertThat(upstream.accepted.get()).isEqualTo(1);
    }

    @Test
    void shouldFollowWindowsThatSettingsChange() throws Exception {
        upstream.settings = new int[] {4, 0};
        upstream.onHead = request -> {
            if (request.path().equals("/body")) {
                request.on.settings(4, 3);
                request.on.settings(4, 65_535);
            }
        };
        assertThat(client().send(post("/body", "all of it")).read().body()).isEqualTo("all of it");
    }

    /** A body that no window lets through: the time that a response may pause is the time that it may stand still. */
    @Test
    void shouldGiveUpABodyThatIsNotTaken() throws Exception {
        proxy.handler.upstreamTimeoutNs = 300_000_000L;
        upstream.settings = new int[] {4, 0};
        upstream.credits = false;
        assertThat(client().send(post("/", "x")).read().status()).isEqualTo(504);
        assertThat(proxy.ends()).containsExactly(Outcome.TIMEOUT);
        eventually("it is told", () -> upstream.resets.size() == 1);
    }

    @Test
    void shouldOpenNoMoreStreamsThanTheUpstreamTakes() throws Exception {
        upstream.settings = new int[] {3, 1};
        final List<FrameServer.Request> held = new ArrayList<>();
        upstream.script = request -> {
            synchronized (held) {
                held.add(request);
            }
        };
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS + 3; i++) {
            clients.add(client().send(GET.formatted(i)));
        }
        eventually("each connection has its one", () -> {
            synchronized (held) {
                return held.size() == CONNECTIONS;
            }
        });
        assertThat(proxy.onLoop(proxy.streams::waiting)).isEqualTo(3);
        upstream.script = request -> request.ok("x");
        synchronized (held) {
            for (final FrameServer.Request request : held) {
                request.ok("x");
            }
        }
        for (final RawClient client : clients) {
            assertThat(client.read().body()).isEqualTo("x");
        }
        assertThat(upstream.accepted.get()).isEqualTo(CONNECTIONS);
        assertThat(proxy.failures()).isEmpty();
    }

    @Test
    void shouldResetTheStreamOfAClientThatGoes() throws Exception {
        upstream.script = request -> {
            if (request.path().equals("/good")) {
                request.ok("good");
            }
        };
        final RawClient gone = client().send(GET.formatted("never"));
        eventually("it has come", () -> upstream.received.size() == 1);
        gone.socket.setSoLinger(true, 0);
        gone.close();
        eventually("it is told", () -> upstream.resets.size() == 1);
        assertThat(upstream.resets.get(0).error()).isEqualTo(H2Fixture.CANCEL);
        assertThat(client().get("/good").body()).isEqualTo("good");
        assertThat(proxy.ends()).containsExactly(Outcome.CLIENT_ABORT, Outcome.COMPLETE);
        assertThat(upstream.accepted.get()).isEqualTo(1);
    }

    @Test
    void shouldGiveUpAResponseThatDoesNotBegin() throws Exception {
        proxy.handler.upstreamTimeoutNs = 300_000_000L;
        upstream.script = request -> {};
        assertThat(client().get("/").status()).isEqualTo(504);
        assertThat(proxy.failures()).containsExactly(Reason.RESPONSE_HEAD_TIMEOUT);
        eventually("it is told", () -> upstream.resets.size() == 1);
    }

    @Test
    void shouldCutAResponseThatStandsStill() throws Exception {
        proxy.handler.upstreamTimeoutNs = 300_000_000L;
        upstream.script = request -> {
            request.on.headers(request.stream, false, ":status: 200");
            request.on.data(request.stream, false, "a part");
        };
        assertThat(client().send(GET.formatted("")).readToEnd()).endsWith("6\r\na part\r\n");
        assertThat(proxy.ends()).containsExactly(Outcome.TIMEOUT);
    }

    /** Two that answer nothing for long, on a connection each: one lives, and says so when it is asked; the other is dead. */
    @Test
    void shouldGiveUpAConnectionOnWhichNothingComes() throws Exception {
        proxy.close();
        final var patience = new UpstreamWatch.Patience(500_000_000L, 2_500_000_000L);
        proxy = ProxyUnderTest.http2(
                upstream.address(), CONNECTIONS, (h2, channels) -> new H2Connector(h2, channels, null, patience));
        upstream.settings = new int[] {3, 1};
        upstream.lastThatPongs = 1;
        upstream.script = request -> {};
        final RawClient slow = client().send(GET.formatted("slow"));
        eventually("it has come", () -> upstream.received.size() == 1);
        final RawClient dead = client().send(GET.formatted("dead"));
        assertThat(dead.read().status()).isEqualTo(502);
        assertThat(count(EdgeCounter.UPSTREAM_H2_SILENT)).isEqualTo(1);
        upstream.received.get(0).ok("at last");
        assertThat(slow.read().body()).isEqualTo("at last");
        assertThat(proxy.failures()).containsExactly(Reason.UPSTREAM_GONE);
    }

    /** A response before the request's end is relayed, and the rest of the request is not wanted. */
    @Test
    void shouldRelayAnEarlyResponse() throws Exception {
        upstream.credits = false;
        upstream.onHead = request -> request.on.headers(request.stream, true, ":status: 413", "content-length: 0");
        final RawClient client = client();
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\n" + "x".repeat(70_000));
        assertThat(client.read().status()).isEqualTo(413);
        eventually("it is told", () -> upstream.resets.size() == 1);
    }

    @Test
    void shouldFailWhoWaitsForAServerThatIsNone() throws Exception {
        proxy.close();
        try (ScriptedUpstream http1 = new ScriptedUpstream()) {
            proxy = ProxyUnderTest.http2(http1.address(), 64 << 20, 1, Waits.LONG);
            http1.script = (request, out, socket) -> ScriptedUpstream.write(out, "HTTP/1.1 400 Bad Request\r\n\r\n");
            assertThat(client().get("/").status()).isEqualTo(502);
            assertThat(proxy.failures()).containsExactly(Reason.CONNECT_FAILED);
            assertThat(count(EdgeCounter.UPSTREAM_CONNECT_FAILED)).isEqualTo(1);
        }
    }

    /** More than one attempt to connect was to serve: each that fails fails its share, and none takes its place. */
    @Test
    void shouldFailWhoWaitsForSeveralConnectionsThatCannotBeMade() throws Exception {
        proxy.close();
        final ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = ProxyUnderTest.http2((InetSocketAddress) silent.getLocalSocketAddress(), 64 << 20, 8, Waits.LONG);
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            clients.add(client().send(GET.formatted(i)));
        }
        eventually("all wait", () -> proxy.onLoop(proxy.streams::waiting) == 250);
        final List<Socket> accepted = List.of(silent.accept(), silent.accept(), silent.accept());
        silent.close();
        for (final Socket socket : accepted) {
            socket.close();
        }
        for (final RawClient client : clients) {
            assertThat(client.read().status()).isEqualTo(502);
        }
        assertThat(proxy.failures()).hasSize(250).containsOnly(Reason.CONNECT_FAILED);
        assertThat(count(EdgeCounter.UPSTREAM_CONNECT_FAILED)).isEqualTo(3);
    }

    @Test
    void shouldSendTunnelsByTheOlderProtocol() throws Exception {
        proxy.close();
        try (ScriptedUpstream http1 = new ScriptedUpstream()) {
            proxy = ProxyUnderTest.http2(http1.address(), 64 << 20, 1, Waits.LONG);
            http1.script = (request, out, socket) -> ScriptedUpstream.write(
                    out,
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nhello");
            final RawClient client = client();
            client.send("GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(101);
            assertThat(new String(client.in.readNBytes(5), StandardCharsets.US_ASCII))
                    .isEqualTo("hello");
            assertThat(http1.received.get(0).head()).startsWith("GET /ws HTTP/1.1\r\n");
            assertThat(proxy.onLoop(proxy.streams::connections)).isEqualTo(1);
            assertThat(count(EdgeCounter.UPSTREAM_H2_STREAMS)).isZero();
            client.close();
            eventually("the tunnel is over", () -> proxy.onLoop(proxy.streams::connections) == 0);
        }
    }
}
