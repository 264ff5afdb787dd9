package openclaw.edge.proxy.forward;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;

/**
 * Configured field names and prefixes, to be dropped from heads. Names are compared in their normal form (see
 * {@link FieldNames}): what another server might read as one of them is one of them.
 */
final class NameSet {
    private final byte[][] names;
    private final boolean[] isPrefix;
    /** Bit n: some name has the normal first byte {@code n & 63}. Most fields are told apart by this alone. */
    private final long firstBytes;

    private NameSet(final List<String> patterns) {
        names = new byte[patterns.size()][];
        isPrefix = new boolean[patterns.size()];
        long first = 0;
        for (int i = 0; i < names.length; i++) {
            final String pattern = patterns.get(i);
            isPrefix[i] = pattern.endsWith("*");
            names[i] = HopByHop.normalForm(isPrefix[i] ? pattern.substring(0, pattern.length() - 1) : pattern);
            first |= names[i].length == 0 ? -1L : 1L << (names[i][0] & 63);
        }
        firstBytes = first;
    }

    static Builder builder() {
        return new Builder();
    }

    /** Drops every field of the head whose name is in this set. */
    void drop(final Head head) {
        if (names.length == 0) {
            return;
        }
        final byte[] bytes = head.bytes();
        for (int i = 0, n = head.fieldCount(); i < n; i++) {
            if (head.id(i) != Head.DROPPED) {
                final int offset = head.nameOffset(i);
                final int first = FieldNames.normal(bytes[offset]) & 63;
                if ((firstBytes & (1L << first)) != 0 && contains(bytes, offset, head.nameLength(i))) {
                    head.drop(i);
                }
            }
        }
    }

    private boolean contains(final byte[] bytes, final int offset, final int length) {
        for (int i = 0; i < names.length; i++) {
            final byte[] name = names[i];
            if ((isPrefix[i] ? length >= name.length : length == name.length) && matches(name, bytes, offset)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(final byte[] name, final byte[] bytes, final int offset) {
        for (int i = 0; i < name.length; i++) {
            if (FieldNames.normal(bytes[offset + i]) != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** Collects patterns. */
    static final class Builder {
        private final List<String> patterns = new ArrayList<>();

        /** A field name, or a prefix that ends with {@code *}. */
        void add(final String pattern) {
            patterns.add(pattern);
        }

        NameSet build() {
            return new NameSet(patterns);
        }
    }
}
