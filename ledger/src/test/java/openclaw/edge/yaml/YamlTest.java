package openclaw.edge.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
    private final YamlReader reader =
            new YamlReader(Map.of("PORT", "8080", "EMPTY", "", "TOKEN", "s3cr3t-value", "SIZE", "1_000")::get);

    private YamlMap read(String text) {
        return reader.parse("f.yaml", Path.of("/conf"), text.getBytes(StandardCharsets.UTF_8))
                .root();
    }

    private String problem(String text, Consumer<YamlMap> reading) {
        YamlMap root = read(text);
        reading.accept(root);
        assertThat(reader.problems().list()).as("problems").hasSize(1);
        return reader.problems().list().get(0).toString();
    }

    @Test
    void shouldReadEveryKindOfValue() {
        YamlMap root = read("""
                text: hello
                quota: 5_000_000
                price: 0.000020000001
                tiny: 2e-5
                yes: true
                wait: 20ms
                minutes: 10m
                zero: 0
                head: 16KiB
                raw: 512
                one: a
                many: [a, b]
                path: certs/c.pem
                nested: {deep: {er: 1}}
                """);
        assertThat(root.text("text")).isEqualTo("hello");
        assertThat(root.number("quota", 0, Long.MAX_VALUE)).isEqualTo(5_000_000);
        assertThat(root.decimal("price", null, BigDecimal.ZERO, BigDecimal.TEN, 12))
                .isEqualTo(new BigDecimal("0.000020000001"));
        assertThat(root.decimal("tiny", null, BigDecimal.ZERO, BigDecimal.TEN, 12))
                .isEqualByComparingTo("0.00002");
        assertThat(root.bool("yes", false)).isTrue();
        assertThat(root.durationNs("wait", 0, 0, Long.MAX_VALUE)).isEqualTo(20_000_000);
        assertThat(root.durationNs("minutes", 0, 0, Long.MAX_VALUE)).isEqualTo(600_000_000_000L);
        assertThat(root.durationNs("zero", 5, 0, Long.MAX_VALUE)).isZero();
        assertThat(root.sizeBytes("head", 0, 0, 1 << 20)).isEqualTo(16_384);
        assertThat(root.sizeBytes("raw", 0, 0, 1 << 20)).isEqualTo(512);
        assertThat(root.texts("one")).containsExactly("a");
        assertThat(root.texts("many")).containsExactly("a", "b");
        assertThat(root.find("path").asPath()).isEqualTo(Path.of("/conf/certs/c.pem"));
        assertThat(root.map("nested").map("deep").number("er", 0, 9)).isEqualTo(1);
        root.end();
        reader.problems().throwIfAny();
    }

    @Test
    void shouldTakeTextAsWrittenWhateverYamlWouldMakeOfIt() {
        YamlMap root = read("a: off\nb: 017\nc: 12:30:45\nd: 2026-11-15\ne: 1.10\nf: \"null\"\ng: <<\n");
        assertThat(root.text("a")).isEqualTo("off");
        assertThat(root.text("b")).isEqualTo("017");
        assertThat(root.text("c")).isEqualTo("12:30:45");
        assertThat(root.text("d")).isEqualTo("2026-11-15");
        assertThat(root.text("e")).isEqualTo("1.10");
        assertThat(root.text("f")).isEqualTo("null");
        assertThat(root.text("g")).isEqualTo("<<");
        reader.problems().throwIfAny();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"017", "12:30:45", "0x1F", "0b1", "1e6", "1.0", "+5", "_5", "5_", "lots", "9223372036854775808"})
    void shouldRefuseWhatIsNoWholeNumber(String written) {
        assertThat(problem("n: " + written, root -> root.number("n", 0, 100)))
                .isEqualTo("f.yaml:1: n: expected a whole number from 0 to 100, found " + written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "on", "True", "1", "no"})
    void shouldRefuseWhatIsNoBoolean(String written) {
        assertThat(problem("x: 1\nb: " + written, root -> root.bool("b", false)))
                .isEqualTo("f.yaml:2: b: expected true or false, found " + written);
    }

    @ParameterizedTest
    @CsvSource({"d,5", "d,1.5s", "d,1w", "d,-1s", "d,99999999999999h", "s,16KB", "s,1.5MiB", "s,-1"})
    void shouldRefuseWhatHasNoKnownUnit(String kind, String written) {
        String message = problem("k: " + written, root -> {
            if (kind.equals("d")) {
                root.durationNs("k", 0, 0, Long.MAX_VALUE);
            } else {
                root.sizeBytes("k", 0, 0, Long.MAX_VALUE);
            }
        });
        assertThat(message).startsWith("f.yaml:1: k: expected a ").endsWith(", found " + written);
    }

    @Test
    void shouldRefuseDecimalsWithTooManyDigits() {
        assertThat(problem("p: 0.0000000000001", root -> root.decimal("p", null, BigDecimal.ZERO, BigDecimal.TEN, 12)))
                .isEqualTo("f.yaml:1: p: expected a decimal number from 0 to 10 with at most 12 decimals,"
                        + " found 0.0000000000001");
    }

    @Test
    void shouldNameUnknownKeysWithASuggestion() {
        String message = problem("limits:\n  capactiy: 5\n", root -> {
            YamlMap limits = root.map("limits");
            limits.has("capacity");
            limits.has("refill_rate");
            limits.end();
            root.end();
        });
        assertThat(message)
                .isEqualTo("f.yaml:2: limits.capactiy: expected one of capacity, refill_rate,"
                        + " found the unknown key 'capactiy' (did you mean 'capacity'?)");
    }

    @Test
    void shouldNameDuplicateKeysWithBothLines() {
        assertThat(problem("a: 1\nb: 2\na: 3\n", root -> root.known("a", "b")))
                .isEqualTo("f.yaml:3: a: expected each key once, found it again, first on line 1");
    }

    @Test
    void shouldCollectEveryProblemInTheOrderOfTheFile() {
        YamlMap root = read("a: x\nb: [1]\nc: {d: 1}\n");
        root.number("a", 0, 9);
        root.text("missing");
        root.text("b");
        root.list("c");
        assertThatThrownBy(() -> reader.problems().throwIfAny())
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("""
                        f.yaml:1: a: expected a whole number from 0 to 9, found x
                        f.yaml:1: missing: expected text, found nothing
                        f.yaml:2: b: expected text, found a list
                        f.yaml:3: c: expected a list, found keys with values""");
    }

    @Test
    void shouldReplaceVariablesInValues() {
        YamlMap root = read("a: http://h:${PORT}/${NONE:-x}\nb: ${EMPTY:-d}\nc: ${SIZE}\nd: $${PORT}\ne: \"${EMPTY}\"");
        assertThat(root.text("a")).isEqualTo("http://h:8080/x");
        assertThat(root.text("b")).isEqualTo("d");
        assertThat(root.number("c", 0, 9_999)).isEqualTo(1_000);
        assertThat(root.text("d")).isEqualTo("${PORT}");
        assertThat(root.text("e", "?")).isEmpty();
        reader.problems().throwIfAny();
    }

    @Test
    void shouldNameAnUndefinedVariable() {
        assertThat(problem("a: 1\ntoken: ${NOPE}\n", root -> root.secret("token", "")))
                .startsWith(
                        "f.yaml:2: token: expected the environment variable NOPE to be defined, or ${NOPE:-default}")
                .endsWith("found ${NOPE}, whose value is not shown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${", "${}", "${1A}", "${A B}"})
    void shouldRefuseMalformedVariables(String written) {
        assertThat(problem("a: \"" + written + "\"", root -> root.text("a"))).startsWith("f.yaml:1: a: expected ");
    }

    @Test
    void shouldNeverShowSecretsNorTheEnvironment() {
        YamlMap root = read("token: hunter2-literal\nport: ${TOKEN}\nx: [hunter3-literal]\n");
        root.number("token", 0, 9);
        root.number("port", 0, 9);
        root.list("x").get(0).asSecret().asLong(0, 9);
        root.end();
        String all = reader.problems().list().toString();
        assertThat(reader.problems().list()).hasSize(3);
        assertThat(all).doesNotContain("hunter", "s3cr3t").contains("${TOKEN}");
    }

    @Test
    void shouldNotQuoteTheFileWhenItIsNoYaml() {
        String message = problem("a: 1\ntoken: \"hunter2\nb: 3\n", root -> {});
        assertThat(message)
                .startsWith("f.yaml:")
                .contains("expected YAML, found ")
                .doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b\n", "just text\n", "a: 1\n---\nb: 2\n"})
    void shouldRefuseFilesThatAreNoSingleMap(String text) {
        assertThat(problem(text, root -> {})).startsWith("f.yaml");
    }

    @Test
    void shouldRefuseForeignTagsAndBytesThatAreNoText() {
        assertThat(problem("a: !!java.io.File /etc\n", root -> root.text("a")))
                .isEqualTo("f.yaml:1: expected YAML, found Global tag is not allowed: tag:yaml.org,2002:java.io.File");
        reader.parse("g.yaml", Path.of("."), new byte[] {'a', '\n', ':', (byte) 0xFF});
        assertThat(reader.problems().list().get(1))
                .hasToString("g.yaml:2: expected UTF-8 text, found bytes that are not");
    }

    @Test
    void shouldNameTheLineOfACharacterThatNoFileMayHold() {
        String far = "# \uD83D\uDE00 and more\n".repeat(500);
        assertThat(problem(far + "a: 1\nb: \0\nc: 3\n", root -> {}))
                .isEqualTo("f.yaml:502: expected text that YAML allows, found the character U+0000");
        reader.parse("g.yaml", Path.of("."), "a: \uFFFE".getBytes(StandardCharsets.UTF_8));
        assertThat(reader.problems().list().get(1))
                .hasToString("g.yaml:1: expected text that YAML allows, found the character U+FFFE");
    }

    @Test
    void shouldRefuseAPathThatNoFileHas() {
        assertThat(problem("a: \"x\\0y\"\n", root -> root.find("a").asPath()))
                .startsWith("f.yaml:1: a: expected a path without the character U+0000, found ");
    }

    @Test
    void shouldKnowWhatWasFoundWrongAtAKeyAndBelowIt() {
        YamlMap root = read("a: {b: [1, x]}\nab: 1\nc: {d: 1}\n");
        assertThat(root.isSound("a", "ab", "c", "absent")).isTrue();
        YamlMap a = root.map("a");
        a.list("b").get(1).asLong(0, 9);
        assertThat(root.isSound("a")).isFalse();
        assertThat(a.isSound("b")).isFalse();
        assertThat(root.isSound("ab", "c")).isTrue();
        assertThat(root.isSound("ab", "a", "c")).isFalse();
    }

    @Test
    void shouldRefuseBinaryAndSuggestWords() {
        assertThat(problem("a: !!binary aGk=\n", root -> root.text("a"))).startsWith("f.yaml:1: a: expected text");
        read("mode: opne").oneOf("mode", "share", "open", "closed");
        assertThat(reader.problems().list().get(1))
                .hasToString("f.yaml:1: mode: expected one of share, open, closed, found opne (did you mean 'open'?)");
    }

    @Test
    void shouldSayThatAFileIsMissing(@TempDir Path dir) throws Exception {
        Path there = Files.writeString(dir.resolve("there.yaml"), "\uFEFFa: 1\n");
        assertThat(reader.read(there).root().number("a", 0, 9)).isEqualTo(1);
        reader.read(dir.resolve("none.yaml"));
        assertThat(reader.problems().list())
                .singleElement()
                .hasToString(dir.resolve("none.yaml") + ": expected a file that exists, found none");
    }
}
