package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.H2Fixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.Waits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests of many clients on one HTTP/2 connection to their upstream: what is sent, and what comes back. */
class UpstreamStreamsTest extends UpstreamFixture {
    @Test
    void shouldSendRequestAndReturnResponse() throws Exception {
        upstream.script = request -> {
            request.on.headers(
                    request.stream, false, ":status: 200", "content-type: text/plain", "x-y: z", "content-length: 5");
            request.on.data(request.stream, true, "hello");
        };
        final RawClient.Response response = client().send(
                        "GET /a?b=c HTTP/1.1\r\nHost: site.test\r\nX-Custom: V\r\nConnection: X-Gone\r\nX-Gone: 1\r\n\r\n")
                .read();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello");
        assertThat(response.has("content-type: text/plain")).isTrue();
        assertThat(response.has("x-y: z")).isTrue();
        final Map<String, String> head = upstream.received.get(0).head;
        assertThat(head)
                .containsEntry(":method", "GET")
                .containsEntry(":scheme", "http")
                .containsEntry(":authority", "site.test")
                .containsEntry(":path", "/a?b=c")
                .containsEntry("x-custom", "V")
                .containsEntry("via", "1.1 edge-test")
                .containsEntry("x-forwarded-for", "127.0.0.1")
                .doesNotContainKeys("host", "connection", "x-gone", "te", "content-length");
        assertThat(proxy.ends()).containsExactly(Outcome.COMPLETE);
    }

    @Test
    void shouldServeManyClientsOnOneConnection() throws Exception {
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(client());
        }
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i)
                        .send(i % 2 == 0 ? post("/" + i, "body " + i) : "GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            for (int i = 0; i < clients.size(); i++) {
                assertThat(clients.get(i).read().body()).isEqualTo(i % 2 == 0 ? "body " + i : "");
            }
        }
        assertThat(upstream.accepted.get()).isEqualTo(1);
        assertThat(count(EdgeCounter.UPSTREAM_H2_STREAMS)).isEqualTo(200);
        assertThat(proxy.ends()).hasSize(200).containsOnly(Outcome.COMPLETE);
    }

    @Test
    void shouldPassBodiesOfAnyLengthBothWays() throws Exception {
        final String body = "0123456789abcdef".repeat(6_000);
        upstream.script = request -> request.okByAndBy(request.text().repeat(10));
        final RawClient.Response response = client().send(post("/", body)).read();
        assertThat(response.body().equals(body.repeat(10))).isTrue();
        assertThat(upstream.received.get(0).text().equals(body)).isTrue();
        assertThat(upstream.received.get(0).head).containsEntry("content-length", "" + body.length());
    }

    @Test
    void shouldPassChunkedBodiesAndTrailers() throws Exception {
        upstream.script = request -> {
            request.on.headers(request.stream, false, ":status: 200");
            request.on.data(request.stream, false, "one");
            request.on.data(request.stream, false, "two");
            request.on.headers(request.stream, true, "x-sum: 6");
        };
        final RawClient client = client();
        client.send("POST / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n0\r\nx-t: u\r\n\r\n");
        final String all = client.send("GET /last HTTP/1.0\r\n\r\n").readToEnd();
        assertThat(all).contains("3\r\none\r\n3\r\ntwo\r\n0\r\nx-sum: 6\r\n\r\n");
        assertThat(upstream.received.get(0).text()).isEqualTo("abc");
        assertThat(upstream.received.get(0).trailers).containsEntry("x-t", "u");
        assertThat(upstream.received.get(0).head).containsEntry("te", "trailers");
    }

    @Test
    void shouldGiveEmptyResponsesALength() throws Exception {
        upstream.script = request -> {
            switch (request.path()) {
                case "/ended" -> request.on.headers(request.stream, true, ":status: 200");
                case "/later" -> {
                    request.on.headers(request.stream, false, ":status: 200", "content-length: 0");
                    request.on.data(request.stream, true, "");
                }
                case "/204" -> request.on.headers(request.stream, true, ":status: 204");
                default -> {
                    request.on.headers(request.stream, false, ":status: 200", "content-length: 77");
                    request.on.data(request.stream, true, "");
                }
            }
        };
        final RawClient client = client();
        assertThat(client.get("/ended").has("content-length: 0")).isTrue();
        assertThat(client.get("/later").has("content-length: 0")).isTrue();
        assertThat(client.get("/204").status()).isEqualTo(204);
        client.send("HEAD /head HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assertThat(client.readToEnd()).contains("content-length: 77").endsWith("\r\n\r\n");
    }

    @Test
    void shouldPassInterimResponses() throws Exception {
        upstream.script = request -> {
            request.on.headers(request.stream, false, ":status: 103", "link: </a>");
            request.on.headers(request.stream, false, ":status: 100");
            request.ok("x");
        };
        final RawClient client = client();
        assertThat(client.get("/").status()).isEqualTo(103);
        assertThat(client.read().body()).isEqualTo("x");
    }

    @Test
    void shouldTellWhatItTakes() throws Exception {
        client().get("/");
        final byte[] settings = upstream.settingsReceived.get(0).payload();
        // ENABLE_PUSH is 0, the first window of a stream 16 KiB.
        assertThat(settings).containsSequence(0, 2, 0, 0, 0, 0).containsSequence(0, 4, 0, 0, 0x40, 0);
    }

    @Test
    void shouldCloseAConnectionThatServesNothing() throws Exception {
        proxy(1, Waits.SHORT_POOLED);
        client().get("/");
        assertThat(proxy.onLoop(proxy.streams::connections)).isEqualTo(1);
        eventually("it is closed", () -> proxy.onLoop(proxy.streams::connections) == 0);
        eventually("it is told", () -> upstream.goneAway.size() == 1);
        assertThat(client().get("/").status()).isEqualTo(200);
        assertThat(upstream.accepted.get()).isEqualTo(2);
    }

    /**
     * Padding, priority, an interim head, trailers: cut into two reads at every byte. Of the block in two frames fewer at a time, since
     * small ones of that kind are charged for.
     */
    @ParameterizedTest
    @CsvSource({"false, 0, 1000", "true, 40, 90", "true, 90, 140"})
    void shouldReadFramesHoweverTheyAreCut(final boolean isBlockSplit, final int first, final int end)
            throws Exception {
        final AtomicInteger cut = new AtomicInteger(first);
        upstream.script = request -> {
            final byte[] answer = answerOfEveryKind(request.stream, isBlockSplit);
            final int at = Math.min(cut.getAndIncrement(), answer.length);
            request.on.write(Arrays.copyOf(answer, at));
            Thread.sleep(2);
            request.on.write(Arrays.copyOfRange(answer, at, answer.length));
        };
        final int last = Math.min(answerOfEveryKind(1, isBlockSplit).length, end);
        final RawClient client = client();
        for (int i = first; i <= last; i++) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(103);
            final RawClient.Response response = client.read();
            assertThat(response.head()).as("cut at " + i).contains("x-b: 2\r\n");
            assertThat(response.body()).isEqualTo("onetwo");
        }
        assertThat(upstream.accepted.get()).isEqualTo(1);
        assertThat(proxy.ends()).hasSize(last - first + 1).containsOnly(Outcome.COMPLETE);
    }

    private static byte[] answerOfEveryKind(final int stream, final boolean isBlockSplit) {
        final byte[] head = FrameClient.block(":status: 200", "x-a: 1", "x-b: 2");
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(FrameClient.bytes(
                FrameClient.HEADERS, FrameClient.END_HEADERS, stream, FrameClient.block(":status: 103", "link: </a>")));
        final int inFirst = isBlockSplit ? 9 : head.length;
        final ByteArrayOutputStream first = new ByteArrayOutputStream();
        // Two bytes of padding, a priority of five bytes, then the block or its beginning.
        first.writeBytes(new byte[] {2, 0, 0, 0, 0, 7});
        first.write(head, 0, inFirst);
        first.writeBytes(new byte[2]);
        final int flags = FrameClient.PADDED | 0x20 | (isBlockSplit ? 0 : FrameClient.END_HEADERS);
        all.writeBytes(FrameClient.bytes(FrameClient.HEADERS, flags, stream, first.toByteArray()));
        if (isBlockSplit) {
            all.writeBytes(FrameClient.bytes(
                    FrameClient.CONTINUATION,
                    FrameClient.END_HEADERS,
                    stream,
                    Arrays.copyOfRange(head, inFirst, head.length)));
        }
        all.writeBytes(FrameClient.bytes(
                FrameClient.DATA, FrameClient.PADDED, stream, new byte[] {3, 'o', 'n', 'e', 0, 0, 0}));
        all.writeBytes(FrameClient.bytes(FrameClient.DATA, 0, stream, new byte[] {'t', 'w', 'o'}));
        all.writeBytes(FrameClient.bytes(
                FrameClient.HEADERS,
                FrameClient.END_HEADERS | FrameClient.END_STREAM,
                stream,
                FrameClient.block("x-sum: 6")));
        return all.toByteArray();
    }
}
