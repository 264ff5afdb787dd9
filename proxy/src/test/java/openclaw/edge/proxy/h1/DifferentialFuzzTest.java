package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hostile streams through the codec and through {@link StrictModel}: the same messages come out, the same are refused, and what
 * is written on is the same message again. {@code -Dseed=n} runs the stream of one seed alone.
 */
class DifferentialFuzzTest {
    private static final int SHORT = 40_000;
    private static final int LONG = 20_000_000;
    private static final int MOST_FOR_A_FLAW = 150_000;

    @Test
    void shouldAgreeWithTheStrictModelOnFixedSeeds() {
        final Long only = Long.getLong("seed");
        if (only != null) {
            run(new Differential(), only, 1);
            return;
        }
        final Differential differential = new Differential();
        run(differential, 1, SHORT);
        System.out.println("differential: seeds 1 to " + SHORT + ", " + differential.accepted + " messages accepted, "
                + differential.refused + " streams refused");
        assertThat(differential.accepted).isGreaterThan(SHORT / 2);
        assertThat(differential.refused).isGreaterThan(SHORT / 10);
    }

    @Test
    void shouldAgreeWithTheStrictModelOnSeedsOfTheDay() {
        final long first = Long.getLong("seed", System.nanoTime() & Long.MAX_VALUE >>> 8);
        System.out.println("differential: seeds from " + first);
        run(new Differential(), first, SHORT / 4);
    }

    @Test
    @Tag("nightly")
    void shouldAgreeWithTheStrictModelForLong() {
        final long first = Long.getLong("seed", System.nanoTime() & Long.MAX_VALUE >>> 8);
        System.out.println("differential: seeds from " + first);
        run(new Differential(), first, LONG);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldNoticeAModelThatIsLenient(final StrictModel.Flaw flaw) {
        assertThat(noticedAt(flaw, bytes -> bytes))
                .as("streams until %s is noticed", flaw)
                .isNotNegative();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\nHost: >\r\nHost: x",
                "Content-Length: 5>Content-Length: 6",
                "\r\n0\r\n\r\n>\r\n0\r\n",
                "hello>jello",
                "X-Y: >X-Z: ",
                "HTTP/1.1\r\n>HTTP/1.1\r\nA: b\r\n",
                "Transfer-Encoding: chunked>A: b",
                ": >:  ",
                "hello\r\n>hello\n",
                "/>/x"
            })
    void shouldNoticeAWriterThatAlters(final String change) {
        final String[] fromTo = change.split(">", -1);
        final UnaryOperator<byte[]> alter = bytes -> new String(bytes, StandardCharsets.ISO_8859_1)
                .replace(fromTo[0], fromTo[1])
                .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(noticedAt(StrictModel.Flaw.NONE, alter)).isNotNegative();
    }

    /** The seed that shows the difference, or -1. */
    private static long noticedAt(final StrictModel.Flaw flaw, final UnaryOperator<byte[]> onTheWire) {
        final Differential differential = new Differential(flaw, onTheWire);
        for (long seed = 1; seed <= MOST_FOR_A_FLAW; seed++) {
            try {
                one(differential, seed);
            } catch (final Differential.Difference e) {
                return seed;
            }
        }
        return -1;
    }

    private static void run(final Differential differential, final long firstSeed, final int count) {
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            try {
                one(differential, seed);
            } catch (final Differential.Difference | RuntimeException e) {
                throw new AssertionError(
                        "-Dseed=" + seed + ": " + e.getMessage() + "\n" + describe(new SplittableRandom(seed)), e);
            }
        }
    }

    private static void one(final Differential differential, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final HostileStreams streams = new HostileStreams(random);
        final String method = method(random);
        final byte[] bytes = method == null ? streams.requests() : streams.responses();
        differential.compare(bytes, method, streams.splits(bytes.length), random);
    }

    private static String method(final SplittableRandom random) {
        return random.nextInt(5) < 3 ? null : random.nextInt(5) == 0 ? "HEAD" : "GET";
    }

    private static String describe(final SplittableRandom random) {
        final String method = method(random);
        final HostileStreams streams = new HostileStreams(random);
        final byte[] bytes = method == null ? streams.requests() : streams.responses();
        final String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return (method == null ? "requests" : "responses to " + method) + " in pieces "
                + Arrays.toString(streams.splits(bytes.length)) + ":\n"
                + text.replace("\r", "\\r").replace("\n", "\\n\n");
    }
}
