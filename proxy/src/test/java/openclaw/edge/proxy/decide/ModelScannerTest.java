package openclaw.edge.proxy.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelScannerTest {
    private final ModelScanner scanner = new ModelScanner();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"m\"}",
                " \t\r\n{ \"model\" : \"m\" } \n",
                "{\"a\":1,\"model\":\"m\",\"b\":[{\"model\":\"x\"},{}]}",
                "{\"a\":{\"model\":\"x\",\"c\":{\"d\":[]}},\"model\":\"m\"}",
                "{\"a\":\"\\\"model\\\":\\\"x\\\"\",\"model\":\"m\"}",
                "{\"a\":\"}\",\"model\":\"m\",\"b\":-1.5e+3,\"c\":null,\"d\":true,\"e\":false}",
                "{\"models\":\"x\",\"mode\":\"x\",\"model\":\"m\"}",
                "{\"\u00fcber\":\"\u20ac\",\"model\":\"m\"}"
            })
    void shouldFindTheOneTopLevelModel(final String body) {
        assertThat(scan(body)).isEqualTo(ModelScanner.CLEAR);
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(new String(bytes, scanner.modelOffset(), scanner.modelLength(), StandardCharsets.UTF_8))
                .isEqualTo("m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", " { } ", "{\"a\":{\"model\":\"x\"}}", "{\"a\":[\"model\",\"m\"]}"})
    void shouldSayWhenThereIsNone(final String body) {
        assertThat(scan(body)).isEqualTo(ModelScanner.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Two readers, two models.
                "{\"model\":\"a\",\"model\":\"b\"}",
                "{\"model\":\"a\",\"model\":\"a\"}",
                "{\"m\\u006fdel\":\"b\",\"x\":1}",
                "{\"model\":\"a\",\"m\\u006fdel\":\"b\"}",
                "{\"model\":\"a\",\"Model\":\"b\"}",
                "{\"MODEL\":\"b\"}",
                "{\"model\":\"\\u0061\"}",
                "{\"model\":[\"a\"]}",
                "{\"model\":null}",
                "{\"model\":1}",
                // Not JSON, or not for everybody.
                "",
                "   ",
                "[]",
                "\"model\"",
                "{\"model\":\"a\"",
                "{\"model\":\"a\"}}",
                "{\"model\":\"a\"}{\"model\":\"b\"}",
                "{\"model\":\"a\"},",
                "{\"model\":\"a\",}",
                "{,\"model\":\"a\"}",
                "{'model':'b',\"model\":\"a\"}",
                "{model:\"b\"}",
                "{\"x\":1/*,\"model\":\"b\"*/,\"model\":\"a\"}",
                "{\"x\":{/*\"*/},\"model\":\"a\"}",
                "{\"x\":[}],\"model\":\"a\"}",
                "{\"x\":'\"',\"model\":\"a\"}",
                "{\"x\":\"\u0001\",\"model\":\"a\"}",
                "{\"x\":\"\n\",\"model\":\"a\"}",
                "{\"x\" 1,\"model\":\"a\"}",
                "{\"x\":,\"model\":\"a\"}",
                "{\"x\":1:2,\"model\":\"a\"}",
                "\uFEFF{\"model\":\"a\"}",
                "{\"model\":\"a\"}#",
                "{\"x\":\"\\"
            })
    void shouldNotTrustWhatCouldBeReadInTwoWays(final String body) {
        assertThat(scan(body)).isEqualTo(ModelScanner.UNCLEAR);
    }

    @Test
    void shouldNotTrustOtherEncodings() {
        for (final var charset : new java.nio.charset.Charset[] {
            StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, java.nio.charset.Charset.forName("UTF-32LE")
        }) {
            final byte[] bytes = "{\"model\":\"a\"}".getBytes(charset);
            assertThat(scanner.scan(bytes, 0, bytes.length)).as("%s", charset).isEqualTo(ModelScanner.UNCLEAR);
        }
    }

    @Test
    void shouldNotTrustOverlongQuotes() {
        final byte[] bytes = "{\"a\":\"xx\",\"model\":\"a\"}".getBytes(StandardCharsets.ISO_8859_1);
        bytes[6] = (byte) 0xC0;
        bytes[7] = (byte) 0xA2;
        assertThat(scanner.scan(bytes, 0, bytes.length)).isEqualTo(ModelScanner.UNCLEAR);
    }

    @Test
    void shouldGiveUpOnDepthRatherThanMiscount() {
        final int deep = 64;
        assertThat(scan("{\"a\":" + "[".repeat(deep) + "]".repeat(deep) + ",\"model\":\"m\"}"))
                .isEqualTo(ModelScanner.UNCLEAR);
        final int fine = 63;
        assertThat(scan("{\"a\":" + "[".repeat(fine) + "]".repeat(fine) + ",\"model\":\"m\"}"))
                .isEqualTo(ModelScanner.CLEAR);
    }

    @Test
    void shouldCallEveryTruncationUnclear() {
        final byte[] bytes =
                "{\"a\":{\"b\":[1,\"x\\\"\"]},\"model\":\"m\",\"c\":-1}".getBytes(StandardCharsets.US_ASCII);
        for (int length = 0; length < bytes.length; length++) {
            assertThat(scanner.scan(bytes, 0, length)).as("%d bytes", length).isEqualTo(ModelScanner.UNCLEAR);
        }
    }

    @Test
    void shouldStayWithinItsBytesWhateverTheyAre() {
        final long seed = 20_261_120L;
        final Random random = new Random(seed);
        final byte[] alphabet = "{}[]\":,\\model MODEL01eE-+.tn\u0000'/".getBytes(StandardCharsets.US_ASCII);
        final byte[] bytes = new byte[48];
        for (int run = 0; run < 200_000; run++) {
            final int length = random.nextInt(40);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = alphabet[random.nextInt(alphabet.length)];
            }
            final int result = scanner.scan(bytes, 4, length);
            if (result == ModelScanner.CLEAR) {
                assertThat(scanner.modelOffset())
                        .as("seed %d run %d", seed, run)
                        .isGreaterThan(4 + 7);
                assertThat(scanner.modelOffset() + scanner.modelLength())
                        .as("seed %d run %d", seed, run)
                        .isLessThan(4 + length);
            }
        }
    }

    private int scan(final String body) {
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return scanner.scan(bytes, 0, bytes.length);
    }
}
