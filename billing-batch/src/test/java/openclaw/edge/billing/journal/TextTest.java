package openclaw.edge.billing.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
    private static String json(String text) {
        StringBuilder out = new StringBuilder();
        Text.json(out, text);
        return out.toString();
    }

    @Test
    void shouldEscapeWhatATerminalCouldObey() {
        assertThat(json("plain é 漢 \ud83d\ude00")).isEqualTo("\"plain é 漢 \ud83d\ude00\"");
        assertThat(json("a\"b\\c")).isEqualTo("\"a\\\"b\\\\c\"");
        assertThat(json("\u001b[2J\n\u0000\u007f\u009b")).isEqualTo("\"\\u001b[2J\\u000a\\u0000\\u007f\\u009b\"");
        assertThat(json("\u202etxt\u200b\u2028\ufeff")).isEqualTo("\"\\u202etxt\\u200b\\u2028\\ufeff\"");
        assertThat(json("\ud800x\udc00")).isEqualTo("\"\\ud800x\\udc00\"");
        assertThat(json("\udb40\udc41")).isEqualTo("\"\\udb40\\udc41\"");
        assertThat(Text.plain("\u001b]0;x\u0007\"\\")).isEqualTo("\\u001b]0;x\\u0007\"\\\\");
    }

    @Test
    void shouldWriteInstantsWithNineDigits() {
        assertThat(Text.instant(0)).isEqualTo("1970-01-01T00:00:00.000000000Z");
        assertThat(Text.instant(1_795_000_000_000_000_005L)).isEqualTo("2026-11-18T11:06:40.000000005Z");
        assertThat(Text.instant(-1)).isEqualTo("1969-12-31T23:59:59.999999999Z");
        StringBuilder out = new StringBuilder();
        Text.Instants instants = new Text.Instants();
        instants.append(out, 999_999_999L);
        instants.append(out, 1_000_000_000L);
        instants.append(out, 120_000_000L);
        assertThat(out)
                .hasToString(
                        "1970-01-01T00:00:00.999999999Z1970-01-01T00:00:01.000000000Z1970-01-01T00:00:00.120000000Z");
    }

    @Test
    void shouldWriteCountsThatNoReaderRounds() {
        StringBuilder out = new StringBuilder();
        Text.count(out, 1L << 53);
        Text.count(out.append(' '), (1L << 53) + 1);
        assertThat(out).hasToString("9007199254740992 \"9007199254740993\"");
    }
}
