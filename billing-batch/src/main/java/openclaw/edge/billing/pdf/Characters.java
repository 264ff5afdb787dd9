package openclaw.edge.billing.pdf;

import java.text.Normalizer;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes texts fit to be printed and remembers what they used: composed (NFC), any white space a space, invisible characters left
 * out, and what the typeface does not have replaced by a box and counted. One per sheet; not thread-safe.
 */
final class Characters {
    /** Stands for a character that the typeface does not have. */
    static final int REPLACEMENT = 0x25A1;

    private static final int FIRST_PRINTABLE = 0x20;
    private static final int LAST_ASCII = 0x7E;
    private static final int EN_DASH = 0x2013;

    private final Typeface typeface;
    private final SortedSet<Integer> used = new TreeSet<>();
    private final SortedMap<Integer, Integer> missing = new TreeMap<>();

    Characters(Typeface typeface) {
        this.typeface = typeface;
        // Nearly all sheets have no others: they share one subset, which is made once.
        for (int codePoint = FIRST_PRINTABLE; codePoint <= LAST_ASCII; codePoint++) {
            used.add(codePoint);
        }
        used.add(EN_DASH);
    }

    /** A text as it is printed; every character of it has a glyph. */
    String printable(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().forEach(codePoint -> append(out, codePoint));
        return out.toString();
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < FIRST_PRINTABLE || text.charAt(i) > LAST_ASCII) {
                return false;
            }
        }
        return true;
    }

    private void append(StringBuilder out, int codePoint) {
        if (Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint)) {
            out.append(' ');
        } else if (isInvisible(codePoint)) {
            return;
        } else if (typeface.glyph(codePoint) == 0) {
            missing.merge(codePoint, 1, Integer::sum);
            used.add(REPLACEMENT);
            out.appendCodePoint(REPLACEMENT);
        } else {
            used.add(codePoint);
            out.appendCodePoint(codePoint);
        }
    }

    /** Controls, marks of direction, joiners, variation selectors. */
    private static boolean isInvisible(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL || type == Character.FORMAT || (codePoint >= 0xFE00 && codePoint <= 0xFE0F);
    }

    /** The width of printable text in mpt. */
    int width(String printable, int sizeMpt) {
        long units = 0;
        for (int i = 0; i < printable.length(); i++) {
            units += typeface.advance(typeface.glyph(printable.charAt(i)));
        }
        return Math.toIntExact(units * sizeMpt / Typeface.UNITS);
    }

    /** All characters that stand on the sheet. */
    SortedSet<Integer> used() {
        return used;
    }

    /** Characters that the typeface does not have, and how often they were replaced. */
    SortedMap<Integer, Integer> missing() {
        return missing;
    }
}
