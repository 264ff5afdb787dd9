package openclaw.edge.proxy.h2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of one header block as HPACK gave them, in order, in arrays that are reused: read before the next block is decoded.
 * One per event loop.
 *
 * <pre>
 *  bytes:    | name value name value ... |
 *  offsets:  | name value end | x count
 * </pre>
 */
final class FieldBlock {
    /** What each field counts beside its bytes (RFC 9113 section 6.5.2). */
    private static final int FIELD_OVERHEAD_BYTES = 32;

    private static final int STRIDE = 3;

    private final Sink sink = new Sink();
    private byte[] bytes = new byte[2048];
    private int[] offsets = new int[48 * STRIDE];
    private int length;
    private int count;
    private long listBytes;
    private int limitBytes;

    /** What the decoder adds to; empty again. */
    Http2Headers begin(final int limit) {
        length = 0;
        count = 0;
        listBytes = 0;
        limitBytes = limit;
        return sink;
    }

    /** Whether the list is longer than the limit; then it is not whole. */
    boolean isTooLarge() {
        return listBytes > limitBytes;
    }

    int count() {
        return count;
    }

    /** Valid until the next block. */
    byte[] bytes() {
        return bytes;
    }

    int nameOffset(final int index) {
        return offsets[index * STRIDE];
    }

    int nameLength(final int index) {
        return offsets[index * STRIDE + 1] - offsets[index * STRIDE];
    }

    int valueOffset(final int index) {
        return offsets[index * STRIDE + 1];
    }

    int valueLength(final int index) {
        return offsets[index * STRIDE + 2] - offsets[index * STRIDE + 1];
    }

    private void add(final AsciiString name, final AsciiString value) {
        final int needed = name.length() + value.length();
        listBytes += needed + FIELD_OVERHEAD_BYTES;
        if (listBytes > limitBytes) {
            return;
        }
        if (length + needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + needed));
        }
        final int at = count * STRIDE;
        if (at + STRIDE > offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * offsets.length);
        }
        offsets[at] = length;
        put(name);
        offsets[at + 1] = length;
        put(value);
        offsets[at + 2] = length;
        count++;
    }

    private void put(final AsciiString s) {
        System.arraycopy(s.array(), s.arrayOffset(), bytes, length, s.length());
        length += s.length();
    }

    /** The decoder's idea of a header list: takes names and values, and tells nothing. */
    private final class Sink extends DefaultHttp2Headers {
        Sink() {
            super(false);
        }

        @Override
        public Http2Headers add(final CharSequence name, final CharSequence value) {
            FieldBlock.this.add((AsciiString) name, (AsciiString) value);
            return this;
        }

        /** Lengths are verified here, not by the library. */
        @Override
        public List<CharSequence> getAll(final CharSequence name) {
            return List.of();
        }
    }
}
