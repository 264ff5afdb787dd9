package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A client that sends nothing more: what came whole is answered, as far as its windows go, and nothing waits for what cannot come.
 * All time-outs are longer than these tests.
 */
class H2EndOfInputTest extends H2Fixture {
    /** How the client's input ends. */
    enum End {
        /** FIN; the client goes on reading. */
        HALF {
            @Override
            void of(final FrameClient client) throws Exception {
                client.socket.shutdownOutput();
            }
        },
        FIN {
            @Override
            void of(final FrameClient client) throws Exception {
                client.close();
            }
        },
        RST {
            @Override
            void of(final FrameClient client) throws Exception {
                client.socket.setSoLinger(true, 0);
                client.close();
            }
        };

        abstract void of(FrameClient client) throws Exception;
    }

    private void assertGone(final int exchanges) throws Exception {
        eventually("the exchanges are over", () -> proxy.ends().size() == exchanges);
        eventually("the connection is closed", () -> proxy.connections.open() == 0);
        assertThat(count(EdgeCounter.BODY_TIMEOUTS)).isZero();
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void shouldGiveUpRequestsThatAreNotWhole(final End end) throws Exception {
        try (FrameClient client = open()) {
            // Asked for its body, on its way upstream with a part of it, and not begun since its length is not yet
            // sure.
            client.headers(1, false, request("POST", "/need"));
            client.headers(3, false, request("POST", "/", "content-length: 10"));
            client.data(3, false, "hello");
            client.headers(5, false, request("POST", "/", "content-length: 0"));
            client.frame(FrameClient.PING, 0, 0, new byte[8]);
            assertThat(client.read(FrameClient.PING)).as("all has been read").isNotNull();
            end.of(client);
            assertGone(3);
        }
        assertThat(proxy.ends()).containsOnly(Outcome.CLIENT_ABORT);
        assertThat(count(EdgeCounter.CLIENT_ABORTS)).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void shouldGiveUpResponsesThatNoWindowWillTake(final End end) throws Exception {
        final CountDownLatch large = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            if (request.head().contains("/large")) {
                large.countDown();
                ScriptedUpstream.ok(out, "x".repeat(1_000_000));
            } else {
                ScriptedUpstream.ok(out, "small");
            }
        };
        try (FrameClient client = open(4, 0)) {
            client.get(1, "/large");
            client.get(3, "/small");
            assertThat(client.read(FrameClient.HEADERS)).isNotNull();
            assertThat(client.read(FrameClient.HEADERS)).isNotNull();
            assertThat(large.await(20, TimeUnit.SECONDS)).isTrue();
            eventually("all of the small one is here", () -> proxy.ends().size() == 1);
            end.of(client);
            assertGone(2);
        }
        assertThat(proxy.ends()).containsExactlyInAnyOrder(Outcome.CLIENT_ABORT, Outcome.COMPLETE);
    }

    @Test
    void shouldGiveUpResponseThatComesLaterAndFindsNoWindow() throws Exception {
        final CountDownLatch go = new CountDownLatch(1);
        upstream.script = (request, out, socket) -> {
            go.await(20, TimeUnit.SECONDS);
            ScriptedUpstream.ok(out, request.head().contains("/large") ? "x".repeat(1_000_000) : "small");
        };
        try (FrameClient client = open()) {
            client.get(1, "/large");
            client.headers(3, true, request("HEAD", "/small"));
            eventually("the requests are there", () -> upstream.received.size() == 2);
            client.socket.shutdownOutput();
            go.countDown();
            final Map<Integer, FrameClient.Answer> answers = client.answers(1, 3);
            assertThat(answers.get(1).body.size()).as("the window, whole").isEqualTo(65_535);
            assertThat(answers.get(1).reset).isEqualTo(CANCEL);
            assertThat(answers.get(3).ended).isTrue();
            assertThat(client.read()).isNull();
            assertGone(2);
        }
    }

    /** More requests than are begun in one turn of the loop, and the end of input right behind them. */
    @Test
    void shouldAnswerAllThatCameBeforeTheEnd() throws Exception {
        final int[] streams = IntStream.range(0, 100).map(i -> 2 * i + 1).toArray();
        final byte[] block = FrameClient.block(request("GET", "/refuse"));
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final int stream : streams) {
            all.writeBytes(FrameClient.bytes(
                    FrameClient.HEADERS, FrameClient.END_HEADERS | FrameClient.END_STREAM, stream, block));
        }
        final CountDownLatch sent = new CountDownLatch(1);
        try (FrameClient client = open()) {
            assertThat(client.read(FrameClient.SETTINGS)).isNotNull();
            // The loop sees requests and end at once.
            proxy.loop.eventLoop().execute(() -> {
                try {
                    sent.await(20, TimeUnit.SECONDS);
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            client.write(all.toByteArray());
            client.socket.shutdownOutput();
            sent.countDown();
            final Map<Integer, FrameClient.Answer> answers = client.answers(streams);
            assertThat(answers.values())
                    .hasSize(100)
                    .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(429));
            assertThat(client.read()).isNull();
        }
    }
}
