package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The row "trailers" of the rules, for requests, over sockets: what the upstream is sent of them, byte by byte. */
@Timeout(60)
class RequestTrailersTest extends OverSockets {
    private static final String HEAD = "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n";

    /** The upstream has the head: the body is no longer held here. */
    private final CountDownLatch headSent = new CountDownLatch(1);
    /** The upstream's first request as it came, head and body. */
    private final CompletableFuture<String> wire = new CompletableFuture<>();

    @BeforeEach
    void takeBytes() {
        upstream.beforeBody = (request, out, socket) -> {
            upstream.beforeBody = null;
            headSent.countDown();
            wire.complete(request.head() + lastChunkAndBefore(socket.getInputStream()));
            ScriptedUpstream.ok(out, "taken");
            socket.close();
        };
    }

    /** A chunked body as it is on the wire, to the empty line behind its trailers; to the end, where that comes before. */
    private static String lastChunkAndBefore(final InputStream in) throws IOException {
        final StringBuilder all = new StringBuilder();
        int b = in.read();
        while (b >= 0) {
            all.append((char) b);
            final int last = all.indexOf("0\r\n");
            if (last >= 0 && all.indexOf("\r\n\r\n", last) >= 0) {
                return all.toString();
            }
            b = in.read();
        }
        return all + " END";
    }

    /** Sends a head and a chunk, waits until the upstream has the head, and sends the last chunk with trailers. */
    private void post(final RawClient client, final String fields, final String trailers) throws Exception {
        client.send(HEAD + fields + "\r\n2\r\nok\r\n");
        assertThat(headSent.await(20, TimeUnit.SECONDS)).isTrue();
        client.send("0\r\n" + trailers);
    }

    private String sent() throws Exception {
        return wire.get(20, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("trailers: forwarded as trailers; never merged; Trailer, a field of one hop, is not")
    void shouldForwardTrailersAsTrailers() throws Exception {
        try (RawClient client = client()) {
            post(client, "Trailer: X-Sum, X-Other\r\n", "X-Sum: 1\r\nX-Other:  two \r\n\r\n");
            assertThat(client.read().body()).isEqualTo("taken");
        }
        final String head = sent().substring(0, sent().indexOf("\r\n\r\n"));
        assertThat(head).doesNotContain("X-Sum", "X-Other");
        assertThat(sent()).endsWith("\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nX-Other: two\r\n\r\n");
    }

    @Test
    @DisplayName("trailers: dropped when they come while the body is still held for its upstream; the body is whole")
    void shouldDropTrailersOfABodyThatIsHeld() throws Exception {
        try (RawClient client = client()) {
            // All at once, and the first connection to the upstream is still to be made.
            client.send(HEAD + "\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("taken");
        }
        assertThat(sent()).endsWith("\r\n2\r\nok\r\n0\r\n\r\n").doesNotContain("X-Sum");
    }

    @Test
    @DisplayName("trailers: framing, routing, auth and identity fields in them dropped")
    void shouldDropDangerousTrailers() throws Exception {
        try (RawClient client = client()) {
            post(
                    client,
                    "",
                    "Content-Length: 7\r\nHost: evil\r\nAuthorization: evil\r\nTransfer-Encoding: evil\r\n"
                            + "X-Tenant-Id: evil\r\nX_Tenant_Id: evil\r\nX-Api-Key: evil\r\nConnection: evil\r\n"
                            + "X-Forwarded-For: evil\r\nX-Good: 1\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("taken");
        }
        assertThat(sent()).endsWith("\r\n0\r\nX-Good: 1\r\n\r\n").doesNotContain("evil");
    }

    @Test
    @DisplayName("trailers: in pieces of one byte")
    void shouldForwardTrailersThatComeByteByByte() throws Exception {
        try (RawClient client = client()) {
            final String trailers = "X-Sum: 1\r\n\r\n";
            post(client, "", "");
            for (int i = 0; i < trailers.length(); i++) {
                client.send(trailers.substring(i, i + 1));
            }
            assertThat(client.read().body()).isEqualTo("taken");
        }
        assertThat(sent()).endsWith("\r\n0\r\nX-Sum: 1\r\n\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("trailers: malformed = bad chunk; head limits hold: the upstream sees no end")
    @ValueSource(
            strings = {
                "no colon\r\n\r\n",
                "X : 1\r\n\r\n",
                "X: 1\r\n folded\r\n\r\n",
                "X: 1\n\r\n",
                "X: \u0001\r\n\r\n",
                "LONG",
            })
    void shouldAbortBothSidesOnBadTrailers(final String trailers) throws Exception {
        try (RawClient client = client()) {
            post(client, "", trailers.equals("LONG") ? "X: " + "x".repeat(20_000) + "\r\n\r\n" : trailers);
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ").contains("Connection: close\r\n");
        }
        assertThat(sent()).endsWith(" END").doesNotContain("\r\n0\r\n");
        assertThat(proxy.failures()).containsExactly(Reason.CLIENT_BODY_MALFORMED);
        assertThat(proxy.ends()).doesNotContain(Outcome.COMPLETE);
    }
}
