package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that cost their sender nothing and us something end the connection, and harm no other. */
class H2FloodTest extends H2Fixture {
    /** Writes the n-th piece of a flood. */
    private interface Flood {
        byte[] piece(int n);
    }

    static Stream<Arguments> floods() {
        final byte[] get = FrameClient.block(request("GET", "/slow"));
        return Stream.of(
                flood("PING", n -> FrameClient.bytes(FrameClient.PING, 0, 0, new byte[8])),
                flood("SETTINGS", n -> FrameClient.bytes(FrameClient.SETTINGS, 0, 0, FrameClient.NONE)),
                flood("PRIORITY", n -> FrameClient.bytes(FrameClient.PRIORITY, 0, 2 * n + 1, new byte[5])),
                flood("unknown frames", n -> FrameClient.bytes(0x7F, 0, 0, FrameClient.NONE)),
                flood(
                        "empty DATA",
                        n -> n == 0 ? post(1) : FrameClient.bytes(FrameClient.DATA, 0, 1, FrameClient.NONE)),
                flood(
                        "DATA of padding alone",
                        n -> n == 0
                                ? post(1)
                                : FrameClient.bytes(FrameClient.DATA, FrameClient.PADDED, 1, new byte[] {2, 0, 0})),
                flood(
                        "CONTINUATION",
                        n -> FrameClient.bytes(
                                n == 0 ? FrameClient.HEADERS : FrameClient.CONTINUATION, 0, 1, new byte[] {0})),
                flood(
                        "large CONTINUATION",
                        n -> FrameClient.bytes(
                                n == 0 ? FrameClient.HEADERS : FrameClient.CONTINUATION,
                                0,
                                1,
                                FrameClient.block("x: " + "a".repeat(16_000)))),
                flood(
                        "window updates of one byte",
                        n -> n == 0
                                ? post(1)
                                : FrameClient.bytes(FrameClient.WINDOW_UPDATE, 0, 1, FrameClient.intBytes(1))),
                flood(
                        "rapid reset",
                        n -> join(
                                FrameClient.bytes(
                                        FrameClient.HEADERS,
                                        FrameClient.END_HEADERS | FrameClient.END_STREAM,
                                        2 * n + 1,
                                        get),
                                FrameClient.bytes(FrameClient.RST_STREAM, 0, 2 * n + 1, FrameClient.intBytes(CANCEL)))),
                flood(
                        "errors that make us reset",
                        n -> join(
                                FrameClient.bytes(FrameClient.HEADERS, FrameClient.END_HEADERS, 2 * n + 1, get),
                                FrameClient.bytes(FrameClient.WINDOW_UPDATE, 0, 2 * n + 1, FrameClient.intBytes(0)))),
                flood(
                        "malformed requests",
                        n -> FrameClient.bytes(
                                FrameClient.HEADERS,
                                FrameClient.END_HEADERS | FrameClient.END_STREAM,
                                2 * n + 1,
                                FrameClient.block("x: y"))));
    }

    private static byte[] post(final int stream) {
        return FrameClient.bytes(
                FrameClient.HEADERS, FrameClient.END_HEADERS, stream, FrameClient.block(request("POST", "/slow")));
    }

    private static Arguments flood(final String what, final Flood flood) {
        return Arguments.of(what, flood);
    }

    private static byte[] join(final byte[] a, final byte[] b) {
        final byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void shouldEndConnectionThatFloods(final String what, final Flood flood) throws Exception {
        upstream.script = (request, out, socket) -> {
            if (request.head().contains("/slow")) {
                Thread.sleep(200);
            }
            ScriptedUpstream.ok(out, "ok");
        };
        try (FrameClient client = open();
                FrameClient good = open()) {
            final FrameClient.Frame goAway = floodUntilEnd(client, flood);
            assertThat(goAway).as(what).isNotNull();
            assertThat(goAway.error()).as(what).isEqualTo(CALM);
            good.get(1, "/good");
            assertThat(good.answer(1).status()).isEqualTo(200);
        }
        assertThat(count(EdgeCounter.H2_GOAWAY_CALM)).isEqualTo(1);
    }

    /** What is written after the end goes nowhere, or to a closed socket. */
    private static FrameClient.Frame floodUntilEnd(final FrameClient client, final Flood flood) throws IOException {
        try {
            // More than any budget, whatever it is refilled with on a slow machine.
            for (int n = 0; n < 50_000; n += 20) {
                final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
                for (int i = n; i < n + 20; i++) {
                    pieces.writeBytes(flood.piece(i));
                }
                client.write(pieces.toByteArray());
            }
        } catch (final IOException e) {
            // The answer is in the socket's buffer already.
            return client.read(FrameClient.GOAWAY);
        }
        return client.read(FrameClient.GOAWAY);
    }

    @Test
    void shouldEndConnectionForBombOfIndexedFields() throws Exception {
        // One field of 4,000 bytes goes into the table, then is named again by one byte each.
        final ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes(FrameClient.block(request("GET", "/")));
        final byte[] literal = FrameClient.block("x: " + "a".repeat(4_000));
        literal[0] = 0x40;
        bomb.writeBytes(literal);
        for (int i = 0; i < 8_000; i++) {
            bomb.write(0x80 | 62);
        }
        try (FrameClient client = open()) {
            client.frame(FrameClient.HEADERS, FrameClient.END_HEADERS | FrameClient.END_STREAM, 1, bomb.toByteArray());
            assertThat(client.read(FrameClient.GOAWAY).error()).isEqualTo(CALM);
        }
    }

    @Test
    void shouldRefuseStreamsAboveTheLimit() throws Exception {
        try (FrameClient client = open()) {
            for (int i = 0; i < 101; i++) {
                // No upstream is needed for those that wait for their bodies.
                client.headers(2 * i + 1, false, request("POST", "/need"));
            }
            assertThat(client.answer(201).reset).isEqualTo(REFUSED_STREAM);
        }
        assertThat(count(EdgeCounter.H2_STREAMS_REFUSED)).isEqualTo(1);
    }

    @Test
    void shouldAnnounceItsLimits() throws Exception {
        try (FrameClient client = open()) {
            final byte[] settings = client.read(FrameClient.SETTINGS).payload();
            final Map<Integer, Integer> values = new HashMap<>();
            for (int i = 0; i < settings.length; i += 6) {
                values.put(
                        (int) ByteBuffer.wrap(settings).getShort(i),
                        ByteBuffer.wrap(settings).getInt(i + 2));
            }
            assertThat(values).containsEntry(3, 100).containsEntry(6, 16 * 1024).containsEntry(4, 65_535);
            assertThat(client.read(FrameClient.WINDOW_UPDATE).stream()).isZero();
        }
    }
}
