package openclaw.edge.sync.wire;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Body of HELLO and WELCOME, after the header of a datagram that starts at index 0. Both have the same length, so that an
 * answer is never longer than what asked for it. {@link #isValid(int)} comes before any getter. Not thread-safe.
 *
 * <pre>
 *   24  hash of the cluster's name (8)
 *   32  life of the sender (8)
 *   40  incarnation of the sender's counters (8)
 *   48  session: the id under which the sender will receive (8)
 *   56  nonce (16)
 *   72  in WELCOME the life that it answers, in HELLO 0 (8)
 *   80  in WELCOME the nonce that it answers, in HELLO 0 (16)
 *   96  weight (1), flags: ignored (1), reserved (1), length of the name (1), name
 *       zeroes
 *  240  tag (16)
 * </pre>
 */
public final class HelloFlyweight {

    /** Length of a whole HELLO or WELCOME, tag included; a later version's may be longer. */
    public static final int DATAGRAM_BYTES = 256;

    private static final int CLUSTER_OFFSET = WireDescriptor.HEADER_BYTES;
    private static final int LIFE_OFFSET = CLUSTER_OFFSET + Long.BYTES;
    private static final int INCARNATION_OFFSET = LIFE_OFFSET + Long.BYTES;
    private static final int SESSION_OFFSET = INCARNATION_OFFSET + Long.BYTES;
    private static final int NONCE_OFFSET = SESSION_OFFSET + Long.BYTES;
    private static final int ANSWERED_LIFE_OFFSET = NONCE_OFFSET + 2 * Long.BYTES;
    private static final int ANSWERED_NONCE_OFFSET = ANSWERED_LIFE_OFFSET + Long.BYTES;
    private static final int WEIGHT_OFFSET = ANSWERED_NONCE_OFFSET + 2 * Long.BYTES;
    private static final int NAME_LENGTH_OFFSET = WEIGHT_OFFSET + 3 * Byte.BYTES;
    private static final int NAME_OFFSET = NAME_LENGTH_OFFSET + Byte.BYTES;
    private static final int BODY_LIMIT = DATAGRAM_BYTES - WireDescriptor.TAG_BYTES;

    private final byte[] name = new byte[WireDescriptor.MAX_NAME_BYTES];
    private UnsafeBuffer buffer;

    /** A flyweight, to be wrapped around a datagram. */
    public HelloFlyweight() {}

    /**
     * Points it at a datagram.
     *
     * @param datagram of at least {@link #DATAGRAM_BYTES}.
     * @return this.
     */
    public HelloFlyweight wrap(final UnsafeBuffer datagram) {
        buffer = datagram;
        return this;
    }

    /**
     * Whether all fields are there and in range.
     *
     * @param lengthBytes of the whole datagram.
     * @return whether the getters may be called.
     */
    public boolean isValid(final int lengthBytes) {
        if (lengthBytes < DATAGRAM_BYTES || life() == 0 || session() == 0) {
            return false;
        }
        final int length = nameLength();
        if (length == 0 || length > WireDescriptor.MAX_NAME_BYTES) {
            return false;
        }
        buffer.getBytes(NAME_OFFSET, name, 0, length);
        return Names.isPrintable(name, length);
    }

    /**
     * Writes who sends it, and zeroes the rest.
     *
     * @param clusterHash of {@link ClusterKeys}.
     * @param life of the sender, not 0.
     * @param incarnation of the sender's counters.
     * @param weight 0 to 255.
     * @param utf8 the sender's name, 1 to {@link WireDescriptor#MAX_NAME_BYTES} bytes.
     * @return this.
     */
    public HelloFlyweight sender(
            final long clusterHash, final long life, final long incarnation, final int weight, final byte[] utf8) {
        buffer.setMemory(CLUSTER_OFFSET, BODY_LIMIT - CLUSTER_OFFSET, (byte) 0);
        buffer.putLong(CLUSTER_OFFSET, clusterHash, LITTLE_ENDIAN);
        buffer.putLong(LIFE_OFFSET, life, LITTLE_ENDIAN);
        buffer.putLong(INCARNATION_OFFSET, incarnation, LITTLE_ENDIAN);
        buffer.putByte(WEIGHT_OFFSET, (byte) weight);
        buffer.putByte(NAME_LENGTH_OFFSET, (byte) utf8.length);
        buffer.putBytes(NAME_OFFSET, utf8);
        return this;
    }

    /**
     * Writes what the session will be known by.
     *
     * @param session id under which the sender will receive, not 0.
     * @param nonceHigh first half of the nonce.
     * @param nonceLow second half.
     * @return this.
     */
    public HelloFlyweight offer(final long session, final long nonceHigh, final long nonceLow) {
        buffer.putLong(SESSION_OFFSET, session, LITTLE_ENDIAN);
        buffer.putLong(NONCE_OFFSET, nonceHigh, LITTLE_ENDIAN);
        buffer.putLong(NONCE_OFFSET + Long.BYTES, nonceLow, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Writes which HELLO a WELCOME answers.
     *
     * @param life of its sender.
     * @param nonceHigh first half of its nonce.
     * @param nonceLow second half.
     * @return this.
     */
    public HelloFlyweight answered(final long life, final long nonceHigh, final long nonceLow) {
        buffer.putLong(ANSWERED_LIFE_OFFSET, life, LITTLE_ENDIAN);
        buffer.putLong(ANSWERED_NONCE_OFFSET, nonceHigh, LITTLE_ENDIAN);
        buffer.putLong(ANSWERED_NONCE_OFFSET + Long.BYTES, nonceLow, LITTLE_ENDIAN);
        return this;
    }

    /** Hash of the sender's cluster; only needs {@link #DATAGRAM_BYTES} to be there. */
    public long clusterHash() {
        return buffer.getLong(CLUSTER_OFFSET, LITTLE_ENDIAN);
    }

    /** Life of the sender, not 0. */
    public long life() {
        return buffer.getLong(LIFE_OFFSET, LITTLE_ENDIAN);
    }

    /** Incarnation of the sender's counters; any value. */
    public long incarnation() {
        return buffer.getLong(INCARNATION_OFFSET, LITTLE_ENDIAN);
    }

    /** The id under which the sender will receive, not 0. */
    public long session() {
        return buffer.getLong(SESSION_OFFSET, LITTLE_ENDIAN);
    }

    /** First half of the nonce. */
    public long nonceHigh() {
        return buffer.getLong(NONCE_OFFSET, LITTLE_ENDIAN);
    }

    /** Second half of the nonce. */
    public long nonceLow() {
        return buffer.getLong(NONCE_OFFSET + Long.BYTES, LITTLE_ENDIAN);
    }

    /**
     * Whether a WELCOME answers a HELLO.
     *
     * @param life of the HELLO's sender.
     * @param nonceHigh first half of the HELLO's nonce.
     * @param nonceLow second half.
     * @return whether it does.
     */
    public boolean isAnswerTo(final long life, final long nonceHigh, final long nonceLow) {
        return buffer.getLong(ANSWERED_LIFE_OFFSET, LITTLE_ENDIAN) == life
                && buffer.getLong(ANSWERED_NONCE_OFFSET, LITTLE_ENDIAN) == nonceHigh
                && buffer.getLong(ANSWERED_NONCE_OFFSET + Long.BYTES, LITTLE_ENDIAN) == nonceLow;
    }

    /** Weight of the sender, 0 to 255. */
    public int weight() {
        return buffer.getByte(WEIGHT_OFFSET) & 0xFF;
    }

    /** Name of the sender, without control characters; allocates. */
    public String name() {
        final int length = nameLength();
        buffer.getBytes(NAME_OFFSET, name, 0, length);
        return new String(name, 0, length, StandardCharsets.UTF_8);
    }

    private int nameLength() {
        return buffer.getByte(NAME_LENGTH_OFFSET) & 0xFF;
    }
}
