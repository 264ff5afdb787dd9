package openclaw.edge.proxy.h1;

import static openclaw.edge.proxy.h1.HeadError.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for requests, as far as a head alone decides them, row by row. */
class RequestRulesTest {
    private static final String HOST = "Host: a\r\n";

    private static WireReader.Message accepted(final String text) {
        final WireReader reader = WireReader.request(text);
        assertThat(reader.headError).as(text).isEqualTo(NONE);
        return reader.only();
    }

    private static void refused(final HeadError error, final String text) {
        final WireReader reader = WireReader.request(text);
        assertThat(reader.headError).as(text).isEqualTo(error);
        assertThat(reader.messages).as(text).isEmpty();
    }

    /** A GET with these field lines besides Host. */
    private static String get(final String fieldLines) {
        return "GET / HTTP/1.1\r\n" + HOST + fieldLines + "\r\n";
    }

    private static String post(final String fieldLines) {
        return "POST / HTTP/1.1\r\n" + HOST + fieldLines + "\r\n";
    }

    @Test
    void shouldReadATypicalRequestWhole() {
        final WireReader.Message m = accepted("POST /v1/rate?x=1 HTTP/1.1\r\nHost: api.example:8080\r\nAccept: */*\r\n"
                + "X-Empty:\r\nx-api-key:  k \t\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(m.head.methodId()).isEqualTo(Methods.POST);
        assertThat(m.path()).isEqualTo("/v1/rate?x=1");
        assertThat(m.authority()).isEqualTo("api.example:8080");
        assertThat(m.head.minorVersion()).isEqualTo(1);
        assertThat(m.head.isKeepAlive()).isTrue();
        assertThat(m.head.framing()).isEqualTo(Head.Framing.LENGTH);
        assertThat(m.head.bodyLengthBytes()).isEqualTo(5);
        assertThat(m.body()).isEqualTo("hello");
        assertThat(m.head.id(3)).isEqualTo(FieldNames.X_API_KEY);
        assertThat(m.fields())
                .containsExactly(
                        "Host: api.example:8080", "Accept: */*", "X-Empty: ", "x-api-key: k", "Content-Length: 5");
    }

    /** Row: Transfer-Encoding with Content-Length; TE not exactly one final chunked; TE in 1.0; a second CL; bad CL. */
    @Nested
    class FramingRow {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                    "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                    "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n"
                })
        void shouldRefuseTransferEncodingWithContentLength(final String lines) {
            refused(FRAMING_CONFLICT, post(lines));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "gzip",
                    "chunked, gzip",
                    "gzip, chunked",
                    "chunked, chunked",
                    "chunked,",
                    ",chunked",
                    "identity",
                    "",
                    "chunkedx",
                    "xchunked",
                    "chunked;q=1",
                    "\"chunked\"",
                    "chunked\r\nTransfer-Encoding: chunked",
                    "identity\r\nTransfer-Encoding: chunked",
                    "chunked\r\nTransfer-Encoding:"
                })
        void shouldRefuseTransferEncodingThatIsNotExactlyChunked(final String value) {
            refused(TRANSFER_ENCODING, post("Transfer-Encoding: " + value + "\r\n"));
        }

        @Test
        void shouldRefuseTransferEncodingInHttp10() {
            refused(TRANSFER_ENCODING, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"chunked", "Chunked", "CHUNKED", " \t chunked \t"})
        void shouldAcceptChunkedInAnyCase(final String value) {
            final WireReader.Message m = accepted(post("Transfer-Encoding:" + value + "\r\n") + "2\r\nhi\r\n0\r\n\r\n");
            assertThat(m.head.framing()).isEqualTo(Head.Framing.CHUNKED);
            assertThat(m.head.bodyLengthBytes()).isEqualTo(Head.LENGTH_UNKNOWN);
            assertThat(m.body()).isEqualTo("hi");
        }

        @ParameterizedTest
        @ValueSource(strings = {"5\r\nContent-Length: 5", "5\r\ncontent-length: 6", "0\r\nContent-Length: 0"})
        void shouldRefuseASecondContentLengthEvenIfEqual(final String value) {
            refused(CONTENT_LENGTH_REPEATED, post("Content-Length: " + value + "\r\n"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "+5",
                    "-5",
                    "5,5",
                    "5, 5",
                    "5 5",
                    "",
                    "0x5",
                    "5;",
                    "5.0",
                    "1e3",
                    "a",
                    "05",
                    "00",
                    "9223372036854775808",
                    "18446744073709551616",
                    "99999999999999999999",
                    "5_0",
                    "\u00b2"
                })
        void shouldRefuseContentLengthThatIsNoPlainNumber(final String value) {
            refused(CONTENT_LENGTH, post("Content-Length: " + value + "\r\n"));
        }

        @Test
        void shouldTakeTheLargestContentLength() {
            final WireReader reader = WireReader.request(post("Content-Length: 9223372036854775807\r\n"));
            assertThat(reader.headError).isEqualTo(NONE);
            assertThat(reader.isPending()).isTrue();
        }
    }

    /** Row: obs-fold, no colon, space before colon or first field, line ends, control bytes, non-tokens, junk before. */
    @Nested
    class SyntaxRow {
        static Stream<Arguments> broken() {
            return Stream.of(
                    Arguments.of(FOLD, get("X: a\r\n b\r\n")),
                    Arguments.of(FOLD, get("X: a\r\n\tb\r\n")),
                    Arguments.of(FOLD, get("X: a\r\n \r\n")),
                    Arguments.of(FOLD, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
                    Arguments.of(FOLD, "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n"),
                    Arguments.of(NO_COLON, get("NoColon\r\n")),
                    Arguments.of(FIELD_NAME, get("No Colon\r\n")),
                    Arguments.of(FIELD_NAME, get("X : a\r\n")),
                    Arguments.of(FIELD_NAME, get("X\t: a\r\n")),
                    Arguments.of(FIELD_NAME, get(": a\r\n")),
                    Arguments.of(FIELD_NAME, get("X(: a\r\n")),
                    Arguments.of(FIELD_NAME, get("X\u00e9: a\r\n")),
                    Arguments.of(FIELD_NAME, get("X\u007f: a\r\n")),
                    Arguments.of(FIELD_NAME, get("\"X\": a\r\n")),
                    Arguments.of(LINE_END, get("X: a\rb\r\n")),
                    Arguments.of(LINE_END, get("X: a\r\r\n")),
                    Arguments.of(LINE_END, get("X: a\nY: b\r\n")),
                    Arguments.of(LINE_END, get("X: a\r\n\n")),
                    Arguments.of(LINE_END, "GET / HTTP/1.1\nHost: a\r\n\r\n"),
                    Arguments.of(LINE_END, "GET / HTTP/1.1\rHost: a\r\n\r\n"),
                    Arguments.of(CONTROL_BYTE, get("X: a\0b\r\n")),
                    Arguments.of(CONTROL_BYTE, get("X: \u0001\r\n")),
                    Arguments.of(CONTROL_BYTE, get("X: a\u001fb\r\n")),
                    Arguments.of(CONTROL_BYTE, get("X: a\u000bb\r\n")),
                    Arguments.of(CONTROL_BYTE, get("X: a\u007fb\r\n")),
                    Arguments.of(CONTROL_BYTE, get("X: 1234567\u007f\r\n")),
                    Arguments.of(CONTROL_BYTE, get("X: 12345678\u007f\r\n")),
                    Arguments.of(CONTROL_BYTE, "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(METHOD, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(METHOD, "GET\r\n\r\n"),
                    Arguments.of(METHOD, "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(METHOD, "G\u00c9T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(PREFACE, " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(PREFACE, "\tGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(PREFACE, "\0GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(PREFACE, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(PREFACE, "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    Arguments.of(PREFACE, "\u0016\u0003\u0001\u0002\u0000\u0001"),
                    Arguments.of(PREFACE, "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        }

        @ParameterizedTest
        @MethodSource("broken")
        void shouldRefuse(final HeadError error, final String text) {
            refused(error, text);
            assertThat(error.status()).isEqualTo(400);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "GET  / HTTP/1.1",
                    "GET /  HTTP/1.1",
                    "GET / HTTP/1.1 ",
                    "GET /\tHTTP/1.1",
                    "GET /",
                    "GET HTTP/1.1",
                    "GET ",
                    "GET / ",
                    "GET / HTTP/1",
                    "GET / HTTP/1.",
                    "GET / HTTP/11",
                    "GET / HTTP/1.10",
                    "GET / HTTP/01.1",
                    "GET / http/1.1",
                    "GET / HTTP 1.1",
                    "GET / HTTPS/1.1",
                    "GET / / HTTP/1.1",
                    "GET / ICY/1.1"
                })
        void shouldRefuseARequestLineThatIsNotThreePartsWithOneSpace(final String line) {
            final WireReader reader = WireReader.request(line + "\r\n" + HOST + "\r\n");
            assertThat(reader.headError).isIn(REQUEST_LINE, VERSION, TARGET);
            assertThat(reader.headError.status()).isEqualTo(400);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 4})
        void shouldSkipAFewEmptyLinesBeforeTheRequest(final int count) {
            assertThat(accepted("\r\n".repeat(count) + get("")).path()).isEqualTo("/");
        }
    }

    /** Row: HTAB, 0x80-0xFF, empty values are legal. */
    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "\u0080\u00ff", "", "x", "a b ~", "12345678\t9", "\u00a0"})
    void shouldAcceptTabsHighBytesAndEmptyValues(final String value) {
        for (final String line : new String[] {value, " " + value, "\t \t" + value + " \t "}) {
            assertThat(accepted(get("X:" + line + "\r\n")).fields()).contains("X: " + value);
        }
    }

    /** Row: Host. */
    @Nested
    class HostRow {
        @Test
        void shouldRefuseHttp11WithoutHost() {
            refused(HOST_COUNT, "GET / HTTP/1.1\r\n\r\n");
            refused(HOST_COUNT, "GET http://a/ HTTP/1.1\r\n\r\n");
        }

        @Test
        void shouldRefuseTwoHosts() {
            refused(HOST_COUNT, get("Host: a\r\n"));
            refused(HOST_COUNT, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "user@a",
                    "a/b",
                    "a b",
                    "a?b",
                    "a#b",
                    "a\\b",
                    "a:80:80",
                    "a:b",
                    "a:99999",
                    "a:123456",
                    ":80",
                    "a%2",
                    "a%zz",
                    "[::1",
                    "::1",
                    "[]",
                    "[1:2:3:4:5:6:7:8:9]",
                    "[::1::2]",
                    "[g::1]",
                    "[::1%25eth0]",
                    "[::1]a",
                    "[1.2.3.4]",
                    "[::1.2.3.256]",
                    "[v.a]",
                    "<a>",
                    "a\u00e9",
                    "[:1]",
                    "[1:]",
                    "[12345::]"
                })
        void shouldRefuseHostThatIsEmptyOrUnparsable(final String host) {
            refused(HeadError.HOST, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "a",
                    "a.example",
                    "a:80",
                    "a:",
                    "1.2.3.4:65535",
                    "[::1]",
                    "[::1]:80",
                    "[::]",
                    "[1::]",
                    "[1:2:3:4:5:6:7:8]",
                    "[::ffff:1.2.3.4]",
                    "[v1.a:b]",
                    "a%2Db",
                    "a_b",
                    "a~b!$&'()*+,;="
                })
        void shouldAcceptEveryWellFormedHost(final String host) {
            assertThat(accepted("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").authority())
                    .isEqualTo(host);
        }

        @Test
        void shouldAcceptHttp10WithoutHost() {
            final WireReader.Message m = accepted("GET / HTTP/1.0\r\n\r\n");
            assertThat(m.head.authorityLength()).isZero();
            assertThat(m.head.minorVersion()).isZero();
        }
    }

    /** Row: absolute-form and the other forms of a target. */
    @Nested
    class TargetRow {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "GET|http://b.example/x?y|b.example|/x?y",
                    "GET|http://b.example:81|b.example:81|/",
                    "GET|http://b.example?y=/z|b.example|/?y=/z",
                    "GET|HTTP://b.example/|b.example|/",
                    "GET|https://[::1]:443/|[::1]:443|/",
                    "OPTIONS|http://b.example|b.example|*",
                    "OPTIONS|http://b.example/|b.example|/",
                    "OPTIONS|http://b.example?q|b.example|/?q",
                    "OPTIONS|*|a|*",
                    "GET|/|a|/",
                    "GET|//x/../y;z=1|a|//x/../y;z=1",
                    "GET|/a\\b^c{}\"<>`|a|/a\\b^c{}\"<>`",
                    "GET|/http://c/|a|/http://c/",
                    "PURGE|/x|a|/x"
                })
        void shouldForwardInOriginFormWithTheTargetsAuthority(
                final String method, final String target, final String authority, final String path) {
            final WireReader.Message m = accepted(method + " " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(m.method()).isEqualTo(method);
            assertThat(m.authority()).isEqualTo(authority);
            assertThat(m.path()).isEqualTo(path);
            assertThat(m.fields()).containsExactly("Host: " + authority);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://user@b/",
                    "http://u:p@b/",
                    "ftp://b/",
                    "ws://b/",
                    "http:/b",
                    "http:",
                    "http://",
                    "http:///x",
                    "http://?x",
                    "http://b:x/",
                    "/#f",
                    "/x#",
                    "http://b/#f",
                    "b/x",
                    "x",
                    "*",
                    "**",
                    "*x",
                    "?x",
                    "b:80",
                    "/\u00e9",
                    "/\u007f",
                    "/\u0080",
                    "http://b\\c/"
                })
        void shouldRefuseEveryOtherTarget(final String target) {
            refused(TARGET, "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
        }

        @Test
        void shouldTakeTheAsteriskAloneEvenWithOptions() {
            refused(TARGET, "OPTIONS *x HTTP/1.1\r\n" + HOST + "\r\n");
            refused(TARGET, "OPTIONS ** HTTP/1.1\r\n" + HOST + "\r\n");
        }
    }

    /** Row: CONNECT and TRACE; unknown method tokens are forwarded. */
    @Test
    void shouldRefuseConnectAndTraceAndForwardUnknownMethods() {
        refused(METHOD_NOT_ALLOWED, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
        refused(METHOD_NOT_ALLOWED, "TRACE / HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(METHOD_NOT_ALLOWED.status()).isEqualTo(405);
        assertThat(accepted("get / HTTP/1.1\r\n" + HOST + "\r\n").head.methodId())
                .isEqualTo(Methods.OTHER);
        assertThat(accepted("!#$%&'*+-.^_`|~ / HTTP/1.1\r\n" + HOST + "\r\n").method())
                .isEqualTo("!#$%&'*+-.^_`|~");
    }

    /** Row: too long, too large, too many, unknown major version. */
    @Nested
    class LimitsRow {
        private static final HeadLimits SMALL = new HeadLimits(512, 4, 100);

        private void refusedSmall(final HeadError error, final int status, final String text) {
            final WireReader reader = WireReader.requests(SMALL).feed(WireReader.ascii(text));
            assertThat(reader.headError).isEqualTo(error);
            assertThat(error.status()).isEqualTo(status);
        }

        @Test
        void shouldAnswer414ToATargetAboveTheLimit() {
            final String atLimit = "/" + "x".repeat(99);
            final String request = "GET " + atLimit + " HTTP/1.1\r\n" + HOST + "\r\n";
            assertThat(WireReader.requests(SMALL)
                            .feed(WireReader.ascii(request))
                            .only()
                            .path())
                    .isEqualTo(atLimit);
            refusedSmall(TARGET_TOO_LONG, 414, "GET " + atLimit + "x HTTP/1.1\r\n" + HOST + "\r\n");
        }

        @Test
        void shouldAnswer414BeforeAnEndlessRequestLineEnds() {
            refusedSmall(TARGET_TOO_LONG, 414, "GET /" + "x".repeat(165));
            refusedSmall(TARGET_TOO_LONG, 414, "G".repeat(165));
        }

        @Test
        void shouldAnswer431ToAHeadAboveTheLimitAlsoUnfinished() {
            final String start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
            final String atLimit = start + "y".repeat(512 - start.length() - 4) + "\r\n\r\n";
            assertThat(WireReader.requests(SMALL).feed(WireReader.ascii(atLimit)).messages)
                    .hasSize(1);
            refusedSmall(HEAD_TOO_LARGE, 431, start + "y".repeat(512 - start.length() - 3) + "\r\n\r\n");
            refusedSmall(HEAD_TOO_LARGE, 431, start + "y".repeat(512 - start.length()));
            assertThat(WireReader.requests(SMALL)
                            .feed(WireReader.ascii(start + "y".repeat(511 - start.length())))
                            .isRefused())
                    .isFalse();
        }

        @Test
        void shouldAnswer431ToTooManyFieldsAlsoUnfinished() {
            final String four = "GET / HTTP/1.1\r\nHost: a\r\nA:\r\nB:\r\nC:\r\n";
            assertThat(WireReader.requests(SMALL).feed(WireReader.ascii(four + "\r\n")).messages)
                    .hasSize(1);
            refusedSmall(TOO_MANY_FIELDS, 431, four + "D:\r\n\r\n");
            refusedSmall(TOO_MANY_FIELDS, 431, four + "D:\r\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"HTTP/2.0", "HTTP/0.9", "HTTP/9.9", "HTTP/3.0", "HTTP/1.2"})
        void shouldAnswer505ToAnotherVersion(final String version) {
            refused(VERSION_UNSUPPORTED, "GET / " + version + "\r\n" + HOST + "\r\n");
            assertThat(VERSION_UNSUPPORTED.status()).isEqualTo(505);
        }

        @Test
        void shouldAnswer505ToThePrefaceOfHttp2() {
            refused(VERSION_UNSUPPORTED, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        }
    }

    /** Row: look-alike names. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content_Length",
                "Transfer_Encoding",
                "content.length",
                "X.Tenant.Id",
                "X_API_KEY",
                "x~agent~id",
                "X-Forwarded_For",
                "X_Forwarded_Anything",
                "Proxy_Connection",
                "RateLimit_Policy"
            })
    void shouldDropAndCountNamesThatLookLikeKnownOnes(final String name) {
        final WireReader reader = WireReader.request(get(name + ": 5\r\nX_Custom: 1\r\nuser_id: 2\r\n"));
        assertThat(reader.only().fields()).containsExactly("Host: a", "X_Custom: 1", "user_id: 2");
        assertThat(reader.lookalikes).isEqualTo(1);
        assertThat(reader.only().head.framing()).isEqualTo(Head.Framing.NONE);
    }

    /** Row: Content-Length 0 stays, none is invented. */
    @Test
    void shouldKeepAContentLengthOfZeroAndInventNone() {
        assertThat(accepted(post("Content-Length: 0\r\n")).head.framing()).isEqualTo(Head.Framing.LENGTH);
        assertThat(accepted(post("")).head.framing()).isEqualTo(Head.Framing.NONE);
    }

    /** Row: pipelining. */
    @Test
    void shouldLeaveWhatFollowsAMessageAlone() {
        final WireReader reader =
                WireReader.request(post("Content-Length: 3\r\n") + "abc" + get("X: 1\r\n") + "GET /part HTTP/1.1\r\n");
        assertThat(reader.messages).hasSize(2);
        assertThat(reader.messages.get(0).body()).isEqualTo("abc");
        assertThat(reader.isPending()).isTrue();
    }

    /** Row: Expect. */
    @Nested
    class ExpectRow {
        @Test
        void shouldExpectContinueOnlyIn11AndWithABody() {
            final String expect = "Expect: 100-Continue\r\n";
            final WireReader.Message m = accepted(post(expect + "Content-Length: 1\r\n") + "x");
            assertThat(m.head.isExpectContinue()).isTrue();
            assertThat(m.fields()).containsExactly("Host: a", "Content-Length: 1");
            assertThat(accepted(post(expect + "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n")
                            .head
                            .isExpectContinue())
                    .isTrue();
            assertThat(accepted(post(expect + "Content-Length: 0\r\n")).head.isExpectContinue())
                    .isFalse();
            assertThat(accepted(get(expect)).head.isExpectContinue()).isFalse();
            final WireReader.Message old = accepted("POST / HTTP/1.0\r\n" + expect + "Content-Length: 1\r\n\r\nx");
            assertThat(old.head.isExpectContinue()).isFalse();
            assertThat(old.fields()).containsExactly("Content-Length: 1");
        }

        @Test
        void shouldAnswer417ToAnotherExpectation() {
            refused(EXPECTATION, get("Expect: 200-ok\r\n"));
            refused(EXPECTATION, get("Expect: 100-continue, x\r\n"));
            refused(EXPECTATION, get("Expect: 100-continue\r\nExpect: x\r\n"));
            assertThat(EXPECTATION.status()).isEqualTo(417);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.1||true|0",
                "1.1|close|false|0",
                "1.1|Keep-Alive|true|0",
                "1.1|keep-alive, Close|false|0",
                "1.0||false|0",
                "1.0|keep-alive|true|0",
                "1.0|keep-alive, close|false|0",
                "1.1|x-a, x-b|true|2",
                "1.1|te, upgrade, trailer, keep-alive|true|0",
                "1.1|content-length, host, x-api-key|true|0",
                "1.1|closed|true|1"
            })
    void shouldDecideKeepAliveByVersionAndConnection(
            final String version, final String connection, final boolean keepAlive, final int nominations) {
        final String line = connection == null ? "" : "Connection: " + connection + "\r\n";
        final Head head = accepted("GET / HTTP/" + version + "\r\n" + HOST + line + "\r\n").head;
        assertThat(head.isKeepAlive()).isEqualTo(keepAlive);
        assertThat(head.nominations()).isEqualTo(nominations);
    }

    @Test
    void shouldKnowWhoTakesTrailers() {
        assertThat(accepted(get("TE: trailers\r\n")).head.acceptsTrailers()).isTrue();
        assertThat(accepted(get("TE: gzip;q=0.5, Trailers\r\n")).head.acceptsTrailers())
                .isTrue();
        assertThat(accepted(get("TE: trailersx, x trailers\r\n")).head.acceptsTrailers())
                .isFalse();
        assertThat(accepted("GET / HTTP/1.0\r\nTE: trailers\r\n\r\n").head.acceptsTrailers())
                .isFalse();
    }
}
