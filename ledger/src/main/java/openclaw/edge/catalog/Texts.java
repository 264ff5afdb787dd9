package openclaw.edge.catalog;

import openclaw.edge.yaml.YamlNode;

/**
 * What texts for people may not hold: characters that are not seen and change how the rest is read. With them an invoice could
 * show other words, or figures in another order, than those that were approved (Unicode TR 36, 2.10 and 3.1).
 */
final class Texts {
    private static final int NONE = -1;

    private Texts() {}

    /** Names the first character of a text that may not stand there; whether there is none. */
    static boolean check(YamlNode node, String text) {
        int unfit = unfit(text);
        if (unfit != NONE) {
            node.problem("text without control characters and marks of direction", String.format("U+%04X", unfit));
        }
        return unfit == NONE;
    }

    private static int unfit(String text) {
        return text.codePoints().filter(Texts::isUnfit).findFirst().orElse(NONE);
    }

    private static boolean isUnfit(int codePoint) {
        return Character.isISOControl(codePoint)
                || isOfDirection(codePoint)
                || Character.getType(codePoint) == Character.LINE_SEPARATOR
                || Character.getType(codePoint) == Character.PARAGRAPH_SEPARATOR
                || Character.getType(codePoint) == Character.SURROGATE
                || codePoint == 0xFEFF
                || (codePoint & 0xFFFE) == 0xFFFE
                || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
    }

    /** Explicit marks, embeddings, overrides and isolates (Unicode TR 9, 2). Letters have their direction without them. */
    private static boolean isOfDirection(int codePoint) {
        return codePoint == 0x061C
                || codePoint == 0x200E
                || codePoint == 0x200F
                || (codePoint >= 0x202A && codePoint <= 0x202E)
                || (codePoint >= 0x2066 && codePoint <= 0x2069);
    }
}
