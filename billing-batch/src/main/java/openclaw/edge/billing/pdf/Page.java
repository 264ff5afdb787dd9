package openclaw.edge.billing.pdf;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What is drawn on one page, in the order of drawing. Not thread-safe. */
final class Page {
    private static final int MPT = 1000;

    private final List<Mark> marks = new ArrayList<>();

    /** Something at a place. */
    private interface Mark {
        void write(Output out, FontSubset font);
    }

    /** Printable text, from its left end on the base line. */
    void text(int x, int y, String printable, TextStyle style) {
        if (!printable.isEmpty()) {
            marks.add((out, font) -> out.text(x, y, printable, style, font));
        }
    }

    /** A filled rectangle in a shade from 0 (black) to 1000 (white). */
    void fill(int x, int y, int width, int height, int shade) {
        marks.add((out, font) -> out.number(shade)
                .word("g ")
                .number(x)
                .number(y)
                .number(width)
                .number(height)
                .word("re f\n"));
    }

    /** The page's content stream (ISO 32000-1, 8.2 and 9.4). */
    byte[] content(FontSubset font) {
        Output out = new Output();
        marks.forEach(mark -> mark.write(out, font));
        return out.bytes.toByteArray();
    }

    /** Operators with their operands. */
    private static final class Output {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);

        Output word(String word) {
            bytes.writeBytes(word.getBytes(StandardCharsets.US_ASCII));
            return this;
        }

        /** Thousandths as a decimal. */
        Output number(int thousandths) {
            if (thousandths < 0) {
                bytes.write('-');
            }
            int whole = Math.abs(thousandths / MPT);
            int rest = Math.abs(thousandths % MPT);
            word(Integer.toString(whole));
            if (rest > 0) {
                bytes.write('.');
                bytes.write('0' + rest / 100);
                bytes.write('0' + rest / 10 % 10);
                bytes.write('0' + rest % 10);
            }
            bytes.write(' ');
            return this;
        }

        void text(int x, int y, String printable, TextStyle style, FontSubset font) {
            word("BT /F1 ").number(style.sizeMpt()).word("Tf ");
            number(style.shade()).word("g ");
            // The typeface has no bold face: its outlines are drawn a little wider.
            if (style.bold()) {
                number(style.shade()).word("G ").number(style.sizeMpt() / 30).word("w 2 Tr ");
            } else {
                word("0 Tr ");
            }
            number(x).number(y).word("Td (");
            for (int i = 0; i < printable.length(); i++) {
                int glyph = font.glyph(printable.charAt(i));
                octet(glyph >> 8);
                octet(glyph & 0xFF);
            }
            word(") Tj ET\n");
        }

        /** One byte of a string, escaped where a reader would take it for something else. */
        private void octet(int value) {
            if (value == '\r') {
                bytes.write('\\');
                bytes.write('r');
                return;
            }
            if (value == '(' || value == ')' || value == '\\') {
                bytes.write('\\');
            }
            bytes.write(value);
        }
    }
}
