package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CostRulesTest {
    private static final CostRules RULES = new CostRules(List.of(
            rule("/v1/rate", null, 2),
            rule("/v1/bulk/*", null, 50),
            rule("/v1/a:b", null, 7),
            rule("/v1/chat/*", "gpt-4", 10),
            rule(null, "small", 3)));

    private static CostRules.Rule rule(String path, String model, long tokens) {
        return new CostRules.Rule(path == null ? null : PathPattern.of(path), model, tokens);
    }

    private static long cost(String target, boolean hasBody) {
        byte[] bytes = ("xx" + target + "yy").getBytes(StandardCharsets.UTF_8);
        return RULES.tokens(bytes, 2, bytes.length - 4, hasBody);
    }

    private static long cost(String target, String model) {
        byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
        byte[] name = ("\"" + model + "\"").getBytes(StandardCharsets.UTF_8);
        return RULES.tokensForModel(bytes, 0, bytes.length, name, 1, name.length - 2);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/rate, 2",
        "/v1/rate?subject=a//b;c, 2",
        "/v1/rat%65, 2",
        "/v1/%72ate, 2",
        "/v1/rate/, 1",
        "/v1/ratex, 1",
        "/v1/rat, 1",
        "/V1/rate, 1",
        "/v1/bulk/x/y, 50",
        "/v1/bulk/, 50",
        "/v1/bulk, 1",
        "/v1/%62ulk/x, 50",
        "/, 1",
        "*, 1",
        "/v1/rate/user%40example.com, 1",
        "/v1/a:b, 7",
    })
    void shouldTakeTheFirstRuleThatMatchesThePath(String target, long tokens) {
        assertThat(cost(target, false)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource({"/v1/a%3Ab, 7", "/v1/a%3ab, 7", "/v1/bulk/%40, 50"})
    void shouldTakeTheDearerReadingOfAReservedEscape(String target, long tokens) {
        assertThat(cost(target, false)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/./rate",
                "/v1/../rate",
                "/v1/rate/.",
                "/v1/rate/..",
                "/v1/%2e/rate",
                "/v1/.%2E/rate",
                "//v1/rate",
                "/v1//rate",
                "/v1\\rate",
                "/v1%2Frate",
                "/v1%2frate",
                "/v1%5Crate",
                "/v1/rate%00",
                "/v1/rate;x=1",
                "/v1/rate%3Bx",
                "/v1/rate%",
                "/v1/rate%4",
                "/v1/rate%zz",
                "v1/rate",
                "",
                "?x=1"
            })
    void shouldTakeTheDearestRuleWhereAnotherServerMightReadThePathOtherwise(String target) {
        assertThat(cost(target, false)).isEqualTo(50);
        assertThat(cost(target, true)).isEqualTo(50);
        assertThat(cost(target, "small")).isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/...", "/v1/.a", "/v1/a.", "/v1/..a/b", "/v1/~x", "/v1/%7Ex", "/v1/a%20b"})
    void shouldNotTakeHarmlessPathsForAmbiguous(String target) {
        assertThat(cost(target, false)).isEqualTo(1);
    }

    @Test
    void shouldAskForTheModelOnlyWhereItMatters() {
        assertThat(cost("/v1/rate", true)).as("an earlier rule decides").isEqualTo(2);
        assertThat(cost("/v1/chat/completions", true)).isEqualTo(CostRules.NEEDS_MODEL);
        assertThat(cost("/v1/other", true)).isEqualTo(CostRules.NEEDS_MODEL);
        assertThat(cost("/v1/chat/completions", false))
                .as("no body names no model")
                .isEqualTo(1);
        assertThat(cost("/v1/chat/completions", "gpt-4")).isEqualTo(10);
        assertThat(cost("/v1/chat/completions", "gpt-4o")).isEqualTo(1);
        assertThat(cost("/v1/chat/completions", "small")).isEqualTo(3);
        assertThat(cost("/v1/other", "gpt-4")).isEqualTo(1);
        assertThat(RULES.dearestTokens()).isEqualTo(50);
    }

    @Test
    void shouldCostOneWithoutRulesEvenWhereThePathIsAmbiguous() {
        byte[] path = "/a//b".getBytes(StandardCharsets.UTF_8);
        assertThat(CostRules.NONE.tokens(path, 0, path.length, true)).isEqualTo(1);
        assertThat(new CostRules(List.of(rule("/free", null, 0))).dearestTokens())
                .as("a path that no rule names costs 1")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate", "/a*b", "/a/*/b", "/a?b", "/a b", "/a//b", "/a;b", "/%2F", "/%4", "/é"})
    void shouldRefusePatternsThatCouldBeReadInTwoWays(String pattern) {
        assertThatThrownBy(() -> PathPattern.of(pattern)).hasMessage("a path like /v1/rate or /v1/chat/*");
    }

    @Test
    void shouldMatchPatternsWithEscapes() {
        assertThat(matches("/%61/b%3a", "/a/b%3A?x")).isTrue();
        assertThat(matches("/*", "/anything")).isTrue();
        assertThat(matches("/a/*", "/a")).isFalse();
        assertThat(PathPattern.of("/a/*")).isEqualTo(PathPattern.of("/a/*")).hasToString("/a/*");
    }

    private static boolean matches(String pattern, String target) {
        byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
        return PathPattern.of(pattern).matches(bytes, 0, bytes.length);
    }
}
