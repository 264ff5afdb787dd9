package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import openclaw.edge.proxy.h1.Waits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request by HTTP/2 may be, and what becomes of it upstream; what a response becomes. */
class H2RulesTest extends H2Fixture {
    static Stream<Arguments> malformed() {
        return Stream.of(
                wrong("an uppercase name", request("GET", "/", "X-A: b")),
                wrong("a name that is no token", request("GET", "/", "x a: b")),
                wrong("an empty name", request("GET", "/", "x: y", "(: b")),
                wrong("NUL in a value", request("GET", "/", "x: a\0b")),
                wrong("CR in a value", request("GET", "/", "x: a\rb")),
                wrong("LF in a value", request("GET", "/", "x: a\nb")),
                wrong("CRLF and a field in a value", request("GET", "/", "x: a\r\nhost: b")),
                wrong("DEL in a value", request("GET", "/", "x: a\u007fb")),
                wrong("a space before a value", request("GET", "/", "x:  b")),
                wrong("a tab after a value", request("GET", "/", "x: b\t")),
                wrong("connection", request("GET", "/", "connection: close")),
                wrong("transfer-encoding", request("POST", "/", "transfer-encoding: chunked")),
                wrong("keep-alive", request("GET", "/", "keep-alive: timeout=5")),
                wrong("upgrade", request("GET", "/", "upgrade: websocket")),
                wrong("proxy-connection", request("GET", "/", "proxy-connection: close")),
                wrong("te that is not trailers", request("GET", "/", "te: gzip")),
                wrong("te with more than trailers", request("GET", "/", "te: trailers, gzip")),
                wrong("te twice", request("GET", "/", "te: trailers", "te: trailers")),
                wrong("no :method", without(":method")),
                wrong("no :scheme", without(":scheme")),
                wrong("no :path", without(":path")),
                wrong("neither :authority nor Host", without(":authority")),
                wrong("two :method", with(":method: GET")),
                wrong("two :path", with(":path: /")),
                wrong("two :authority", with(":authority: a.test")),
                wrong("an unknown pseudo-field", with(":foo: bar")),
                wrong("a response's pseudo-field", with(":status: 200")),
                wrong(":protocol without CONNECT", with(":protocol: websocket")),
                wrong("a late pseudo-field", request("GET", "/", "x: y", ":path: /b")),
                wrong("an empty :path", request("GET", "")),
                wrong("a :path without slash", request("GET", "a")),
                wrong("a :path in absolute form", request("GET", "http://a.test/")),
                wrong("* without OPTIONS", request("GET", "*")),
                wrong("a space in :path", request("GET", "/a b")),
                wrong("CRLF in :path", request("GET", "/a HTTP/1.1\r\nx: y")),
                wrong("a fragment in :path", request("GET", "/a#b")),
                wrong("obs-text in :path", request("GET", "/\u00e4")),
                wrong("a method that is no token", request("GE T", "/")),
                wrong("an empty method", request("", "/")),
                wrong("another scheme", replaced(":scheme", "ftp")),
                wrong("userinfo in :authority", replaced(":authority", "u@a.test")),
                wrong("an empty :authority", replaced(":authority", "")),
                wrong("a port that is none", replaced(":authority", "a.test:99999")),
                wrong("Host that contradicts :authority", request("GET", "/", "host: b.test")),
                wrong("two Host", request("GET", "/", "host: a.test", "host: a.test")),
                wrong("content-length with a sign", request("POST", "/", "content-length: +5")),
                wrong("content-length twice", request("POST", "/", "content-length: 0", "content-length: 0")),
                wrong("content-length as a list", request("POST", "/", "content-length: 0, 0")),
                wrong("content-length and no DATA", request("POST", "/", "content-length: 5")));
    }

    private static Arguments wrong(final String what, final String... fields) {
        return Arguments.of(what, fields);
    }

    private static String[] with(final String field) {
        return Stream.concat(Stream.of(field), Arrays.stream(request("GET", "/")))
                .toArray(String[]::new);
    }

    private static String[] without(final String name) {
        return Arrays.stream(request("GET", "/"))
                .filter(field -> !field.startsWith(name + ":"))
                .toArray(String[]::new);
    }

    private static String[] replaced(final String name, final String value) {
        return Arrays.stream(request("GET", "/"))
                .map(field -> field.startsWith(name + ":") ? name + ": " + value : field)
                .toArray(String[]::new);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void shouldResetStreamOfMalformedRequest(final String what, final String[] fields) throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, true, fields);
            assertThat(client.answer(1).reset).as(what).isEqualTo(PROTOCOL_ERROR);
            client.get(3, "/good");
            assertThat(client.answer(3).status()).as("the connection lives on").isEqualTo(200);
        }
        assertThat(upstream.received).hasSize(1);
        assertThat(count(EdgeCounter.REQUESTS_MALFORMED)).isEqualTo(1);
    }

    static Stream<Arguments> refused() {
        final String[] many = new String[101];
        Arrays.fill(many, "x: y");
        return Stream.of(
                Arguments.of("CONNECT", 405, new String[] {":method: CONNECT", ":authority: a.test:443"}),
                Arguments.of("extended CONNECT", 405, new String[] {
                    ":method: CONNECT", ":protocol: websocket", ":scheme: https", ":authority: a.test", ":path: /chat"
                }),
                Arguments.of("TRACE", 405, request("TRACE", "/")),
                Arguments.of("another expectation", 417, request("GET", "/", "expect: the-unexpected")),
                Arguments.of("a long target", 414, request("GET", "/" + "a".repeat(8192))),
                Arguments.of("a long list", 431, request("GET", "/", "x: " + "a".repeat(16_200))),
                Arguments.of("too many fields", 431, request("GET", "/", many)),
                Arguments.of("a body declared above the limit", 413, request("POST", "/", "content-length: 100001")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void shouldAnswerWhatIsLegalAndNotTaken(final String what, final int status, final String[] fields)
            throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, status != 413, fields);
            assertThat(client.answer(1).status()).as(what).isEqualTo(status);
            client.get(3, "/good");
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
        assertThat(upstream.received).hasSize(1);
    }

    @Test
    void shouldForwardRequestAsHttp1() throws Exception {
        try (FrameClient client = open()) {
            client.get(
                    1,
                    "/a?b=c",
                    "cookie: a=1",
                    "accept: */*",
                    "cookie: b=2",
                    "te: trailers",
                    "content_length: 7",
                    "x.tenant.id: evil",
                    "x_other: stays",
                    "cookie: c=3");
            assertThat(client.answer(1).status()).isEqualTo(200);
        }
        final String head = upstream.received.get(0).head();
        assertThat(head)
                .startsWith("GET /a?b=c HTTP/1.1\r\nHost: a.test\r\n")
                .contains("\r\ncookie: a=1; b=2; c=3\r\n", "\r\naccept: */*\r\n", "\r\nx_other: stays\r\n")
                .contains("\r\nVia: 2.0 edge-test\r\n", "X-Forwarded-Proto: http\r\n", "\r\nTE: trailers\r\n")
                .doesNotContain("content_length", "tenant", "Content-Length", "Transfer-Encoding", ":authority");
        assertThat(count(EdgeCounter.FIELDS_LOOKALIKE)).isEqualTo(2);
    }

    @Test
    void shouldTakeHostWhereThereIsNoAuthority() throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, true, ":method: GET", ":scheme: http", ":path: /", "host: b.test:81");
            assertThat(client.answer(1).status()).isEqualTo(200);
            client.get(3, "/", "host: A.Test");
            assertThat(client.answer(3).status()).isEqualTo(200);
            client.headers(5, true, ":method: OPTIONS", ":scheme: https", ":authority: a.test", ":path: *");
            assertThat(client.answer(5).status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head()).contains("\r\nHost: b.test:81\r\n");
        assertThat(upstream.received.get(1).head())
                .contains("\r\nHost: A.Test\r\n")
                .doesNotContain("\r\nhost:");
        assertThat(upstream.received.get(2).head()).startsWith("OPTIONS * HTTP/1.1\r\n");
    }

    @Test
    void shouldFrameBodiesByLengthOrChunks() throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/", "content-length: 5"));
            client.data(1, false, "he");
            client.data(1, true, "llo");
            assertThat(client.answer(1).text()).isEqualTo("hello");
            client.headers(3, false, request("POST", "/"));
            client.data(3, false, "hel");
            client.data(3, false, "lo");
            client.data(3, true, "");
            assertThat(client.answer(3).text()).isEqualTo("hello");
            client.headers(5, true, request("POST", "/", "content-length: 0"));
            assertThat(client.answer(5).status()).isEqualTo(200);
            client.headers(7, true, request("POST", "/"));
            assertThat(client.answer(7).status()).isEqualTo(200);
            client.headers(9, false, request("POST", "/", "content-length: 0"));
            client.data(9, true, "");
            assertThat(client.answer(9).status()).isEqualTo(200);
        }
        assertThat(upstream.received.get(0).head())
                .contains("Content-Length: 5")
                .doesNotContain("chunked");
        assertThat(upstream.received.get(1).head())
                .contains("Transfer-Encoding: chunked")
                .doesNotContain("Content-Length");
        assertThat(upstream.received.get(2).head()).contains("Content-Length: 0");
        assertThat(upstream.received.get(3).head()).doesNotContain("Content-Length", "chunked");
        assertThat(upstream.received.get(4).head()).contains("Content-Length: 0");
    }

    @Test
    void shouldTakePaddingForNoPartOfBody() throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/", "content-length: 2"));
            client.frame(
                    FrameClient.DATA, FrameClient.PADDED | FrameClient.END_STREAM, 1, new byte[] {3, 'h', 'i', 0, 0, 0
                    });
            assertThat(client.answer(1).text()).isEqualTo("hi");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "long", "long at once", "zero", "short with trailers"})
    void shouldResetWhenDataDiffersFromContentLength(final String which) throws Exception {
        final int length = which.equals("zero") ? 0 : 5;
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/", "content-length: " + length));
            switch (which) {
                case "short" -> client.data(1, true, "hell");
                case "long" -> {
                    client.data(1, false, "hello");
                    client.data(1, true, "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
                }
                case "long at once" -> client.data(1, false, "helloGET /smuggled HTTP/1.1\r\n\r\n");
                case "zero" -> client.data(1, true, "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
                default -> {
                    client.data(1, false, "hell");
                    client.headers(1, true, "x-sum: 1");
                }
            }
            assertThat(client.answer(1).reset).isEqualTo(PROTOCOL_ERROR);
            client.get(3, "/good");
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
        assertThat(upstream.received).extracting(r -> r.head().split(" ", 3)[1]).containsExactly("/good");
        eventually("the outcomes", () -> proxy.handler.ends.size() == 2);
        assertThat(proxy.ends()).containsExactly(Outcome.CLIENT_ABORT, Outcome.COMPLETE);
    }

    @Test
    void shouldNotEndRequestUpstreamBeforeItsLengthIsKnown() throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/first", "content-length: 5"));
            client.data(1, false, "hello");
            client.get(3, "/second");
            assertThat(client.answer(3).status()).isEqualTo(200);
            assertThat(upstream.received).as("the first is not whole upstream").hasSize(1);
            client.data(1, true, "");
            assertThat(client.answer(1).text()).isEqualTo("hello");
        }
    }

    @Test
    void shouldRefuseBodyThatGrowsAboveTheLimit() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "");
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/"));
            for (int i = 0; i < 7; i++) {
                client.data(1, false, "x".repeat(16_000));
                if (i == 2 || i == 5) {
                    client.awaitWindow(1);
                }
            }
            assertThat(client.answer(1).status()).isEqualTo(413);
            client.get(3, "/good");
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
        assertThat(count(EdgeCounter.BODY_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void shouldPassTrailersBothWaysWithoutThoseThatFrameOrIdentify() throws Exception {
        final String body = "3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n";
        final CompletableFuture<String> sent = new CompletableFuture<>();
        upstream.beforeBody = (request, out, socket) -> {
            sent.complete(request.head()
                    + new String(socket.getInputStream().readNBytes(body.length()), StandardCharsets.ISO_8859_1));
            ScriptedUpstream.write(
                    out,
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n3\r\nabc\r\n0\r\n"
                            + "X-Sum: 7\r\nContent-Length: 3\r\nSet-Cookie: a=b\r\n\r\n");
        };
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/", "trailer: x-sum"));
            client.data(1, false, "abc");
            client.headers(1, true, "x-sum: 7", "host: evil", "content-length: 3", "x-tenant-id: evil");
            final FrameClient.Answer answer = client.answer(1);
            assertThat(answer.text()).isEqualTo("abc");
            assertThat(answer.heads).hasSize(2);
            assertThat(answer.heads.get(0)).containsEntry("trailer", "x-sum");
            assertThat(answer.heads.get(1)).isEqualTo(Map.of("x-sum", "7"));
        }
        assertThat(sent.get(20, TimeUnit.SECONDS))
                .contains("\r\ntrailer: x-sum\r\n")
                .endsWith("\r\n\r\n" + body);
    }

    @ParameterizedTest
    @ValueSource(strings = {":path: /b", "X-Sum: 1", "connection: close", "x: a\nb"})
    void shouldResetForBadTrailers(final String trailer) throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/"));
            client.data(1, false, "abc");
            client.headers(1, true, trailer);
            assertThat(client.answer(1).reset).isEqualTo(PROTOCOL_ERROR);
        }
        assertThat(upstream.received).isEmpty();
    }

    @Test
    void shouldForwardInterimResponses() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.write(
                out,
                "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nContent-Length: 5\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        try (FrameClient client = open()) {
            client.get(1, "/");
            final FrameClient.Answer answer = client.answer(1);
            assertThat(answer.heads).hasSize(2);
            assertThat(answer.heads.get(0)).isEqualTo(Map.of(":status", "103", "link", "</a.css>"));
            assertThat(answer.head()).containsEntry("content-length", "2");
            assertThat(answer.text()).isEqualTo("ok");
        }
    }

    @Test
    void shouldWriteNoFieldOfConnectionAndAddDate() throws Exception {
        upstream.script = (request, out, socket) -> ScriptedUpstream.write(
                out,
                "HTTP/1.1 299 Fine\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\n"
                        + "X-UPPER: Value\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok");
        try (FrameClient client = open()) {
            client.get(1, "/");
            final Map<String, String> head = client.answer(1).head();
            assertThat(head)
                    .containsEntry(":status", "299")
                    .containsEntry("x-upper", "Value")
                    .containsEntry("set-cookie", "a=1\nb=2")
                    .containsEntry("content-length", "2")
                    .containsKey("date")
                    .doesNotContainKeys("connection", "keep-alive", "x-hop", "transfer-encoding");
            assertThat(head.keySet()).allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)));
        }
    }

    @Test
    void shouldSendNoBodyWhereThereIsNone() throws Exception {
        final List<String> answers = List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\nETag: \"a\"\r\n\r\n");
        upstream.script = (request, out, socket) -> ScriptedUpstream.write(
                out, answers.get(request.head().charAt(request.head().indexOf('/') + 1) - '0'));
        try (FrameClient client = open()) {
            client.headers(1, true, request("HEAD", "/0"));
            final FrameClient.Answer head = client.answer(1);
            assertThat(head.head()).containsEntry("content-length", "1000");
            assertThat(head.text()).isEmpty();
            client.get(3, "/1");
            assertThat(client.answer(3).head()).containsEntry(":status", "204").doesNotContainKey("content-length");
            client.get(5, "/2");
            assertThat(client.answer(5).head()).containsEntry(":status", "304").containsEntry("content-length", "7");
        }
    }

    @Test
    void shouldAnswerExpectationOnceAdmitted() throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/", "expect: 100-continue"));
            FrameClient.Frame frame = client.read(FrameClient.HEADERS);
            assertThat(client.decode(frame.payload())).isEqualTo(Map.of(":status", "100"));
            client.data(1, true, "hello");
            assertThat(client.answer(1).text()).isEqualTo("hello");
            client.headers(3, false, request("POST", "/refuse", "expect: 100-continue"));
            frame = client.read(FrameClient.HEADERS);
            assertThat(client.decode(frame.payload())).containsEntry(":status", "429");
            assertThat(client.read(FrameClient.RST_STREAM).error())
                    .as("the body is not wanted")
                    .isZero();
        }
        assertThat(upstream.received.get(0).head()).doesNotContain("xpect");
    }

    @Test
    void shouldIgnoreWhatWasOnItsWayToARefusedStream() throws Exception {
        try (FrameClient client = open()) {
            client.headers(1, false, request("POST", "/refuse"));
            final FrameClient.Answer answer = client.answer(1);
            assertThat(answer.status()).isEqualTo(429);
            for (int i = 0; i < 50; i++) {
                client.data(1, false, "late");
            }
            client.headers(1, true, "x-sum: 1");
            client.get(3, "/good");
            assertThat(client.answer(3).status()).isEqualTo(200);
        }
        assertThat(count(EdgeCounter.H2_RESETS_SENT)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PRI * HTTP/2.0\r\n\r\n"})
    void shouldCloseConnectionWithUnfinishedPreface(final String start) throws Exception {
        waits(Waits.SHORT_HEAD);
        try (FrameClient client = new FrameClient(proxy.port())) {
            client.write(start.getBytes(StandardCharsets.US_ASCII));
            assertThat(client.socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void shouldGiveEverythingElseToHttp1() throws Exception {
        for (final String text : List.of(
                "PRI * HTTP/2.0\r\n\r\nSN\r\n\r\n",
                "PRI / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
            try (FrameClient client = new FrameClient(proxy.port())) {
                for (final byte b : text.getBytes(StandardCharsets.US_ASCII)) {
                    client.write(new byte[] {b});
                }
                final String line = new BufferedReader(
                                new InputStreamReader(client.socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
                assertThat(line).startsWith(text.contains("SN") ? "HTTP/1.1 505" : "HTTP/1.1 200");
            }
        }
    }
}
