package openclaw.edge.proxy.h1;

import static openclaw.edge.proxy.h1.WireReader.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import openclaw.edge.proxy.exchange.Head;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The verdict on every message of the public suites, however its bytes arrive. */
class HttpCasesTest {
    private static final byte[] FIRST = ascii("POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");

    private static List<HttpCases.Case> cases;

    @BeforeAll
    static void readCases() throws IOException {
        cases = HttpCases.read();
        if (cases.isEmpty()) {
            final String message =
                    "SKIPPED: no http-cases in " + HttpCases.folder() + "; set HTTP_CASES to their folder";
            System.out.println(message);
            Assumptions.abort(message);
        }
    }

    @Test
    void shouldJudgeEveryCaseInOnePiece() {
        SoftAssertions.assertSoftly(softly -> {
            for (final HttpCases.Case c : cases) {
                softly.assertThatCode(() -> judge(c, reader(c).feed(c.raw()), 0))
                        .as(c.id() + ": " + c.rule())
                        .doesNotThrowAnyException();
            }
        });
    }

    @Test
    void shouldJudgeEveryCaseByteByByte() {
        SoftAssertions.assertSoftly(softly -> {
            for (final HttpCases.Case c : cases) {
                final byte[] raw = c.raw();
                final WireReader reader = reader(c);
                for (int i = 0; i < raw.length; i++) {
                    reader.feed(raw, i, i + 1);
                }
                softly.assertThatCode(() -> judge(c, reader, 0))
                        .as(c.id() + ": " + c.rule())
                        .doesNotThrowAnyException();
            }
        });
    }

    @Test
    void shouldJudgeEveryCaseSplitAtEveryByte() {
        for (final HttpCases.Case c : cases) {
            final byte[] raw = c.raw();
            for (int split = 1; split < raw.length; split += raw.length > 4096 ? 97 : 1) {
                final WireReader reader = reader(c).feed(raw, 0, split).feed(raw, split, raw.length);
                judge(c, reader, 0);
            }
        }
    }

    @Test
    void shouldJudgeEveryRequestBehindAGoodOne() {
        for (final HttpCases.Case c : cases) {
            if (c.request()) {
                final byte[] both = new byte[FIRST.length + c.raw().length];
                System.arraycopy(FIRST, 0, both, 0, FIRST.length);
                System.arraycopy(c.raw(), 0, both, FIRST.length, c.raw().length);
                judge(c, reader(c).feed(both), 1);
            }
        }
    }

    private static WireReader reader(final HttpCases.Case c) {
        return c.request() ? WireReader.requests() : WireReader.responses(c.requestMethod());
    }

    /** @param before messages that came before the case's own */
    private static void judge(final HttpCases.Case c, final WireReader reader, final int before) {
        final boolean pending = reader.isPending();
        if (c.eofAfter()) {
            reader.endOfInput();
        }
        final String why = c.id() + ": " + c.rule() + ", " + reader.headError + ", " + reader.bodyError;
        final int messages = before + c.messages();
        if (c.expect().equals("accept")) {
            assertThat(reader.isRefused() && !(c.eofAfter() && pending && !c.complete()))
                    .as(why)
                    .isFalse();
            assertThat(reader.messages).as(why).hasSize(messages);
            assertThat(reader.isPending()).as(why).isEqualTo(!c.complete());
            parsed(c, reader, before);
        } else if (c.expect().equals("reject") || mustRefuse(c)) {
            final int most = c.expect().equals("reject") ? messages : messages - 1;
            assertThat(reader.messages.size()).as(why).isLessThanOrEqualTo(Math.max(most, before));
            if (c.expect().equals("reject") && !c.bodyPhase()) {
                assertThat(reader.headsParsed).as(why).isLessThanOrEqualTo(messages);
            }
        } else if (!reader.isRefused() && c.complete()) {
            assertThat(reader.messages).as(why).hasSize(messages);
            parsed(c, reader, before);
        }
    }

    /** Where the suites allow both, these rules take what they call the lesser choice, with open eyes. */
    private static boolean mustRefuse(final HttpCases.Case c) {
        return c.prefer().equals("reject")
                && !c.rule().startsWith("absolute-form authority differs from Host")
                && !c.rule().startsWith("whitespace before colon in response");
    }

    private static void parsed(final HttpCases.Case c, final WireReader reader, final int before) {
        for (int i = 0; i < c.parsed().size(); i++) {
            final HttpCases.Parsed expected = c.parsed().get(i);
            final WireReader.Message message = reader.messages.get(before + i);
            if (c.request()) {
                assertThat(message.method()).as(c.id()).isEqualTo(expected.method());
                assertThat(message.target).as(c.id()).isEqualTo(expected.target());
            } else {
                assertThat(message.head.status()).as(c.id()).isEqualTo(expected.status());
            }
            assertThat(message.body.size()).as(c.id()).isEqualTo(expected.bodyLength());
            assertThat(sha256(message.body.toByteArray())).as(c.id()).isEqualTo(expected.bodySha256());
            rewritten(c, message);
        }
    }

    /** What is sent on says the same, and is itself accepted. */
    private static void rewritten(final HttpCases.Case c, final WireReader.Message message) {
        final ByteBuf out = Unpooled.buffer();
        final HeadWriter writer = new HeadWriter();
        final Head.Framing framing = message.head.framing();
        if (c.request()) {
            writer.writeRequest(message.head, message.head.authorityLength() == 0 ? ascii("upstream") : null, 0, out);
        } else {
            writer.writeResponse(message.head, 0, out);
        }
        final boolean chunked = framing == Head.Framing.CHUNKED || framing == Head.Framing.CLOSE;
        if (chunked && message.body.size() > 0) {
            HeadWriter.writeChunkHead(out, message.body.size());
        }
        out.writeBytes(message.body.toByteArray());
        if (chunked) {
            if (message.body.size() > 0) {
                HeadWriter.writeChunkEnd(out);
            }
            HeadWriter.writeLastChunk(out);
        }
        final byte[] written = new byte[out.readableBytes()];
        out.readBytes(written);
        final WireReader again = reader(c).feed(written);
        final String text = new String(written, StandardCharsets.ISO_8859_1);
        assertThat(again.messages).as(c.id() + ": " + text + again.headError).hasSize(1);
        final boolean interim = !c.request() && message.head.status() < 200;
        assertThat(again.isPending()).as(c.id() + ": " + text).isEqualTo(interim);
        assertThat(again.only().method()).as(c.id()).isEqualTo(message.method());
        assertThat(again.only().path()).as(c.id()).isEqualTo(message.path());
        assertThat(again.only().head.status()).as(c.id()).isEqualTo(message.head.status());
        assertThat(again.only().body()).as(c.id()).isEqualTo(message.body());
    }

    private static String sha256(final byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .substring(0, 16);
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
