package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Hostile request streams over real sockets: the upstream gets exactly the messages that the strict model accepts up to the first
 * that it refuses, the client gets their answers in order and then the refusal, and nothing waits for what does not come.
 */
class SocketFuzzTest {
    private static final int SHORT = 400;
    private static final int LONG = 200_000;

    private RecordingUpstream upstream;
    private ProxyUnderTest proxy;
    private StrictModel.Flaw flaw = StrictModel.Flaw.NONE;

    @BeforeEach
    void start() throws IOException {
        upstream = new RecordingUpstream();
        proxy = new ProxyUnderTest(upstream.address(), 1 << 24, Waits.LONG);
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        upstream.close();
    }

    @Test
    void shouldForwardWhatTheModelAccepts() throws Exception {
        run(Long.getLong("seed", 1), Long.getLong("seed") == null ? SHORT : 1);
    }

    @Test
    void shouldForwardWhatTheModelAcceptsOnSeedsOfTheDay() throws Exception {
        run(Long.getLong("seed", System.nanoTime() & Long.MAX_VALUE >>> 8), SHORT / 4);
    }

    @Test
    @Tag("nightly")
    void shouldForwardWhatTheModelAcceptsForLong() throws Exception {
        run(Long.getLong("seed", System.nanoTime() & Long.MAX_VALUE >>> 8), LONG);
    }

    @Test
    void shouldNoticeAModelThatIsLenient() {
        flaw = StrictModel.Flaw.LOOKALIKES_KEPT;
        assertThatThrownBy(() -> run(1, SHORT)).hasMessageContaining("-Dseed=");
    }

    private void run(final long firstSeed, final int count) throws Exception {
        System.out.println("over sockets: seeds from " + firstSeed);
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final HostileStreams streams = new HostileStreams(random);
            final byte[] bytes = streams.requests();
            final List<StrictMessage> messages = judge(bytes);
            final int before = upstream.received.size();
            try (Socket socket = new Socket("127.0.0.1", proxy.port())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(20_000);
                send(socket.getOutputStream(), bytes, streams.splits(bytes.length));
                answers(socket.getInputStream(), messages, before);
                same(messages, upstream.receivedFrom(before));
                assertThat(upstream.offences).isEmpty();
            } catch (final IOException | AssertionError e) {
                throw new AssertionError(
                        "-Dseed=" + seed + ": " + e + "\n"
                                + new String(bytes, StandardCharsets.ISO_8859_1)
                                        .replace("\r", "\\r")
                                        .replace("\n", "\\n\n"),
                        e);
            }
        }
    }

    /** All messages up to the one that is not whole, that one too, or to the one that ends the connection. */
    private List<StrictMessage> judge(final byte[] bytes) {
        final List<StrictMessage> messages = new ArrayList<>();
        final StrictModel model = new StrictModel(bytes, null, flaw);
        StrictMessage message = model.judge(0);
        messages.add(message);
        while (message.whole && message.keepAlive) {
            message = model.judge(message.end);
            messages.add(message);
        }
        return messages;
    }

    /** In few enough pieces that the proxy's patience with a head is no matter. */
    private static void send(final OutputStream out, final byte[] bytes, final int[] splits) throws IOException {
        try {
            int from = 0;
            for (int i = 1; i < splits.length; i++) {
                if (i < 40 || i == splits.length - 1) {
                    out.write(bytes, from, splits[i] - from);
                    from = splits[i];
                }
            }
        } catch (final SocketException e) {
            // Refused and closed meanwhile: what was answered is still to be read.
            return;
        }
    }

    private static void answers(final InputStream in, final List<StrictMessage> messages, final int firstNumber)
            throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        int number = firstNumber;
        for (final StrictMessage message : messages) {
            if (!message.whole && !message.refused) {
                return;
            }
            final StrictMessage answer = answer(in, bytes, at, message);
            if (answer == null) {
                assertThat(message.headGood && !message.whole)
                        .as("closed without an answer, as only a broken body may be")
                        .isTrue();
                return;
            }
            at = answer.end;
            if (message.whole) {
                assertThat(answer.status).isEqualTo(200);
                assertThat(answer.fields).contains("X-Number: " + number++);
            } else if (message.headGood) {
                assertThat(answer.status).isEqualTo(400);
            } else {
                assertThat(message.statuses).contains(answer.status);
            }
        }
        final StrictMessage last = messages.get(messages.size() - 1);
        if (!last.whole || !last.keepAlive) {
            assertThat(in.read()).as("what comes after the last answer").isEqualTo(-1);
            assertThat(at).as("bytes after the last answer").isEqualTo(bytes.size());
        }
    }

    /** The next final answer; null when the connection ends before it. */
    private static StrictMessage answer(
            final InputStream in, final ByteArrayOutputStream bytes, final int from, final StrictMessage request)
            throws IOException {
        final byte[] piece = new byte[8192];
        int at = from;
        boolean ended = false;
        while (true) {
            final StrictMessage answer =
                    new StrictModel(bytes.toByteArray(), request.method, StrictModel.Flaw.NONE).judge(at);
            if (answer.whole && answer.status < 200) {
                assertThat(request.minorVersion)
                        .as("informational answers are not for 1.0")
                        .isEqualTo(1);
                at = answer.end;
                continue;
            }
            if (answer.whole && (ended || answer.framing != StrictMessage.Framing.CLOSE)) {
                return answer;
            }
            if (ended && request.refused && request.firstWord.equals("HEAD")) {
                // How much of the head was read before it was refused is no matter; the method may have been.
                final StrictMessage bare =
                        new StrictModel(bytes.toByteArray(), request.firstWord, StrictModel.Flaw.NONE).judge(at);
                if (bare.whole) {
                    return bare;
                }
            }
            if (ended) {
                assertThat(bytes.size()).as("a cut answer: " + bytes).isEqualTo(at);
                return null;
            }
            try {
                final int n = in.read(piece);
                ended = n < 0;
                bytes.write(piece, 0, Math.max(0, n));
            } catch (final SocketTimeoutException e) {
                throw new AssertionError("no answer to " + request.words() + " " + request.statuses, e);
            } catch (final SocketException e) {
                ended = true;
            }
        }
    }

    private static void same(final List<StrictMessage> messages, final List<StrictMessage> received) {
        final List<String> expected = new ArrayList<>();
        for (final StrictMessage message : messages) {
            if (message.whole) {
                expected.add(words(message, message.unnominated));
            }
        }
        assertThat(received.stream().map(m -> words(m, m.fields)).toList()).isEqualTo(expected);
    }

    /** What must pass this hop as it is: of the fields those whose names mean nothing here. */
    private static String words(final StrictMessage message, final List<String> fields) {
        final List<String> passing = new ArrayList<>();
        for (final String field : fields) {
            final String name = field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
            if (!StrictGrammar.isKnown(name) || name.equals("cookie") || name.equals("content-type")) {
                passing.add(field);
            }
        }
        final String authority = message.authority.isEmpty() ? "up.test" : message.authority;
        return message.method + " " + message.path + " " + authority + " " + passing + " " + message.framing + " "
                + message.bodyText();
    }
}
