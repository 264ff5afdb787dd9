package openclaw.edge.ledger.archive;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packs records that resemble the one before: of each word of 8 bytes only how much it differs, and nothing where it does not.
 * Records of one tenant in one lane mostly differ in sequence, time, latency and bytes, so that a quarter is left. The CRC is
 * not kept: it is computed again.
 *
 * <pre>
 *   record     words: varint | which words differ: a bit each, padded to bytes | per such word: zigzag varint of the difference
 * </pre>
 *
 * Usage records are compared with the usage record before, others with zeros. Not thread-safe.
 */
final class WordDelta {
    /** A word takes 10 bytes at most, and a bit; a record a length too. */
    private static final int MAX_WORD_LENGTH = 11;

    private static final int SEVEN_BITS = 0x7F;
    private static final int MORE = 0x80;
    private static final long LENGTH_ONLY = 0xFFFF_FFFF_0000_0000L;

    private final long[] before = new long[UsageRecordDescriptor.LENGTH / Long.BYTES];
    private byte[] packed = new byte[1 << 16];
    private int length;

    /** Begins a block. */
    void reset() {
        Arrays.fill(before, 0);
        length = 0;
    }

    /** What was packed since {@link #reset()}. */
    byte[] packed() {
        return packed;
    }

    /** Bytes of it. */
    int length() {
        return length;
    }

    /** Packs a record whose CRC agrees. */
    void pack(final UnsafeBuffer buffer, final int at) {
        final int words = buffer.getInt(at + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN) / Long.BYTES;
        final boolean isUsage = words == before.length;
        final int most = length + (words + 1) * MAX_WORD_LENGTH;
        if (most > packed.length) {
            packed = Arrays.copyOf(packed, most * 2);
        }
        varint(words);
        final int maskAt = length;
        length += (words + 7) / 8;
        Arrays.fill(packed, maskAt, length, (byte) 0);
        for (int i = 0; i < words; i++) {
            final long stored = buffer.getLong(at + i * Long.BYTES, LITTLE_ENDIAN);
            final long word = i == 0 ? stored & LENGTH_ONLY : stored;
            final long difference = isUsage ? word - before[i] : word;
            if (difference != 0) {
                packed[maskAt + i / 8] |= (byte) (1 << i % 8);
                varint((difference << 1) ^ (difference >> 63));
                if (isUsage) {
                    before[i] = word;
                }
            }
        }
    }

    private void varint(final long value) {
        long left = value;
        while ((left & ~SEVEN_BITS) != 0) {
            packed[length++] = (byte) ((left & SEVEN_BITS) | MORE);
            left >>>= 7;
        }
        packed[length++] = (byte) left;
    }

    /** Takes packed bytes apart again. */
    static final class Unpacker {
        private final long[] before = new long[UsageRecordDescriptor.LENGTH / Long.BYTES];
        private byte[] packed;
        private int at;
        private int end;

        /**
         * Unpacks a block into documents.
         *
         * @param bytes packed, up to their end
         * @param from first of them
         * @param to region for the documents from 0
         * @param unpackedLength that they must come to
         * @return whether they do; false when the bytes are not what was packed
         */
        boolean unpack(final byte[] bytes, final int from, final RecordRegion to, final int unpackedLength) {
            packed = bytes;
            at = from;
            end = bytes.length;
            Arrays.fill(before, 0);
            int out = 0;
            while (at < end) {
                final long words = varint();
                final long next = out + Integer.BYTES + words * Long.BYTES;
                if (words < RecordDescriptor.HEADER_LENGTH / Long.BYTES
                        || words > RecordDescriptor.MAX_LENGTH / Long.BYTES
                        || next > unpackedLength
                        || !record((int) words, to, out + Integer.BYTES)) {
                    return false;
                }
                to.buffer().putInt(out, (int) words * Long.BYTES, LITTLE_ENDIAN);
                out = (int) next;
            }
            return out == unpackedLength && at == end;
        }

        private boolean record(final int words, final RecordRegion to, final int recordAt) {
            final boolean isUsage = words == before.length;
            final int maskAt = at;
            at += (words + 7) / 8;
            if (at > end) {
                return false;
            }
            final UnsafeBuffer buffer = to.buffer();
            for (int i = 0; i < words; i++) {
                long word = isUsage ? before[i] : 0;
                if ((packed[maskAt + i / 8] & (1 << i % 8)) != 0) {
                    final long zigzag = varint();
                    word += (zigzag >>> 1) ^ -(zigzag & 1);
                    if (isUsage) {
                        before[i] = word;
                    }
                }
                buffer.putLong(recordAt + i * Long.BYTES, word, LITTLE_ENDIAN);
            }
            if (buffer.getInt(recordAt + RecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN) != words * Long.BYTES) {
                return false;
            }
            to.seal(recordAt);
            return true;
        }

        /** Reads on; behind the end zeros, which no length or mask agrees with in the end. */
        private long varint() {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                final int one = at < end ? packed[at] : 0;
                at++;
                value |= (long) (one & SEVEN_BITS) << shift;
                if (one >= 0) {
                    return value;
                }
            }
            return value;
        }
    }
}
