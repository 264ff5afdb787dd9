package openclaw.edge.ledger.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * The fixed 64-bit hash behind name ids: XXH64 of the name's bytes, seeded by kind and scope. The same on every edge and
 * for ever, since journals of many edges and years are read together.
 *
 * <p>An agent's scope is its tenant's id: what a tenant calls its agents can collide with its own agents only.
 */
public final class NameHash {
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;

    private NameHash() {}

    /**
     * The id of a name.
     *
     * @param kind what it names
     * @param scope id of the tenant for an agent, else 0
     * @param bytes where the name stands
     * @param offset of its first byte
     * @param lengthBytes of the name
     * @return the id, never 0; or 0 for an empty name, which has no NAME record
     */
    public static long id(
            final NameKind kind, final long scope, final DirectBuffer bytes, final int offset, final int lengthBytes) {
        if (lengthBytes == 0) {
            return 0;
        }
        final long hash = xxh64(bytes, offset, lengthBytes, scope ^ (kind.code() * P1));
        return hash == 0 ? 1 : hash;
    }

    /**
     * XXH64 as published by its author.
     *
     * @param bytes input
     * @param offset of the first byte
     * @param lengthBytes of the input
     * @param seed any
     * @return the hash
     */
    public static long xxh64(final DirectBuffer bytes, final int offset, final int lengthBytes, final long seed) {
        int at = offset;
        final int end = offset + lengthBytes;
        long hash;
        if (lengthBytes >= 32) {
            long a = seed + P1 + P2;
            long b = seed + P2;
            long c = seed;
            long d = seed - P1;
            do {
                a = round(a, bytes.getLong(at, LITTLE_ENDIAN));
                b = round(b, bytes.getLong(at + 8, LITTLE_ENDIAN));
                c = round(c, bytes.getLong(at + 16, LITTLE_ENDIAN));
                d = round(d, bytes.getLong(at + 24, LITTLE_ENDIAN));
                at += 32;
            } while (at <= end - 32);
            hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
            hash = merge(merge(merge(merge(hash, a), b), c), d);
        } else {
            hash = seed + P5;
        }
        return tail(hash + lengthBytes, bytes, at, end);
    }

    private static long tail(final long start, final DirectBuffer bytes, final int from, final int end) {
        long hash = start;
        int at = from;
        for (; at <= end - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, bytes.getLong(at, LITTLE_ENDIAN)), 27) * P1 + P4;
        }
        if (at <= end - 4) {
            hash = Long.rotateLeft(hash ^ (bytes.getInt(at, LITTLE_ENDIAN) & 0xFFFF_FFFFL) * P1, 23) * P2 + P3;
            at += 4;
        }
        for (; at < end; at++) {
            hash = Long.rotateLeft(hash ^ (bytes.getByte(at) & 0xFF) * P5, 11) * P1;
        }
        hash = (hash ^ (hash >>> 33)) * P2;
        hash = (hash ^ (hash >>> 29)) * P3;
        return hash ^ (hash >>> 32);
    }

    private static long round(final long accumulator, final long input) {
        return Long.rotateLeft(accumulator + input * P2, 31) * P1;
    }

    private static long merge(final long hash, final long accumulator) {
        return (hash ^ round(0, accumulator)) * P1 + P4;
    }
}
