package openclaw.edge.load.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.load.harness.BodySink;

/**
 * A body of any length whose every byte is known by its position: a random block again and again, of a prime length, so that
 * no piece that is lost, doubled or out of place looks right.
 */
final class Payload {
    private static final int BLOCK_BYTES = 65_521;
    private static final byte[] BLOCK = new byte[BLOCK_BYTES];
    private static final byte[] CHUNK_HEAD =
            (Integer.toHexString(BLOCK_BYTES) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNK_END = {'\r', '\n'};

    static {
        new Random(BLOCK_BYTES).nextBytes(BLOCK);
    }

    private Payload() {}

    /** Writes {@code blocks} blocks, each a chunk or all of them plain, and tells {@code written} after each; no last chunk. */
    static void write(final OutputStream out, final long blocks, final boolean chunked, final AtomicLong written)
            throws IOException {
        for (long i = 0; i < blocks; i++) {
            if (chunked) {
                out.write(CHUNK_HEAD);
            }
            out.write(BLOCK);
            if (chunked) {
                out.write(CHUNK_END);
            }
            written.addAndGet(BLOCK_BYTES);
        }
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
    }

    /** The field that says how {@code blocks} blocks are framed, with its line's end. */
    static String framing(final long blocks, final boolean chunked) {
        return chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + bytes(blocks) + "\r\n";
    }

    static long bytes(final long blocks) {
        return blocks * BLOCK_BYTES;
    }

    /** So many blocks as have {@code mib} MiB at least. */
    static long blocksOfMib(final long mib) {
        return mib * 1024 * 1024 / BLOCK_BYTES + 1;
    }

    /** Blocks to be read; {@code taken} is told how much was. */
    static InputStream stream(final long blocks, final AtomicLong taken) {
        return new InputStream() {
            private long at;

            @Override
            public int read() {
                final byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(final byte[] into, final int offset, final int length) {
                final int from = (int) (at % BLOCK_BYTES);
                final int count = (int) Math.min(Math.min(length, BLOCK_BYTES - from), bytes(blocks) - at);
                if (count == 0) {
                    return length == 0 ? 0 : -1;
                }
                System.arraycopy(BLOCK, from, into, offset, count);
                at += count;
                taken.addAndGet(count);
                return count;
            }
        };
    }

    /** Compares what comes with what has to. For one thread. */
    static final class Check implements BodySink {
        private long at;

        /** @throws IllegalStateException at the first byte that is another's */
        @Override
        public void accept(final byte[] bytes, final int length) {
            int done = 0;
            while (done < length) {
                final int from = (int) (at % BLOCK_BYTES);
                final int count = Math.min(length - done, BLOCK_BYTES - from);
                final int differs = Arrays.mismatch(bytes, done, done + count, BLOCK, from, from + count);
                if (differs >= 0) {
                    throw new IllegalStateException("another byte than was sent at " + (at + differs));
                }
                done += count;
                at += count;
            }
        }

        /** Bytes that were right; all that came. */
        long bytes() {
            return at;
        }
    }
}
