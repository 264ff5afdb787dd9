package openclaw.edge.ledger.read;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where a queue's file says that its last document stands: a hint in its header, kept by the writer. It is older than the
 * file in a copy that was made while the file was written, so it is believed only in so far as it says that there is more.
 *
 * <pre>
 *   'writePosition' | .. | 8D | capacity 8 | used 8 | position 8 | index 8
 * </pre>
 */
final class WrittenMark {
    /** The header says nothing that can be understood. */
    static final long UNKNOWN = -1;

    private static final byte[] NAME = "writePosition".getBytes(StandardCharsets.US_ASCII);
    private static final byte ARRAY = (byte) 0x8D;
    private static final int HEADER_LENGTH = 256;
    private static final int PADDING = 16;

    private WrittenMark() {}

    /**
     * Reads the hint.
     *
     * @param window over the file; moved to its beginning
     * @return position of the last document, or {@link #UNKNOWN}
     */
    static long read(final FileWindow window) throws IOException {
        window.load(0, HEADER_LENGTH);
        final int end = Math.min(window.length(), HEADER_LENGTH) - NAME.length - PADDING - 4 * Long.BYTES;
        for (int at = 0; at < end; at++) {
            if (isName(window.buffer(), at)) {
                return position(window.buffer(), at + NAME.length);
            }
        }
        return UNKNOWN;
    }

    private static boolean isName(final UnsafeBuffer buffer, final int at) {
        for (int i = 0; i < NAME.length; i++) {
            if (buffer.getByte(at + i) != NAME[i]) {
                return false;
            }
        }
        return true;
    }

    private static long position(final UnsafeBuffer buffer, final int from) {
        for (int at = from; at < from + PADDING; at++) {
            if (buffer.getByte(at) == ARRAY && buffer.getLong(at + 1, LITTLE_ENDIAN) == 2) {
                final long position = buffer.getLong(at + 1 + 2 * Long.BYTES, LITTLE_ENDIAN);
                return position >= 0 ? position : UNKNOWN;
            }
        }
        return UNKNOWN;
    }
}
