package openclaw.edge.sync.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads fields in order up to a limit. The first failure sticks: from then on every read returns 0 and moves nothing, so
 * that a reader of many fields asks once, at the end, whether all of them were there.
 */
final class ReadCursor {

    private UnsafeBuffer buffer;
    private int position;
    private int limit;
    private DropReason failure = DropReason.NONE;

    void wrap(final UnsafeBuffer bytes, final int start, final int end) {
        buffer = bytes;
        position = start;
        limit = end;
        failure = DropReason.NONE;
    }

    int position() {
        return position;
    }

    /** Moves on to the next frame; without effect after a failure. */
    void move(final int start, final int end) {
        if (!hasFailed()) {
            position = start;
            limit = end;
        }
    }

    boolean hasRemaining() {
        return position < limit && !hasFailed();
    }

    boolean hasFailed() {
        return failure != DropReason.NONE;
    }

    DropReason failure() {
        return failure;
    }

    void fail(final DropReason reason) {
        if (!hasFailed()) {
            failure = reason;
            limit = position;
        }
    }

    int unsignedByte() {
        return has(Byte.BYTES) ? buffer.getByte(position++) & 0xFF : 0;
    }

    int unsignedShort() {
        if (!has(Short.BYTES)) {
            return 0;
        }
        final int value = buffer.getShort(position, LITTLE_ENDIAN) & 0xFFFF;
        position += Short.BYTES;
        return value;
    }

    long longValue() {
        if (!has(Long.BYTES)) {
            return 0;
        }
        final long value = buffer.getLong(position, LITTLE_ENDIAN);
        position += Long.BYTES;
        return value;
    }

    /** A number of variable length, at least 0. */
    long varint() {
        if (hasFailed()) {
            return 0;
        }
        final long value = Varints.get(buffer, position, limit);
        if (value == Varints.MALFORMED) {
            fail(DropReason.MALFORMED_NUMBER);
            return 0;
        }
        position += Varints.length(value);
        return value;
    }

    void bytes(final byte[] into, final int length) {
        if (has(length)) {
            buffer.getBytes(position, into, 0, length);
            position += length;
        }
    }

    private boolean has(final int lengthBytes) {
        if (limit - position >= lengthBytes && !hasFailed()) {
            return true;
        }
        fail(DropReason.FRAME_TRUNCATED);
        return false;
    }
}
