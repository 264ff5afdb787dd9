package openclaw.edge.proxy.h1;

import static openclaw.edge.proxy.h1.HeadError.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import openclaw.edge.proxy.exchange.Head;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for responses, as far as a head alone decides them, row by row. */
class ResponseRulesTest {
    private static WireReader.Message accepted(final String text) {
        final WireReader reader = WireReader.response(text);
        assertThat(reader.headError).as(text).isEqualTo(NONE);
        return reader.only();
    }

    private static WireReader.Message answer(final String requestMethod, final String text) {
        final WireReader reader = WireReader.responses(requestMethod).feed(WireReader.ascii(text));
        assertThat(reader.headError).as(text).isEqualTo(NONE);
        return reader.only();
    }

    private static void refused(final HeadError error, final String text) {
        final WireReader reader = WireReader.response(text);
        assertThat(reader.headError).as(text).isEqualTo(error);
        assertThat(reader.messages).as(text).isEmpty();
    }

    private static String ok(final String fieldLines) {
        return "HTTP/1.1 200 OK\r\n" + fieldLines + "\r\n";
    }

    @Test
    void shouldReadATypicalResponseWhole() {
        final WireReader.Message m =
                accepted("HTTP/1.1 404 Not\tFound \u00e9\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(m.head.status()).isEqualTo(404);
        assertThat(m.reason()).isEqualTo("Not\tFound \u00e9");
        assertThat(m.head.framing()).isEqualTo(Head.Framing.LENGTH);
        assertThat(m.head.isKeepAlive()).isTrue();
        assertThat(m.fields()).containsExactly("Content-Type: a/b", "Content-Length: 2");
        assertThat(m.body()).isEqualTo("hi");
    }

    /** Row: bad status line, TE with CL, bad or differing CL, obs-fold, bare LF, control bytes, head over 64 KiB. */
    @Nested
    class RefusedRow {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "HTTP/1.1 200",
                    "HTTP/1.1  200 OK",
                    "HTTP/1.1 20 OK",
                    "HTTP/1.1 2000 OK",
                    "HTTP/1.1 0200 OK",
                    "HTTP/1.1 099 OK",
                    "HTTP/1.1 +20 OK",
                    "HTTP/1.1 2x0 OK",
                    "HTTP/1.1\t200 OK",
                    "HTTP/1.1 200\tOK",
                    "HTTP/1.1",
                    "HTTP/1.1 ",
                    "HTTP/1 200 OK",
                    "http/1.1 200 OK",
                    "HTTPS/1.1 200 OK",
                    "HTTP/1.1 -01 OK"
                })
        void shouldRefuseABadStatusLine(final String line) {
            final WireReader reader = WireReader.response(line + "\r\nContent-Length: 0\r\n\r\n");
            assertThat(reader.headError).isIn(STATUS_LINE, VERSION, PREFACE);
            assertThat(reader.messages).isEmpty();
        }

        static Stream<Arguments> broken() {
            return Stream.of(
                    Arguments.of(VERSION_UNSUPPORTED, "HTTP/2.0 200 OK\r\n\r\n"),
                    Arguments.of(VERSION_UNSUPPORTED, "HTTP/1.2 200 OK\r\n\r\n"),
                    Arguments.of(PREFACE, "\r\nHTTP/1.1 200 OK\r\n\r\n"),
                    Arguments.of(PREFACE, "ICY 200 OK\r\n\r\n"),
                    Arguments.of(FRAMING_CONFLICT, ok("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")),
                    Arguments.of(CONTENT_LENGTH, ok("Content-Length: \r\n")),
                    Arguments.of(CONTENT_LENGTH, ok("Content-Length: +3\r\n")),
                    Arguments.of(CONTENT_LENGTH, ok("Content-Length: 3,3\r\n")),
                    Arguments.of(CONTENT_LENGTH, ok("Content-Length: 9223372036854775808\r\n")),
                    Arguments.of(CONTENT_LENGTH, ok("Content-Length: 3\r\nContent-Length: x\r\n")),
                    Arguments.of(CONTENT_LENGTH_REPEATED, ok("Content-Length: 3\r\nContent-Length: 4\r\n")),
                    Arguments.of(TRANSFER_ENCODING, ok("Transfer-Encoding: gzip\r\n")),
                    Arguments.of(TRANSFER_ENCODING, ok("Transfer-Encoding: gzip, chunked\r\n")),
                    Arguments.of(TRANSFER_ENCODING, ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")),
                    Arguments.of(TRANSFER_ENCODING, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                    Arguments.of(FOLD, ok("X: a\r\n b\r\n")),
                    Arguments.of(FOLD, ok(" X: a\r\n")),
                    Arguments.of(NO_COLON, ok("X\r\n")),
                    Arguments.of(NO_COLON, ok("X \r\n")),
                    Arguments.of(FIELD_NAME, ok("X Y: a\r\n")),
                    Arguments.of(FIELD_NAME, ok(": a\r\n")),
                    Arguments.of(FIELD_NAME, ok("X@: a\r\n")),
                    Arguments.of(LINE_END, ok("X: a\nY: b\r\n")),
                    Arguments.of(LINE_END, ok("X: a\rb\r\n")),
                    Arguments.of(LINE_END, "HTTP/1.1 200 OK\n\n"),
                    Arguments.of(CONTROL_BYTE, ok("X: a\0\r\n")),
                    Arguments.of(CONTROL_BYTE, ok("X: a\u007f\r\n")),
                    Arguments.of(CONTROL_BYTE, "HTTP/1.1 200 \u0007\r\n\r\n"),
                    Arguments.of(CONTROL_BYTE, "HTTP/1.1 200 O\u007fK\r\n\r\n"),
                    Arguments.of(HEAD_TOO_LARGE, ok("X: " + "y".repeat(65536) + "\r\n")),
                    Arguments.of(TOO_MANY_FIELDS, ok("X: y\r\n".repeat(501))));
        }

        @ParameterizedTest
        @MethodSource("broken")
        void shouldRefuse(final HeadError error, final String text) {
            refused(error, text);
        }
    }

    /** Row: space before the colon is removed; equal CLs collapse. */
    @Test
    void shouldRemoveSpaceBeforeTheColonAndCollapseEqualLengths() {
        final WireReader.Message m =
                accepted(ok("Content-Length \t: 2\r\nContent-Length: 2\r\nX : 1\r\ncontent-length:2\r\n") + "hi");
        assertThat(m.fields()).containsExactly("Content-Length: 2", "X: 1");
        assertThat(m.body()).isEqualTo("hi");
    }

    /** Row: surplus bytes are not taken for anything. */
    @Test
    void shouldLeaveSurplusBytesAlone() {
        assertThat(accepted(ok("Content-Length: 2\r\n") + "hiHTTP/1.1 200 OK\r\n\r\n")
                        .body())
                .isEqualTo("hi");
    }

    /** Row: 1xx come before the final response. */
    @Test
    void shouldReadInterimResponsesBeforeTheFinalOne() {
        final WireReader reader =
                WireReader.response("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
                        + ok("Content-Length: 2\r\n") + "hi");
        assertThat(reader.messages).hasSize(3);
        assertThat(reader.messages.get(1).fields()).containsExactly("Link: x");
        assertThat(reader.messages.get(2).body()).isEqualTo("hi");
    }

    /** Row: HEAD, 204, 304, 1xx have no body whatever the fields say. */
    @ParameterizedTest
    @CsvSource({
        "HEAD,200,Content-Length: 5,true",
        "HEAD,200,Transfer-Encoding: chunked,false",
        "HEAD,200,Transfer-Encoding: gzip,false",
        "HEAD,200,X: y,false",
        "GET,204,Content-Length: 5,false",
        "GET,204,Transfer-Encoding: chunked,false",
        "GET,304,Content-Length: 5,true",
        "GET,304,Transfer-Encoding: chunked,false",
        "GET,101,Content-Length: 5,false"
    })
    void shouldKnowResponsesWithoutBody(
            final String method, final int status, final String line, final boolean lengthKept) {
        final WireReader.Message m =
                answer(method, "HTTP/1.1 " + status + " x\r\n" + line + "\r\n\r\nHTTP/1.1 200 OK\r\n");
        assertThat(m.head.framing()).isEqualTo(Head.Framing.NONE);
        assertThat(m.body()).isEmpty();
        assertThat(m.fields().contains("Content-Length: 5")).isEqualTo(lengthKept);
    }

    @Test
    void shouldFrame205ByItsFields() {
        assertThat(answer("GET", "HTTP/1.1 205 x\r\nContent-Length: 2\r\n\r\nhi")
                        .body())
                .isEqualTo("hi");
    }

    /** Row: close-delimited. */
    @Test
    void shouldReadUntilTheEndWithoutFramingFields() {
        final WireReader.Message m = accepted(ok("X: y\r\n") + "until the end");
        assertThat(m.head.framing()).isEqualTo(Head.Framing.CLOSE);
        assertThat(m.head.isKeepAlive()).isFalse();
        assertThat(m.body()).isEqualTo("until the end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5\r\n\r\nhell", "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"})
    void shouldNeverTakeATruncatedResponseForAWholeOne(final String rest) {
        final WireReader reader = WireReader.response("HTTP/1.1 200 OK\r\n" + rest);
        assertThat(reader.messages).isEmpty();
        assertThat(reader.bodyError).isEqualTo(BodyError.TRUNCATED);
    }

    @ParameterizedTest
    @CsvSource({"1.1,x,true", "1.1,close,false", "1.0,x,false", "1.0,Keep-Alive,true"})
    void shouldDecideKeepAliveByVersionAndConnection(
            final String version, final String option, final boolean keepAlive) {
        final Head head =
                accepted("HTTP/" + version + " 200 OK\r\nContent-Length: 0\r\nConnection: " + option + "\r\n\r\n").head;
        assertThat(head.isKeepAlive()).isEqualTo(keepAlive);
        assertThat(head.minorVersion()).isEqualTo(version.equals("1.1") ? 1 : 0);
    }

    @Test
    void shouldDropLookalikesAndAcceptAnEmptyReasonAndAnyStatus() {
        final WireReader.Message m = accepted("HTTP/1.1 799 \r\nContent_Length: 9\r\nContent-Length: 0\r\n\r\n");
        assertThat(m.head.status()).isEqualTo(799);
        assertThat(m.head.reasonLength()).isZero();
        assertThat(m.fields()).containsExactly("Content-Length: 0");
    }
}
