package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import openclaw.edge.proxy.exchange.EdgeCounter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of the rules for the pool of connections to an upstream, over sockets. */
@Timeout(60)
class PoolRowsTest extends OverSockets {
    /** The upstream answers with the number of the connection, and with more fields. */
    private void answerWith(final String fields) {
        upstream.script = (request, out, socket) -> {
            final String body = "connection " + request.connection();
            ScriptedUpstream.write(
                    out, "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        };
    }

    private int idle() throws Exception {
        return proxy.onLoop(proxy.pool::idleConnections);
    }

    private int connections() throws Exception {
        return proxy.onLoop(proxy.pool::connections);
    }

    @Test
    @DisplayName("Pool: LIFO: what came back last is used next")
    void shouldUseNextWhatCameBackLast() throws Exception {
        final List<Semaphore> turns = List.of(new Semaphore(0), new Semaphore(0), new Semaphore(0));
        upstream.script = (request, out, socket) -> {
            if (request.head().startsWith("GET /held")) {
                turns.get(request.connection() - 1).acquire();
            }
            ScriptedUpstream.ok(out, "connection " + request.connection());
        };
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(client().send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n"));
            final int sent = i + 1;
            // One by one: the n-th client's request is on the n-th connection.
            eventually(() -> upstream.received.size() == sent);
        }
        for (final int back : new int[] {1, 2, 0}) {
            turns.get(back).release();
            assertThat(clients.get(back).read().body()).isEqualTo("connection " + (back + 1));
        }
        assertThat(idle()).isEqualTo(3);
        try (RawClient client = client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.get("/").body()).isEqualTo("connection 1");
            }
            client.send("GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
            eventually(() -> upstream.received.size() == 8);
            assertThat(clients.get(0).get("/").body()).isEqualTo("connection 3");
            turns.get(0).release();
            assertThat(client.read().body()).isEqualTo("connection 1");
        }
        assertThat(upstream.accepted.get()).isEqualTo(3);
        for (final RawClient client : clients) {
            client.close();
        }
    }

    @ParameterizedTest(name = "Keep-Alive: {0}")
    @DisplayName("Pool: idle for its time: closed, whatever longer time the upstream's Keep-Alive names")
    @ValueSource(strings = {"", "timeout=3600", "max=5", "timeout=nonsense"})
    void shouldCloseWhatIsIdleForItsTime(final String hint) throws Exception {
        waits(Waits.SHORT_POOLED);
        answerWith(hint.isEmpty() ? "" : "Keep-Alive: " + hint + "\r\n");
        try (RawClient client = client()) {
            assertThat(client.get("/").body()).isEqualTo("connection 1");
            eventually(() -> connections() == 0);
            assertThat(client.get("/").body()).isEqualTo("connection 2");
        }
        assertThat(proxy.failures()).isEmpty();
    }

    @Test
    @DisplayName("Pool: idle for the upstream's Keep-Alive: timeout less 1 s: closed")
    void shouldCloseBeforeTheUpstreamDoes() throws Exception {
        answerWith("Keep-Alive: timeout=4, max=100\r\n");
        try (RawClient client = client()) {
            assertThat(client.get("/").body()).isEqualTo("connection 1");
            assertThat(client.get("/").body()).isEqualTo("connection 1");
            assertThat(idle()).isEqualTo(1);
            eventually(() -> connections() == 0);
            assertThat(client.get("/").body()).isEqualTo("connection 2");
        }
        assertThat(proxy.failures()).isEmpty();
    }

    @ParameterizedTest(name = "timeout={0}")
    @DisplayName("Pool: a Keep-Alive: timeout of a second or less leaves nothing to reuse")
    @ValueSource(ints = {0, 1})
    void shouldNotKeepWhatTheUpstreamIsAboutToClose(final int seconds) throws Exception {
        answerWith("Keep-Alive: timeout=" + seconds + "\r\n");
        try (RawClient client = client()) {
            for (int i = 1; i <= 3; i++) {
                assertThat(client.get("/").body()).isEqualTo("connection " + i);
                assertThat(idle()).isZero();
            }
        }
    }

    @Test
    @DisplayName("Pool: Keep-Alive is for one hop: the client is told nothing of the upstream's")
    void shouldNotPassTheHintOn() throws Exception {
        answerWith("Keep-Alive: timeout=20\r\n");
        try (RawClient client = client()) {
            assertThat(client.get("/").head()).doesNotContainIgnoringCase("keep-alive");
        }
    }

    @Test
    @DisplayName("Pool: RDHUP while idle: closed")
    void shouldCloseWhatTheUpstreamHasEnded() throws Exception {
        final Semaphore end = new Semaphore(0);
        upstream.script = (request, out, socket) -> {
            ScriptedUpstream.ok(out, "connection " + request.connection());
            if (request.connection() == 1) {
                end.acquire();
                socket.shutdownOutput();
            }
        };
        try (RawClient client = client()) {
            assertThat(client.get("/").body()).isEqualTo("connection 1");
            assertThat(idle()).isEqualTo(1);
            end.release();
            eventually(() -> connections() == 0);
            assertThat(client.get("/").body()).isEqualTo("connection 2");
        }
        assertThat(proxy.failures()).isEmpty();
        assertThat(count(EdgeCounter.UPSTREAM_SURPLUS)).isZero();
    }
}
