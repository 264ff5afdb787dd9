package openclaw.edge.proxy.h2;

import java.util.Arrays;

/**
 * The literal that came last for each name of the static table, as it was encoded and as the line that it stands for: most servers
 * send the same ones in response after response, and without a table of their own. Comparing is cheaper than decoding. Holds no
 * long ones, and makes no garbage when they change.
 */
final class LastLiterals {
    private static final int ENCODED_BYTES = 64;

    /** Of the longest name, and of what the shortest codes make of the longest string. */
    private static final int LINE_BYTES = 192;

    private final Literal[] byName = new Literal[StaticTable.SIZE + 1];

    /** One literal. */
    static final class Literal {
        private final byte[] encoded = new byte[ENCODED_BYTES];
        private final byte[] line = new byte[LINE_BYTES];
        private int encodedLength;
        private int nameLength;
        private int valueLength;
        private int kind;

        /** It stands for the line that {@code decoded} begins with. */
        void is(final byte[] decoded, final int name, final int value, final int itsKind) {
            nameLength = name;
            valueLength = value;
            kind = itsKind;
            System.arraycopy(decoded, 0, line, 0, name + value + 2 * FieldLine.SEPARATOR_BYTES);
        }

        /** As in {@link FieldLine}. */
        byte[] line() {
            return line;
        }

        int nameLength() {
            return nameLength;
        }

        int valueLength() {
            return valueLength;
        }

        int kind() {
            return kind;
        }
    }

    /** The literal of a name, if what stands in {@code bytes[from, to)} is its encoded string; else null. */
    Literal find(final int name, final byte[] bytes, final int from, final int to) {
        final Literal last = byName[name];
        return last != null && Arrays.equals(last.encoded, 0, last.encodedLength, bytes, from, to) ? last : null;
    }

    /** Takes note of the string in {@code bytes[from, to)}. Returns what is to be told what it stands for; null: it is too long. */
    Literal begin(final int name, final byte[] bytes, final int from, final int to) {
        if (to - from > ENCODED_BYTES) {
            return null;
        }
        if (byName[name] == null) {
            byName[name] = new Literal();
        }
        final Literal literal = byName[name];
        System.arraycopy(bytes, from, literal.encoded, 0, to - from);
        literal.encodedLength = to - from;
        return literal;
    }
}
