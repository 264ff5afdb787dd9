package openclaw.edge.proxy.h1;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Streams of HTTP/1 messages from a seed: good ones, then broken in the ways that attackers and bad servers break them. */
final class HostileStreams {
    private static final String[] METHODS = {
        "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "M-SEARCH", "get", "TRACE"
    };
    private static final String[] TARGETS = {
        "/", "/a?b=c", "/%2e%2e/x", "//a\\b", "/a;b=c", "/\"x\"", "*", "http://b", "http://b:80/x", "HTTPS://[::1]?q",
        "http://u@b/", "http://b\\c/", "http:///x", "x", "ftp://b/", "/a#b", "/a\tb", "/\u00e9", "http://b:99999/",
                "b:443"
    };
    private static final String[] HOSTS = {
        "a",
        "a:80",
        "a:",
        "[::1]:8",
        "[1:2:3:4:5:6:7::]",
        "a%2d",
        "a%2",
        "",
        "a b",
        "a:65536",
        "u@a",
        "[::1.2.3.4]",
        "[::1.2.3.04]",
        "[v1.x]",
        "a,b",
        "[::1",
        "a/b",
        "[1::2::3]",
        "[:::]",
        "a:b"
    };
    private static final String[] NAMES = {
        "Accept",
        "X-Y",
        "Cookie",
        "X_Y",
        "Content-Type",
        "Content_Length",
        "Content.Length",
        "Transfer_Encoding",
        "X-Tenant-Id",
        "X.Tenant.Id",
        "x-forwarded_z",
        "X-Forwarded-Z",
        "X-Forwarded-",
        "Max-Forwards",
        "Via",
        "Keep-Alive",
        "Trailer",
        "Content-Length",
        "Transfer-Encoding",
        "Host",
        "Connection",
        "Expect",
        "TE",
        "Upgrade",
        "http2_settings",
        "~!x"
    };
    private static final String[] VALUES = {
        "x",
        "",
        "a\tb",
        "\u00e9 z",
        "5",
        "0",
        "chunked",
        "close",
        "keep-alive",
        "x-y, TE",
        "trailers",
        "100-continue",
        "\"q\\\"\"",
        "a, content-length, X-Y",
        "transfer-encoding",
        "close, x",
        "xclose",
        "gzip;q=1, trailers",
        "100-Continue ",
        "200-maybe",
        "cookie,x-tenant-id"
    };
    private static final String[] LENGTHS = {
        "5",
        "+5",
        "-5",
        "05",
        "5,5",
        "5, 5",
        "5 5",
        "0x5",
        "5;",
        "5.0",
        "18446744073709551621",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999",
        "\u00b25",
        "5\t",
        "",
        "0",
        "00"
    };
    private static final String[] CODINGS = {
        "chunked",
        "Chunked",
        "chunked, chunked",
        "gzip, chunked",
        "chunked, gzip",
        "identity",
        " chunked ",
        "\tchunked",
        "chunked;q=1",
        "xchunked",
        "\"chunked\"",
        "chunked,",
        ",chunked",
        "",
        "chunked\u00a0",
        "c\u0000hunked"
    };
    private static final String[] STATUS_LINES = {
        "HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 404 ", "HTTP/1.1 204 No", "HTTP/1.1 304 \u00e9\u0085\t",
                "HTTP/1.1 100 C",
        "HTTP/1.1 103 E", "HTTP/1.1 101 S", "HTTP/1.1 200", "HTTP/1.1 99 x", "HTTP/2.0 200 OK", "HTTP/1.1  200 OK",
        "HTTP/1.1 799 ?", "HTTP/1.1 2000 OK", "HTTP/1.1 20 OK", "http/1.1 200 OK", "HTTP/1.1\t200 OK"
    };
    private static final String[] EXTENSIONS = {
        "",
        ";a",
        ";a=b",
        " ;a",
        "; a = b",
        ";a=\"x;\\\"\"",
        ";a=\"",
        ";",
        " ",
        ";a ",
        ";a=b ",
        ";a=\"\r\n\"",
        ";a\n",
        ";\u00e9",
        ";a=b;c=\"\u00e9\t\"",
        ";a==b",
        ";a=\"x\"y",
        "\t;a"
    };
    private static final String[] SIZES = {
        "5",
        "05",
        "0000000000000005",
        "00000000000000005",
        "+5",
        "-5",
        "0x5",
        "5h",
        "",
        "10000000000000005",
        "8000000000000005",
        "7fffffffffffffff",
        "ffffffffffffffff",
        "5\n",
        "A",
        "fffffffb"
    };
    private static final String[] DICTIONARY = {
        "\r\n",
        "\r",
        "\n",
        "\n\n",
        "\r\r\n",
        "\n\r",
        "\0",
        "\u007f",
        "\u000b",
        "\f",
        "\t",
        " ",
        ":",
        ",",
        ";",
        "\"",
        "\\",
        "#",
        "\r\n ",
        "\r\n\t",
        "\r\n\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Host: b\r\n",
        " : ",
        "0\r\n\r\n",
        "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n",
        "HTTP/1.1",
        "\u0080",
        "\u00ff",
        "\u0085",
        "X-Y: z\r\n",
        "1;a=\"\r\n"
    };

    private final SplittableRandom random;

    HostileStreams(final SplittableRandom random) {
        this.random = random;
    }

    byte[] requests() {
        return stream(true);
    }

    byte[] responses() {
        return stream(false);
    }

    /** Bounds of pieces: 0, ..., length. */
    int[] splits(final int length) {
        final List<Integer> at = new ArrayList<>(List.of(0));
        final int most = switch (random.nextInt(4)) {
            case 0 -> Math.max(1, length);
            case 1 -> length > 2000 ? 700 : 1;
            default -> 1 + random.nextInt(200);
        };
        while (at.get(at.size() - 1) < length) {
            at.add(Math.min(length, at.get(at.size() - 1) + 1 + random.nextInt(most)));
        }
        return at.stream().mapToInt(Integer::intValue).toArray();
    }

    private byte[] stream(final boolean request) {
        final StringBuilder text = new StringBuilder();
        for (int left = 1 + random.nextInt(request ? 4 : 2); left > 0; left--) {
            if (random.nextInt(12) == 0) {
                text.append("\r\n".repeat(1 + random.nextInt(request ? 6 : 1)));
            }
            if (request) {
                requestHead(text);
            } else {
                text.append(mostly(STATUS_LINES, 5)).append("\r\n");
            }
            fieldsAndBody(text);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        for (int left = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0; left > 0; left--) {
            bytes = mutate(bytes);
        }
        return bytes;
    }

    private void requestHead(final StringBuilder text) {
        final String[] versions = {
            "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/1.1 ", "http/1.1", "HTTP/01.1", "", "HTTP/1.1\tx"
        };
        text.append(mostly(METHODS, 2)).append(' ');
        if (random.nextInt(400) == 0) {
            text.append('/').append("t".repeat(8185 + random.nextInt(80)));
        } else {
            text.append(mostly(TARGETS, 3));
        }
        text.append(random.nextInt(60) == 0 ? "  " : " ")
                .append(mostly(versions, 12))
                .append("\r\n");
        for (int hosts = random.nextInt(25) == 0 ? random.nextInt(3) : 1; hosts > 0; hosts--) {
            text.append(random.nextInt(9) == 0 ? "hOST: " : "Host: ")
                    .append(mostly(HOSTS, 6))
                    .append("\r\n");
        }
    }

    private void fieldsAndBody(final StringBuilder text) {
        final int kind = random.nextInt(4);
        for (int left = random.nextInt(4); left > 0; left--) {
            field(text, any(NAMES, random.nextInt(6) == 0 ? NAMES.length : 14), any(VALUES, VALUES.length));
        }
        if (random.nextInt(500) == 0) {
            text.append("A: b\r\n".repeat(95 + random.nextInt(8)));
        } else if (random.nextInt(500) == 0) {
            text.append("Long: ")
                    .append("v".repeat(16_200 + random.nextInt(200)))
                    .append("\r\n");
        }
        if (random.nextInt(8) == 0) {
            framingTrick(text);
        } else if (kind == 1) {
            field(text, "Content-Length", "5");
        } else if (kind >= 2) {
            field(text, "Transfer-Encoding", "chunked");
        }
        text.append("\r\n");
        if (kind == 1) {
            text.append("hello");
        } else if (kind >= 2) {
            chunks(text);
        }
    }

    private void framingTrick(final StringBuilder text) {
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            if (random.nextBoolean()) {
                field(text, "Content-Length", mostly(LENGTHS, 1));
            } else {
                field(text, "Transfer-Encoding", mostly(CODINGS, 1));
            }
        }
    }

    private void field(final StringBuilder text, final String name, final String value) {
        final String[] colons = {": ", ":", ":\t ", " : ", "\t:", ":\r\n ", ":  "};
        text.append(random.nextInt(60) == 0 ? " " : "")
                .append(name)
                .append(mostly(colons, 8))
                .append(value);
        text.append(random.nextInt(20) == 0 ? " \t\r\n" : "\r\n");
    }

    private void chunks(final StringBuilder text) {
        for (int left = random.nextInt(3); left > 0; left--) {
            final String size = mostly(SIZES, 9);
            if (random.nextInt(60) == 0) {
                text.append("5;").append("e".repeat(250 + random.nextInt(9)));
            } else {
                text.append(size).append(mostly(EXTENSIONS, 4));
            }
            text.append(random.nextInt(80) == 0 ? "\n" : "\r\n");
            text.append(size.equals("A") ? "helloworld" : "hello").append(random.nextInt(80) == 0 ? "!\n" : "\r\n");
        }
        text.append("0").append(mostly(EXTENSIONS, 9)).append("\r\n");
        for (int left = random.nextInt(5) - 2; left > 0; left--) {
            field(text, any(NAMES, NAMES.length), any(VALUES, VALUES.length));
        }
        if (random.nextInt(700) == 0) {
            text.append(
                    random.nextBoolean()
                            ? "A: b\r\n".repeat(98 + random.nextInt(4))
                            : "T: " + "t".repeat(16_370 + random.nextInt(20)) + "\r\n");
        }
        text.append("\r\n");
    }

    private byte[] mutate(final byte[] bytes) {
        if (bytes.length < 2) {
            return bytes;
        }
        final int at = random.nextInt(bytes.length);
        final int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 40));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        switch (random.nextInt(7)) {
            case 0 -> {
                out.write(random.nextInt(256));
                out.write(bytes, at + 1, bytes.length - at - 1);
            }
            case 1 -> {
                out.write(bytes[at] ^ 1 << random.nextInt(8));
                out.write(bytes, at + 1, bytes.length - at - 1);
            }
            case 2 -> out.write(bytes, to, bytes.length - to);
            case 3 -> {
                out.writeBytes(any(DICTIONARY, DICTIONARY.length).getBytes(StandardCharsets.ISO_8859_1));
                out.write(bytes, at, bytes.length - at);
            }
            case 4 -> {
                out.write(bytes, at, to - at);
                out.write(bytes, at, bytes.length - at);
            }
            case 5 -> lineEnd(bytes, at, out);
            default -> {
                // Cut off.
            }
        }
        return out.toByteArray();
    }

    /** Puts something else in the place of the next line end. */
    private void lineEnd(final byte[] bytes, final int from, final ByteArrayOutputStream out) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\r') {
            out.write(bytes[at++]);
        }
        final String[] ends = {
            "\n", "\r", "\r\r\n", "\n\r\n", "\r\n ", "\r\n\t", " \r\n", "\r\n\r\n", "\u0085", "\r\0\n"
        };
        out.writeBytes(any(ends, ends.length).getBytes(StandardCharsets.ISO_8859_1));
        final int next = Math.min(bytes.length, at + 2);
        out.write(bytes, next, bytes.length - next);
    }

    /** One of the first {@code count}. */
    private String any(final String[] from, final int count) {
        return from[random.nextInt(count)];
    }

    /** The first one, {@code bias} times in {@code bias + 1}; else any. */
    private String mostly(final String[] from, final int bias) {
        return random.nextInt(bias + 1) == 0 ? from[random.nextInt(from.length)] : from[0];
    }
}
