package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, reading it ends with a catalog or with problems, never with an exception of another kind. */
class CatalogFuzzTest {
    private static final int CASES = 1_000;
    private static final String[] SCRAPS = {
        "[]",
        "{}",
        "null",
        "~",
        "-1",
        "0",
        "999999999999999999999",
        "1e99",
        "x",
        "\"\"",
        "[1, {a: 1}]",
        "${X}",
        "!!set {}",
        "&a [*a]",
        "*a",
        "<<",
        "2026-11-15",
        "[{plan: pro}, {plan: pro, from: 2026-11-15}]",
        "? [a]",
        "|",
        "\t",
        "#",
        ":"
    };

    @Test
    void shouldNeverFailButByNamingProblems() {
        long base = System.nanoTime();
        int sound = 0;
        for (int i = 0; i < CASES; i++) {
            long seed = base + i;
            String text = mutate(new Random(seed));
            try {
                List<String> problems = CatalogTexts.problems(text);
                sound += problems.isEmpty() ? 1 : 0;
                problems.forEach(problem -> assertThat(problem).startsWith("a.yaml"));
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + seed + ":\n" + text, e);
            }
        }
        assertThat(sound).as("some mutants are sound, some are not").isBetween(1, CASES - 1);
    }

    private static String mutate(Random random) {
        StringBuilder text = new StringBuilder(CatalogReaderTest.EXAMPLE);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, SCRAPS[random.nextInt(SCRAPS.length)]);
                case 2 -> replaceValue(text, at, SCRAPS[random.nextInt(SCRAPS.length)]);
                default -> text.setCharAt(at, (char) (0x20 + random.nextInt(0x60)));
            }
        }
        return text.toString();
    }

    /** Replaces what follows the next colon up to the end of the value. */
    private static void replaceValue(StringBuilder text, int from, String scrap) {
        int colon = text.indexOf(": ", from);
        if (colon >= 0) {
            int end = colon + 2;
            while (end < text.length() && ",}\n".indexOf(text.charAt(end)) < 0) {
                end++;
            }
            text.replace(colon + 2, end, scrap);
        }
    }
}
