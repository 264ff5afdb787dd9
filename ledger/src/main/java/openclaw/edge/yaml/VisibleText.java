package openclaw.edge.yaml;

/**
 * Text as it may go to a terminal: what would move a cursor, turn the direction of what follows or not show at all stands as
 * {@code \}{@code uXXXX}, so that a name cannot pass for another one. For people only: JSON and CSV have escapes of their own.
 */
public final class VisibleText {
    private VisibleText() {}

    /** One line: line ends within it are escaped too. */
    public static String of(String text) {
        return escaped(text, false);
    }

    /** Several lines. */
    public static String lines(String text) {
        return escaped(text, true);
    }

    private static String escaped(String text, boolean isOfLines) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            int next = i + Character.charCount(codePoint);
            boolean isKept = isVisible(codePoint) || (isOfLines && codePoint == '\n');
            if (!isKept && out == null) {
                out = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (out != null && isKept) {
                out.appendCodePoint(codePoint);
            } else if (out != null) {
                for (int at = i; at < next; at++) {
                    out.append(String.format("\\u%04x", (int) text.charAt(at)));
                }
            }
            i = next;
        }
        return out == null ? text : out.toString();
    }

    /** Whether it is a letter, a digit, a mark that shows, or the space: not a control, format or bidirectional character. */
    public static boolean isVisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }
}
