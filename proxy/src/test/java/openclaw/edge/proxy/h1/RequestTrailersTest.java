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
    @DisplayName("trailers: forwarded as trailers, and Trailer with them; never merged")
    void shouldForwardTrailersAsTrailers() throws Exception {
        try (RawClient client = client()) {
            post(client, "Trailer: X-Sum, X-Other\r\n", "X-Sum: 1\r\nX-Other:  two \r\n\r\n");
            assertThat(client.read().body()).isEqualTo("taken");
        }
        final String head = sent().substring(0, sent().indexOf("\r\n\r\n"));
        assertThat(head)
                .contains("\r\nTrailer: X-Sum, X-Other\r\n")
                .doesNotContain("X-Sum:", "X-Other:")
                .doesNotContain("\r\nTE:");
        assertThat(sent()).endsWith("\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\nX-Other: two\r\n\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName(
            "trailers: the same when they come while the body is still held for its upstream, or with no body at all")
    @ValueSource(strings = {"2\r\nok\r\n", ""})
    void shouldForwardTrailersOfABodyThatIsHeld(final String chunks) throws Exception {
        try (RawClient client = client()) {
            // All at once, and the first connection to the upstream is still to be made.
            client.send(HEAD + "Trailer: X-Sum\r\n\r\n" + chunks
                    + "0\r\nX-Sum: 1\r\nHost: evil\r\nx-secret-a: evil\r\nX-Other: \r\n\r\n");
            assertThat(client.read().body()).isEqualTo("taken");
        }
        assertThat(sent())
                .contains("\r\nTrailer: X-Sum\r\n")
                .endsWith("\r\n\r\n" + chunks + "0\r\nX-Sum: 1\r\nX-Other: \r\n\r\n")
                .doesNotContain("evil");
    }

    @Test
    @DisplayName("trailers: those of a body that is held until it was decided about")
    void shouldForwardTrailersOfABodyThatWasAskedFor() throws Exception {
        try (RawClient client = client()) {
            client.send("POST /need HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("taken");
        }
        assertThat(sent()).endsWith("\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n");
    }

    @Test
    @DisplayName("trailers: an empty body with them is repeated with them, as whole as it was")
    void shouldForwardTrailersAgainWhenTheRequestIsRepeated() throws Exception {
        final CountDownLatch second = new CountDownLatch(1);
        upstream.beforeBody = (request, out, socket) -> {
            if (request.head().startsWith("PUT")) {
                upstream.beforeBody = (again, output, fresh) -> {
                    upstream.beforeBody = null;
                    wire.complete(again.head() + lastChunkAndBefore(fresh.getInputStream()));
                    ScriptedUpstream.ok(output, "taken");
                    fresh.close();
                };
                second.countDown();
                lastChunkAndBefore(socket.getInputStream());
                socket.close();
            }
        };
        try (RawClient client = client()) {
            assertThat(client.get("/first").status()).isEqualTo(200);
            client.send("PUT /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();
            client.send("0\r\nX-Sum: 1\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("taken");
        }
        assertThat(sent()).endsWith("\r\n\r\n0\r\nX-Sum: 1\r\n\r\n");
        assertThat(proxy.failures()).containsExactly(Reason.STALE_CONNECTION);
    }

    @Test
    @DisplayName("Trailer: dropped from a request that is not in chunks, which cannot carry any")
    void shouldDropTrailerWhereNoneCanFollow() throws Exception {
        upstream.beforeBody = null;
        try (RawClient client = client()) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nTrailer: X-Sum\r\nContent-Length: 3\r\n\r\n0\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).doesNotContain("Trailer");
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
                            + "X-Forwarded-For: evil\r\nX-Secret-Token: evil\r\nX-Good: 1\r\n\r\n");
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
