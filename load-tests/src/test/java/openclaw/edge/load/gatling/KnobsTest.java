package openclaw.edge.load.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said wrongly ends a run before it begins, with the value and what was expected. */
final class KnobsTest {
    private static final String NAME = "openclaw.edge.knob";

    @AfterEach
    void clear() {
        System.clearProperty(NAME);
    }

    private static void say(final String value) {
        System.setProperty(NAME, value);
    }

    @Test
    void shouldTakeNumbersWithinTheirRangeAndNothingElse() {
        assertThat(Knobs.number(NAME, 7, 1, 100_000)).isEqualTo(7);
        say(" 20_000 ");
        assertThat(Knobs.number(NAME, 7, 1, 100_000)).isEqualTo(20_000);
        for (final String wrong : new String[] {"0", "100001", "20k", "1.5", "99999999999"}) {
            say(wrong);
            assertThatThrownBy(() -> Knobs.number(NAME, 7, 1, 100_000))
                    .hasMessage("-D" + NAME + "=" + wrong + ", expected a whole number from 1 to 100000");
        }
    }

    @Test
    void shouldTakeUrlsWithoutTheirLastSlash() {
        say("http://10.0.0.1:8080/, https://edge.test");
        assertThat(Knobs.urls(NAME)).containsExactly("http://10.0.0.1:8080", "https://edge.test");
        say("10.0.0.1:8080");
        assertThatThrownBy(() -> Knobs.urls(NAME))
                .hasMessage("-D" + NAME + "=10.0.0.1:8080, expected http://host:port or https://host");
        say("ftp://edge.test");
        assertThatThrownBy(() -> Knobs.urls(NAME)).hasMessageContaining("expected http://host:port");
    }
}
