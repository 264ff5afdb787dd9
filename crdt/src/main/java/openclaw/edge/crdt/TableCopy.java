package openclaw.edge.crdt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * What a table's file held when somebody looked last, in memory of its own: from it the file can be written once its pages
 * are gone. Only what was ever in use is copied; the rest reads as zero. For one thread at a time.
 */
final class TableCopy {

    private static final int STEP_BYTES = 1 << 16;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /** The first part ends there, and the second begins there, of the last copy that is whole. */
    private int endBytes;

    private int tailBytes;
    private int madeEndBytes;
    private int madeTailBytes;
    private ByteBuffer kept = NONE;
    private ByteBuffer making = NONE;

    /** True once a copy is whole. */
    boolean isAny() {
        return kept.limit() > 0;
    }

    /**
     * Reads the file, as a file, since a mapping faults where it was cut; {@link #keep} makes it the copy.
     *
     * @param from the table's file.
     * @param end of its first part: header, directory, slots ever used.
     * @param tail where its second part begins: overflow blocks.
     * @param lengthBytes of the file.
     * @return false if it ended before.
     */
    boolean read(final FileChannel from, final int end, final int tail, final int lengthBytes) throws IOException {
        final int bytes = end + lengthBytes - tail;
        if (making.capacity() < bytes) {
            making = ByteBuffer.allocateDirect((bytes + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES);
        }
        making.clear().limit(end);
        if (!isFilled(from, 0)) {
            return false;
        }
        making.limit(bytes);
        madeEndBytes = end;
        madeTailBytes = tail;
        return isFilled(from, (long) tail - end);
    }

    /** What was read last was whole: it is the copy from now on. */
    void keep() {
        final ByteBuffer former = kept;
        kept = making.flip();
        making = former;
        endBytes = madeEndBytes;
        tailBytes = madeTailBytes;
    }

    /** Reads up to the limit, from there in the file where the position says, and so much farther; false if it ended. */
    private boolean isFilled(final FileChannel from, final long farther) throws IOException {
        while (making.hasRemaining()) {
            if (from.read(making, making.position() + farther) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Writes the copy to a file that holds zeros, as many as the copied one had bytes. */
    void write(final FileChannel to) throws IOException {
        final ByteBuffer all = kept.duplicate();
        while (all.hasRemaining()) {
            final boolean isFirst = all.position() < endBytes;
            all.limit(isFirst ? endBytes : kept.limit());
            to.write(all, isFirst ? all.position() : all.position() - endBytes + tailBytes);
            all.limit(kept.limit());
        }
    }
}
