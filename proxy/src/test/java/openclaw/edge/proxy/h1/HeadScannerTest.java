package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a head ends, and what is wrong long before it does. */
class HeadScannerTest {
    private static final String HEAD = "GET /\tx HTTP/1.1\r\nHost: a\r\nX: \t1234567890123456\u00ff\r\n\r\n";

    private final HeadScanner scanner = HeadScanner.forRequests();
    private final ByteBuf in = Unpooled.buffer();

    private int scan(final String more) {
        in.writeBytes(WireReader.ascii(more));
        return scanner.scan(in, HeadLimits.REQUEST);
    }

    @Test
    void shouldFindTheEndInPiecesOfEverySizeAndLeaveTheRest() {
        for (int piece = 1; piece <= HEAD.length(); piece++) {
            scanner.reset();
            in.clear();
            int result = 0;
            for (int from = 0; from < HEAD.length(); from += piece) {
                assertThat(result).isEqualTo(HeadScanner.NEED_MORE);
                result = scan(HEAD.substring(from, Math.min(HEAD.length(), from + piece)));
            }
            assertThat(result).isEqualTo(HEAD.length());
            assertThat(in.readableBytes()).isEqualTo(HEAD.length());
        }
        in.clear();
        scanner.reset();
        assertThat(scan(HEAD + "\0body \n")).isEqualTo(HEAD.length());
    }

    @Test
    void shouldGoOnInAnotherBuffer() {
        final String half = HEAD.substring(0, 20);
        assertThat(scan(half)).isEqualTo(HeadScanner.NEED_MORE);
        final ByteBuf other = Unpooled.buffer().writeZero(7).skipBytes(7);
        other.writeBytes(WireReader.ascii(HEAD));
        assertThat(scanner.scan(other, HeadLimits.REQUEST)).isEqualTo(HEAD.length());
    }

    @Test
    void shouldConsumeEmptyLinesOnlyAndSayWhenAHeadBegan() {
        assertThat(scan("\r\n\r")).isEqualTo(HeadScanner.NEED_MORE);
        assertThat(scanner.isStarted()).isFalse();
        assertThat(in.readableBytes()).isEqualTo(1);
        assertThat(scan("\nG")).isEqualTo(HeadScanner.NEED_MORE);
        assertThat(scanner.isStarted()).isTrue();
        assertThat(in.readableBytes()).isEqualTo(1);
        scanner.reset();
        assertThat(scanner.isStarted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PREFACE|' '",
                "PREFACE|'\0'",
                "PREFACE|'\u0016\u0003\u0001'",
                "PREFACE|'\u0080'",
                "LINE_END|'GET / HTTP/1.1\n'",
                "LINE_END|'GET / HTTP/1.1\r\nX: a\n'",
                "LINE_END|'GET / HTTP/1.1\r\nX: a\rb'",
                "CONTROL_BYTE|'GET /\0'",
                "CONTROL_BYTE|'GET / HTTP/1.1\r\nX: 123456789\u001f'"
            })
    void shouldSayAtOnceWhatIsWrong(final HeadError error, final String start) {
        assertThat(scan(start)).isEqualTo(HeadScanner.BAD);
        assertThat(scanner.error()).isEqualTo(error);
        assertThat(scan(HEAD)).isEqualTo(HeadScanner.BAD);
    }

    @Test
    void shouldTakeNothingBeforeAResponse() {
        final HeadScanner responses = HeadScanner.forResponses();
        in.writeBytes(WireReader.ascii("\r"));
        assertThat(responses.scan(in, HeadLimits.RESPONSE)).isEqualTo(HeadScanner.BAD);
        assertThat(responses.error()).isEqualTo(HeadError.PREFACE);
        responses.reset();
        in.clear().writeBytes(WireReader.ascii("HTTP/1.1 200 OK\r\n\r\n"));
        assertThat(responses.scan(in, HeadLimits.RESPONSE)).isEqualTo(19);
    }

    @Test
    void shouldCheckLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> new HeadLimits(10, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("headBytes=10");
        assertThatThrownBy(() -> new HeadLimits(100, 0, 1)).hasMessageContaining("fields=0");
        assertThatThrownBy(() -> new HeadLimits(100, 1, 101)).hasMessageContaining("targetBytes=101");
    }
}
