package openclaw.edge.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTextTest {
    @Test
    void shouldLeaveWhatShows() {
        for (String text : new String[] {"", "acme", "a b\\c\"", "\u00E9\u4E2D\u05D0", "\uD83D\uDE00", "e\u0301"}) {
            assertThat(VisibleText.of(text)).isSameAs(text);
        }
    }

    @Test
    void shouldEscapeWhatMovesTurnsOrHides() {
        assertThat(VisibleText.of("a\u001B[2Jb")).isEqualTo("a\\u001b[2Jb");
        assertThat(VisibleText.of("ac\u202Eem\u200B\u00A0\u2028")).isEqualTo("ac\\u202eem\\u200b\\u00a0\\u2028");
        assertThat(VisibleText.of("\u007F\u0085\uFEFF\uE000\uD800")).isEqualTo("\\u007f\\u0085\\ufeff\\ue000\\ud800");
        assertThat(VisibleText.of("\uDB40\uDC41\uD83D\uDE00")).isEqualTo("\\udb40\\udc41\uD83D\uDE00");
    }

    @Test
    void shouldKeepLineEndsOfLinesAlone() {
        assertThat(VisibleText.of("a\nb\r")).isEqualTo("a\\u000ab\\u000d");
        assertThat(VisibleText.lines("a\nb\r\n")).isEqualTo("a\nb\\u000d\n");
    }

    @Test
    void shouldHoldForWhatIsWrongInAFile() {
        assertThat(new Problem("f.yaml", 1, "tenants.a\u202Eb", "text", "x\u0007").toString())
                .isEqualTo("f.yaml:1: tenants.a\\u202eb: expected text, found x\\u0007");
    }
}
