package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes out: framing and Connection from the decision, everything else as it came. */
class HeadWriterTest {
    private final HeadWriter writer = new HeadWriter();
    private final ByteBuf out = Unpooled.buffer();

    private String request(final Head head, final String authority, final int flags) {
        writer.writeRequest(head, authority == null ? null : WireReader.ascii(authority), flags, out.clear());
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private String response(final Head head, final int flags) {
        writer.writeResponse(head, flags, out.clear());
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static Head head(final String request) {
        return WireReader.request(request).only().head;
    }

    private static Head answer(final String response) {
        return WireReader.response(response).only().head;
    }

    @Test
    void shouldWriteARequestHostFirstAndTheFieldsInOrder() {
        final Head head = head(
                "GET http://b/x HTTP/1.1\r\nA: 1\r\nHost: a\r\nConnection: close\r\nB:2\r\nC:  3 \r\nD: 4\r\n\r\n");
        assertThat(request(head, null, 0))
                .isEqualTo("GET /x HTTP/1.1\r\nHost: b\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n");
    }

    @Test
    void shouldWriteTheGivenAuthorityInsteadAndInsistOnOne() {
        final Head head = head("GET / HTTP/1.0\r\nA: 1\r\n\r\n");
        assertThat(request(head, "upstream:9000", 0))
                .isEqualTo("GET / HTTP/1.1\r\nHost: upstream:9000\r\nA: 1\r\n\r\n");
        assertThatThrownBy(() -> request(head, null, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("authority");
    }

    @Test
    void shouldLeaveOutDroppedFieldsAndWriteAddedOnes() {
        final Head head = head("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n");
        head.drop(2);
        head.add(FieldNames.VIA, WireReader.ascii("1.1 edge"));
        assertThat(request(head, null, 0))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nC: 3\r\nVia: 1.1 edge\r\n\r\n");
    }

    @Test
    void shouldWriteAReplacedValue() {
        final Head head = head("GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\n\r\n");
        head.value(1, head.append(WireReader.ascii("new")), 3);
        assertThat(request(head, null, 0)).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nA: new\r\nB: 2\r\n\r\n");
    }

    @Test
    void shouldWriteFramingFromTheDecisionAlone() {
        assertThat(request(head("POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 0\r\n\r\n"), null, 0))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        assertThat(request(head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"), null, 0))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(request(head("POST / HTTP/1.1\r\nHost: a\r\n\r\n"), null, 0))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
        final Head long9 = head("POST / HTTP/1.1\r\nHost: a\r\n\r\n");
        long9.framing(Head.Framing.LENGTH, Long.MAX_VALUE);
        assertThat(request(long9, null, 0)).contains("\r\nContent-Length: 9223372036854775807\r\n");
        long9.framing(Head.Framing.LENGTH, -1);
        assertThatThrownBy(() -> request(long9, null, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bodyLengthBytes=-1");
    }

    @Test
    void shouldWriteConnectionFromTheFlagsAlone() {
        final Head head = head("GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\n\r\n");
        assertThat(request(head, null, HeadWriter.CLOSE)).endsWith("Host: a\r\nConnection: close\r\n\r\n");
        assertThat(request(head, null, HeadWriter.TE_TRAILERS))
                .endsWith("Host: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n");
        assertThat(request(head, null, HeadWriter.TE_TRAILERS | HeadWriter.UPGRADE))
                .endsWith("Host: a\r\nConnection: TE, Upgrade\r\nTE: trailers\r\nUpgrade: websocket\r\n\r\n");
        assertThat(request(head, null, HeadWriter.KEEP_ALIVE)).endsWith("Host: a\r\nConnection: keep-alive\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|Transfer-Encoding: chunked|Transfer-Encoding: chunked",
                "0|X: y|X: y, Transfer-Encoding: chunked",
                "0|Content-Length: 0|Content-Length: 0",
                "17|X: y|X: y, Connection: close",
                "17|Transfer-Encoding: chunked|Connection: close",
                "18|Content-Length: 0|Content-Length: 0, Connection: keep-alive"
            })
    void shouldFrameAResponseForItsClient(final int flags, final String line, final String written) {
        final Head head = WireReader.responses("GET")
                .feed(WireReader.ascii("HTTP/1.1 200 OK\r\n" + line + "\r\n\r\n0\r\n\r\n"))
                .endOfInput()
                .only()
                .head;
        assertThat(response(head, flags)).isEqualTo("HTTP/1.1 200 OK\r\n" + written.replace(", ", "\r\n") + "\r\n\r\n");
    }

    @Test
    void shouldKeepTheLengthInAnswersWithoutBody() {
        final Head head = WireReader.responses("HEAD")
                .feed(WireReader.ascii("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\nX : y\r\n\r\n"))
                .only()
                .head;
        assertThat(response(head, 0)).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\n");
        assertThat(response(answer("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"), 0))
                .isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(response(answer("HTTP/1.0 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"), 0))
                .isEqualTo("HTTP/1.1 304 Not Modified\r\n\r\n");
    }

    @Test
    void shouldWriteTheReasonOrTheStandardOne() {
        final Head head = new Head();
        head.status(429);
        assertThat(response(head, 0)).isEqualTo("HTTP/1.1 429 Too Many Requests\r\n\r\n");
        head.status(799);
        assertThat(response(head, 0)).isEqualTo("HTTP/1.1 799 \r\n\r\n");
        assertThat(response(answer("HTTP/1.1 204 Nothing\there\r\n\r\n"), 0))
                .isEqualTo("HTTP/1.1 204 Nothing\there\r\n\r\n");
        head.status(0);
        assertThatThrownBy(() -> response(head, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("status=0");
    }

    @Test
    void shouldWriteHeadsLargerThanItsScratchSpace() {
        final String value = "v".repeat(15_000);
        final Head head = head("GET / HTTP/1.1\r\nHost: a\r\nX: " + value + "\r\n\r\n");
        head.add(FieldNames.UNKNOWN, WireReader.ascii("y"), WireReader.ascii(value), 0, value.length());
        assertThat(request(head, null, 0))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nX: " + value + "\r\ny: " + value + "\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "10,a", "15,f", "16,10", "255,ff", "65536,10000", "2147483647,7fffffff"})
    void shouldWriteChunkSizesInHexadecimal(final int length, final String hex) {
        HeadWriter.writeChunkHead(out, length);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(hex + "\r\n");
    }

    @Test
    void shouldNeverWriteAnEmptyChunk() {
        assertThatThrownBy(() -> HeadWriter.writeChunkHead(out, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lengthBytes=0");
    }

    @Test
    void shouldWriteTheLastChunkWithAndWithoutTrailers() {
        HeadWriter.writeChunkEnd(out);
        HeadWriter.writeLastChunk(out);
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("\r\n0\r\n\r\n");
        final BodyDecoder decoder = new BodyDecoder();
        decoder.reset(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
        assertThat(decoder.next(Unpooled.copiedBuffer(WireReader.ascii("0\r\nA: b\r\nHost: x\r\nC:d\r\n\r\n"))))
                .isEqualTo(BodyDecoder.END);
        writer.writeLastChunk(decoder.trailers(), out.clear());
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("0\r\nA: b\r\nC: d\r\n\r\n");
    }
}
