package openclaw.edge.proxy.exchange.grammar;

import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/** The value of Content-Length: digits alone, below 2^63, and no leading zero, which some servers read as octal. */
public final class ContentLength {
    /** Result of {@link #parse}: not a length. */
    public static final long BAD = -1;

    /** Result of {@link #collapse}: not all the same. */
    public static final long DIFFERENT = -2;

    private ContentLength() {}

    /** The length that a value says, or {@link #BAD}. */
    public static long parse(final byte[] bytes, final int offset, final int length) {
        if (length == 0 || (length > 1 && bytes[offset] == '0')) {
            return BAD;
        }
        long value = 0;
        for (int at = offset, end = offset + length; at < end; at++) {
            final int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return BAD;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** The one value of all Content-Length fields of a head, of which all but the first are dropped. */
    public static long collapse(final Head head) {
        int i = head.find(FieldNames.CONTENT_LENGTH);
        final long value = parse(head.bytes(), head.valueOffset(i), head.valueLength(i));
        while (value >= 0 && (i = head.findFrom(FieldNames.CONTENT_LENGTH, i + 1)) >= 0) {
            final long other = parse(head.bytes(), head.valueOffset(i), head.valueLength(i));
            if (other != value) {
                return other < 0 ? other : DIFFERENT;
            }
            head.drop(i);
        }
        return value;
    }
}
