package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import openclaw.edge.proxy.exchange.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies by length, by chunks, until the end: split anywhere, never a byte too far. */
class BodyDecoderTest {
    private static final String AFTER = "GET /next";

    private final BodyDecoder decoder = new BodyDecoder();

    /** What decoding in pieces gave: the body, and the result that ended it. */
    private record Decoded(String body, int result, int unread) {}

    private Decoded decode(final String text, final int pieceBytes) {
        final byte[] bytes = WireReader.ascii(text);
        final ByteBuf in = Unpooled.buffer();
        final StringBuilder body = new StringBuilder();
        int result = BodyDecoder.NEED_MORE;
        for (int from = 0; from < bytes.length; from += pieceBytes) {
            in.writeBytes(bytes, from, Math.min(pieceBytes, bytes.length - from));
            if (result == BodyDecoder.NEED_MORE) {
                while ((result = decoder.next(in)) > 0) {
                    body.append(in.readCharSequence(result, java.nio.charset.StandardCharsets.ISO_8859_1));
                }
            }
        }
        return new Decoded(body.toString(), result, in.readableBytes());
    }

    private void chunked(final String text, final String body, final String... trailers) {
        for (int split = 1; split <= text.length(); split++) {
            decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
            final Decoded decoded = decode(text + AFTER, split);
            assertThat(decoded.result()).as(text).isEqualTo(BodyDecoder.END);
            assertThat(decoded.body()).isEqualTo(body);
            assertThat(decoded.unread()).isEqualTo(AFTER.length());
            assertThat(decoder.hasTrailers()).isEqualTo(trailers.length > 0);
            if (trailers.length > 0) {
                assertThat(WireReader.fields(decoder.trailers())).containsExactly(trailers);
            }
        }
    }

    private void broken(final BodyError error, final String text) {
        for (int split = 1; split <= text.length(); split++) {
            decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
            assertThat(decode(text, split).result()).as(text).isEqualTo(BodyDecoder.BAD);
            assertThat(decoder.error()).as(text).isEqualTo(error);
            assertThat(decoder.endOfInput()).isFalse();
            assertThat(decoder.isLast()).isFalse();
        }
    }

    @Test
    void shouldCountALengthAndKnowTheLastPiece() {
        decoder.reset(Head.Framing.LENGTH, 5);
        final ByteBuf in = Unpooled.buffer().writeBytes(WireReader.ascii("hel"));
        assertThat(decoder.next(in)).isEqualTo(3);
        assertThat(decoder.isLast()).isFalse();
        assertThat(decoder.remainingBytes()).isEqualTo(2);
        in.clear();
        assertThat(decoder.next(in)).isEqualTo(BodyDecoder.NEED_MORE);
        in.writeBytes(WireReader.ascii("lo" + AFTER));
        assertThat(decoder.next(in)).isEqualTo(2);
        assertThat(decoder.isLast()).isTrue();
        assertThat(decoder.remainingBytes()).isZero();
        in.skipBytes(2);
        assertThat(decoder.next(in)).isEqualTo(BodyDecoder.END);
        assertThat(in.readableBytes()).isEqualTo(AFTER.length());
        assertThat(decoder.endOfInput()).isTrue();
    }

    @Test
    void shouldCountLengthsBeyondAnInt() {
        decoder.reset(Head.Framing.LENGTH, Long.MAX_VALUE);
        assertThat(decode("abc", 3).body()).isEqualTo("abc");
        assertThat(decoder.remainingBytes()).isEqualTo(Long.MAX_VALUE - 3);
        assertThat(decoder.endOfInput()).isFalse();
        assertThat(decoder.error()).isEqualTo(BodyError.TRUNCATED);
    }

    @Test
    void shouldBeAtTheEndOfAnEmptyBodyAtOnce() {
        decoder.reset(Head.Framing.LENGTH, 0);
        assertThat(decoder.isLast()).isTrue();
        assertThat(decoder.next(Unpooled.EMPTY_BUFFER)).isEqualTo(BodyDecoder.END);
        decoder.reset(Head.Framing.NONE, 0);
        assertThat(decoder.isLast()).isTrue();
        assertThat(decode(AFTER, 100)).isEqualTo(new Decoded("", BodyDecoder.END, AFTER.length()));
    }

    @Test
    void shouldTakeEverythingUntilTheEndWhenCloseDelimited() {
        decoder.reset(Head.Framing.CLOSE, Head.LENGTH_UNKNOWN);
        assertThat(decode("any\r\n0\r\n\r\n", 4)).isEqualTo(new Decoded("any\r\n0\r\n\r\n", BodyDecoder.NEED_MORE, 0));
        assertThat(decoder.isLast()).isFalse();
        assertThat(decoder.remainingBytes()).isEqualTo(Head.LENGTH_UNKNOWN);
        assertThat(decoder.endOfInput()).isTrue();
        assertThat(decoder.isLast()).isTrue();
    }

    @Test
    void shouldDecodeChunksSplitAnywhere() {
        chunked("0\r\n\r\n", "");
        chunked("5\r\nhello\r\n0\r\n\r\n", "hello");
        chunked("5\r\nhello\r\n00A\r\n 0123456\r\n\r\n000\r\n\r\n", "hello 0123456\r\n");
        chunked("000000000000000f\r\n0123456789abcde\r\n0000000000000000\r\n\r\n", "0123456789abcde");
    }

    @Test
    void shouldLeaveOutExtensions() {
        chunked("2;a\r\nhi\r\n0;b=c\r\n\r\n", "hi");
        chunked("2;a=\"x;\\\"y\\\\ \t\u00e9\";b\r\nhi\r\n0\r\n\r\n", "hi");
        chunked("2 ; a = b\t;\tc = \"d\" ; e ;f\r\nhi\r\n0\r\n\r\n", "hi");
        chunked("2;" + "a".repeat(254) + "\r\nhi\r\n0\r\n\r\n", "hi");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHUNK_SIZE|'\r\n'",
                "CHUNK_SIZE|' 5\r\n'",
                "CHUNK_SIZE|'+5\r\n'",
                "CHUNK_SIZE|'-1\r\n'",
                "CHUNK_SIZE|'0x5\r\n'",
                "CHUNK_SIZE|'5h\r\n'",
                "CHUNK_SIZE|'5_0\r\n'",
                "CHUNK_SIZE|';a\r\n'",
                "CHUNK_SIZE|'00000000000000005\r\n'",
                "CHUNK_SIZE|'8000000000000000\r\n'",
                "CHUNK_SIZE|'ffffffffffffffff\r\n'",
                "CHUNK_SIZE|'5\0\r\n'",
                "LINE_END|'5\nhello\r\n'",
                "LINE_END|'5\rhello\r\n'",
                "LINE_END|'5\r\r\n'",
                "LINE_END|'5;a\nb\r\n'",
                "LINE_END|'5;a=\"\n\"\r\n'",
                "LINE_END|'5;a\rb\r\n'",
                "CHUNK_EXTENSION|'5 \r\n'",
                "CHUNK_EXTENSION|'5\t\r\n'",
                "CHUNK_EXTENSION|'5 5\r\n'",
                "CHUNK_EXTENSION|'5;\r\n'",
                "CHUNK_EXTENSION|'5;;a\r\n'",
                "CHUNK_EXTENSION|'5;=a\r\n'",
                "CHUNK_EXTENSION|'5;a=\r\n'",
                "CHUNK_EXTENSION|'5;a \r\n'",
                "CHUNK_EXTENSION|'5;a b\r\n'",
                "CHUNK_EXTENSION|'5;a=b \r\n'",
                "CHUNK_EXTENSION|'5;a=b=c\r\n'",
                "CHUNK_EXTENSION|'5;a=\"b\r\n'",
                "CHUNK_EXTENSION|'5;a=\"b\"c\r\n'",
                "CHUNK_EXTENSION|'5;a=\"b\\\r\n'",
                "CHUNK_EXTENSION|'5;a=\"\0\"\r\n'",
                "CHUNK_EXTENSION|'5;a=\"\u007f\"\r\n'",
                "CHUNK_EXTENSION|'5;a[\r\n'",
                "LINE_END|'2\r\nhiX\r\n0\r\n'",
                "LINE_END|'2\r\nhi\n0\r\n\r\n'",
                "LINE_END|'2\r\nhi\rX0\r\n\r\n'",
                "LINE_END|'2\r\nhi0\r\n\r\n'",
                "LINE_END|'0\r\n\n'",
                "LINE_END|'0\r\n\rX'",
                "LINE_END|'0\r\nA: b\n\r\n'",
                "LINE_END|'0\r\nA: b\r\n\n'",
                "TRAILER|'0\r\nA : b\r\n\r\n'",
                "TRAILER|'0\r\n A: b\r\n\r\n'",
                "TRAILER|'0\r\nA: b\r\n c\r\n\r\n'",
                "TRAILER|'0\r\nno colon\r\n\r\n'",
                "TRAILER|'0\r\nA: \0\r\n\r\n'",
                "TRAILER|'0\r\nA: b\rc\r\n\r\n'",
                "TRAILER|'0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'"
            })
    void shouldRefuseEveryDeviation(final BodyError error, final String text) {
        broken(error, text);
    }

    @Test
    void shouldRefuseAChunkLineOfMoreThan256Bytes() {
        broken(BodyError.CHUNK_LINE_TOO_LONG, "2;" + "a".repeat(255));
        broken(BodyError.CHUNK_LINE_TOO_LONG, "2;a=\"" + "a".repeat(252));
    }

    /** Where the line ends inside quotes, peers disagree on what is data: TERM.EXT, EXT.TERM, SPILL. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "5;a=\"x\r\n0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n\"\r\nhello\r\n0\r\n\r\n",
                "5;a\nhello\r\n0\r\n\r\n",
                "2;\nxx\r\n4c\r\n0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n0\r\n\r\n",
                "5\r;a\nhello\r\n0\r\n\r\n",
                "5\r\nhello5\r\nhello\r\n0\r\n\r\n",
                "5\r\nhelloXX0\r\n\r\n"
            })
    void shouldBeProofAgainstLineTricks(final String text) {
        decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
        assertThat(decode(text, text.length()).result()).isEqualTo(BodyDecoder.BAD);
    }

    /** Row: trailers: kept apart; known and look-alike names dropped. */
    @Test
    void shouldGatherTrailersWithoutKnownNames() {
        chunked("2\r\nhi\r\n0\r\nX-Sum: 1\r\ny:\t2 \r\n\r\n", "hi", "X-Sum: 1", "y: 2");
        chunked(
                "0\r\nContent-Length: 5\r\nHost: b\r\nX-Tenant-Id: t\r\nContent_Length: 5\r\nAuthorization: x\r\nK: v\r\n\r\n",
                "",
                "K: v");
        decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
        assertThat(decode("0\r\nHost: b\r\n\r\n", 100).result()).isEqualTo(BodyDecoder.END);
        assertThat(decoder.hasTrailers()).isTrue();
        assertThat(WireReader.fields(decoder.trailers())).isEmpty();
    }

    @Test
    void shouldForgetTrailersOnReset() {
        chunked("0\r\nA: b\r\n\r\n", "", "A: b");
        chunked("0\r\n\r\n", "");
        assertThatThrownBy(decoder::trailers)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("hasTrailers");
    }

    @Test
    void shouldHoldTrailersToTheLimitsOfAHead() {
        final HeadLimits limits = new HeadLimits(64, 2, 10);
        decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN, limits);
        assertThat(decode("0\r\nA: b\r\nC: d\r\n\r\n", 3).result()).isEqualTo(BodyDecoder.END);
        decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN, limits);
        assertThat(decode("0\r\nA: b\r\nC: d\r\nE: f\r\n\r\n", 3).result()).isEqualTo(BodyDecoder.BAD);
        assertThat(decoder.error()).isEqualTo(BodyError.TRAILER_TOO_LARGE);
        decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN, limits);
        assertThat(decode("0\r\nA: " + "b".repeat(70), 3).result()).isEqualTo(BodyDecoder.BAD);
        assertThat(decoder.error()).isEqualTo(BodyError.TRAILER_TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "5\r",
                "5\r\n",
                "5\r\nhell",
                "5\r\nhello",
                "5\r\nhello\r",
                "5\r\nhello\r\n",
                "0",
                "0\r\n",
                "0\r\n\r",
                "0\r\nA: b\r\n"
            })
    void shouldNeverTakeATruncatedBodyForAWholeOne(final String text) {
        decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
        assertThat(decode(text, 2).result()).isEqualTo(BodyDecoder.NEED_MORE);
        assertThat(decoder.endOfInput()).isFalse();
        assertThat(decoder.error()).isEqualTo(BodyError.TRUNCATED);
        assertThat(decoder.next(Unpooled.EMPTY_BUFFER)).isEqualTo(BodyDecoder.BAD);
    }

    @Test
    void shouldRefuseANegativeLength() {
        assertThatThrownBy(() -> decoder.reset(Head.Framing.LENGTH, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lengthBytes=-1");
    }
}
