package openclaw.edge.proxy.h1;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random messages, good and broken, through the codec in random pieces and through the model: the same messages come out. */
class CodecModelTest {
    private static final int SHORT = 30_000;
    private static final int LONG = 3_000_000;

    private static final String[] METHODS = {
        "GET", "POST", "HEAD", "OPTIONS", "PUT", "M-SEARCH", "get", "TRACE", "CONNECT"
    };
    private static final String[] TARGETS = {
        "/",
        "/a?b=c",
        "*",
        "http://b",
        "http://b:80/x",
        "HTTPS://[::1]?q",
        "http://u@b/",
        "//a\\b",
        "/%00;x",
        "x",
        "ftp://b/",
        "http://[1::2:3.4.5.6]/",
        "/a#b",
        "http://"
    };
    private static final String[] HOSTS = {
        "a",
        "a:80",
        "a:",
        "[::1]:8",
        "[1:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]",
        "[1::3:4:5:6:7:8]",
        "a%2d",
        "a%2",
        "",
        "a b",
        "a:65536",
        "a:065535",
        "u@a",
        "[::1.2.3.4]",
        "[1:2:3:4:5:6:1.2.3.4]",
        "[::]",
        "[1:2:3:4:5:6:7::8]",
        "[1:2:3:4:5:6::1.2.3.4]",
        "[v1.x]",
        "a,b",
        "[::1"
    };
    private static final String[] NAMES = {
        "Accept",
        "X-Y",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Expect",
        "TE",
        "content_length",
        "X.Tenant-Id",
        "x-forwarded_z",
        "X-Forwarded-Z",
        "Host",
        "Cookie",
        "content-length",
        "X_Y"
    };
    private static final String[] VALUES = {
        "",
        "x",
        "0",
        "5",
        "3",
        "05",
        "5, 5",
        "+5",
        "chunked",
        "Chunked",
        "gzip, chunked",
        "close",
        "keep-alive",
        "x, close",
        "100-continue",
        "trailers",
        "a\tb",
        "\u00e9 z",
        "9223372036854775807",
        "9223372036854775808"
    };
    private static final String[] CHUNK_LINES = {
        "0",
        "5",
        "005",
        "0000000000000003",
        "3;a",
        "5;a=b;c=\"d;\\\"\"",
        "5 ;a",
        "5 ",
        "5;a=b ",
        "5;a ",
        "5;",
        "5;\"",
        "x",
        "00000000000000005",
        "8000000000000000",
        "3\t;\ta\t=\tb",
        "5;a=\"b\" ;c"
    };
    private static final String[] STATUS_LINES = {
        "HTTP/1.1 200 OK", "HTTP/1.0 200 OK", "HTTP/1.1 404 ", "HTTP/1.1 204 No", "HTTP/1.1 304 \u00e9\t",
                "HTTP/1.1 100 C",
        "HTTP/1.1 103 E", "HTTP/1.1 200", "HTTP/1.1 99 x", "HTTP/2.0 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 799 ?"
    };
    private static final String ODD_BYTES = "\r\n\0\t :;,\"\\\u007f\u0080\u00ff\u000b_#0A";

    @Test
    void shouldAgreeWithTheModel() {
        agree(1, SHORT);
    }

    @Test
    @Tag("nightly")
    void shouldAgreeWithTheModelForLong() {
        agree(1L << 32, LONG);
    }

    private static void agree(final long firstSeed, final int count) {
        int accepted = 0;
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final boolean request = random.nextBoolean();
            final String method = request ? null : random.nextInt(5) == 0 ? "HEAD" : "GET";
            final String text = mutate(random, request ? requests(random) : responses(random));
            accepted += compare(seed, random, text, method);
        }
        if (accepted < count / 10) {
            throw new AssertionError(
                    "only " + accepted + " of " + count + " random messages are good: the test shows little");
        }
    }

    /** Returns how many messages were accepted. */
    private static int compare(final long seed, final SplittableRandom random, final String text, final String method) {
        final List<String> expected = new ArrayList<>();
        final GrammarModel model = new GrammarModel(text, method);
        GrammarModel.Verdict verdict = model.judge(0);
        while (verdict.accepted()) {
            expected.add(verdict.message());
            if (verdict.last()) {
                break;
            }
            verdict = model.judge(verdict.end());
        }
        final WireReader reader = method == null ? WireReader.requests() : WireReader.responses(method);
        final byte[] bytes = WireReader.ascii(text);
        final int most = 1 + random.nextInt(random.nextInt(4) == 0 ? 3 : 200);
        for (int from = 0; from < bytes.length; ) {
            final int to = Math.min(bytes.length, from + 1 + random.nextInt(most));
            reader.feed(bytes, from, to);
            from = to;
        }
        if (method != null) {
            reader.endOfInput();
        }
        final List<String> found =
                reader.messages.stream().map(m -> words(m, method == null)).toList();
        final boolean refusedToo = !verdict.equals(GrammarModel.Verdict.REFUSED) || reader.isRefused();
        if (!found.equals(expected) || !refusedToo) {
            throw new AssertionError("seed " + seed + ", " + (method == null ? "request" : "response to " + method)
                    + ":\n" + text + "\nmodel: " + expected + "\ncodec: " + found + " " + reader.headError + " "
                    + reader.bodyError);
        }
        return expected.size();
    }

    private static String words(final WireReader.Message m, final boolean request) {
        final String start = request
                ? m.method() + " " + m.path() + " " + m.authority() + " " + m.fields() + " expect="
                        + m.head.isExpectContinue()
                : m.head.status() + " " + m.reason() + " " + m.fields();
        return start + " body=" + m.body() + " trailers=" + m.trailers;
    }

    private static String requests(final SplittableRandom random) {
        final StringBuilder text = new StringBuilder();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            if (random.nextInt(8) == 0) {
                text.append("\r\n".repeat(1 + random.nextInt(5)));
            }
            text.append(pick(random, METHODS, 3)).append(' ').append(pick(random, TARGETS, 2));
            text.append(pick(random, new String[] {" HTTP/1.1", " HTTP/1.0", " HTTP/1.2", "", " HTTP/1.1 "}, 1));
            text.append("\r\n");
            if (random.nextInt(10) != 0) {
                text.append("Host: ").append(pick(random, HOSTS, 4)).append("\r\n");
            }
            message(random, text);
        }
        return text.toString();
    }

    private static String responses(final SplittableRandom random) {
        final StringBuilder text = new StringBuilder();
        for (int left = 1 + random.nextInt(2); left > 0; left--) {
            text.append(pick(random, STATUS_LINES, 6)).append("\r\n");
            message(random, text);
        }
        return text.toString();
    }

    /** Field lines and a body, which fit each other more often than not. */
    private static void message(final SplittableRandom random, final StringBuilder text) {
        final int kind = random.nextInt(4);
        for (int left = random.nextInt(4); left > 0; left--) {
            final String name = kind < 3 && random.nextInt(4) != 0
                    ? pick(random, new String[] {"Accept", "X-Y", "TE"}, 0)
                    : pick(random, NAMES, 0);
            text.append(name).append(pick(random, new String[] {": ", ":", ":\t ", " : "}, 2));
            text.append(pick(random, VALUES, 0)).append(random.nextInt(10) == 0 ? " \t\r\n" : "\r\n");
        }
        if (kind == 0) {
            text.append("\r\n");
        } else if (kind == 1) {
            final String body = "hello".substring(random.nextInt(6));
            text.append("Content-Length: ")
                    .append(body.length())
                    .append("\r\n\r\n")
                    .append(body);
        } else if (kind == 2) {
            text.append("Transfer-Encoding: chunked\r\n\r\n");
            chunks(random, text);
        } else {
            text.append("\r\n").append(random.nextBoolean() ? "hello" : "");
        }
    }

    private static void chunks(final SplittableRandom random, final StringBuilder text) {
        for (int left = random.nextInt(3); left > 0; left--) {
            final String line =
                    random.nextInt(6) == 0 ? "3;" + "e".repeat(250 + random.nextInt(8)) : pick(random, CHUNK_LINES, 7);
            text.append(line).append("\r\n");
            text.append(line.indexOf('3') >= 0 ? "abc" : line.startsWith("0") && line.length() == 1 ? "" : "hello");
            text.append("\r\n");
        }
        text.append(random.nextInt(4) == 0 ? "0;z\r\n" : "0\r\n");
        for (int left = random.nextInt(5) - 2; left > 0; left--) {
            text.append(pick(random, NAMES, 0))
                    .append(": ")
                    .append(pick(random, VALUES, 0))
                    .append("\r\n");
        }
        text.append("\r\n");
    }

    /** Half of the texts stay as they are; the others get a few odd bytes, lose some, or are cut. */
    private static String mutate(final SplittableRandom random, final String text) {
        if (random.nextBoolean()) {
            return text;
        }
        final StringBuilder mutated = new StringBuilder(text);
        for (int left = 1 + random.nextInt(2); left > 0 && mutated.length() > 1; left--) {
            final int at = random.nextInt(mutated.length());
            final char odd = ODD_BYTES.charAt(random.nextInt(ODD_BYTES.length()));
            switch (random.nextInt(4)) {
                case 0 -> mutated.setCharAt(at, odd);
                case 1 -> mutated.insert(at, odd);
                case 2 -> mutated.deleteCharAt(at);
                default -> mutated.setLength(at + 1);
            }
        }
        return mutated.toString();
    }

    /** Any one; but the first {@code bias} times in {@code bias + 1}. */
    private static String pick(final SplittableRandom random, final String[] from, final int bias) {
        return random.nextInt(bias + 1) == 0 ? from[random.nextInt(from.length)] : from[0];
    }
}
