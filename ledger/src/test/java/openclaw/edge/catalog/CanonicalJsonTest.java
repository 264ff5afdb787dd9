package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    @Test
    void shouldSortKeysByCodeUnitsAsInTheExampleOfRfc8785() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("\u20ac", "Euro Sign");
        map.put("\r", "Carriage Return");
        map.put("\ufb33", "Hebrew Letter Dalet With Dagesh");
        map.put("1", "One");
        map.put("\ud83d\ude00", "Emoji: Grinning Face");
        map.put("\u0080", "Control");
        map.put("\u00f6", "Latin Small Letter O With Diaeresis");
        assertThat(CanonicalJson.write(map))
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                        + "\"\ud83d\ude00\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    @Test
    void shouldWriteEveryKindOfValueInItsShortestForm() {
        assertThat(CanonicalJson.write(
                        Arrays.asList("\u20ac$\u000F\nA'B\"\\\\\"/\u007f", 1, -2L, true, null, List.of())))
                .isEqualTo("[\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u007f\",1,-2,true,null,[]]");
    }

    @Test
    void shouldKeepCountsExactBeyondWhatNumbersHold() {
        assertThat(CanonicalJson.write(CanonicalJson.count(9_007_199_254_740_992L)))
                .isEqualTo("9007199254740992");
        assertThat(CanonicalJson.write(CanonicalJson.count(9_007_199_254_740_993L)))
                .isEqualTo("\"9007199254740993\"");
        assertThatThrownBy(() -> CanonicalJson.write(9_007_199_254_740_993L)).hasMessageContaining("2^53");
        assertThatThrownBy(() -> CanonicalJson.write(1.5)).hasMessageContaining("java.lang.Double");
    }
}
