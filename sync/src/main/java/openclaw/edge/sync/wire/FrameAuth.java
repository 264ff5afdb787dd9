package openclaw.edge.sync.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Signs datagrams and checks their tags: HMAC-SHA256 (RFC 2104), the first 16 of its 32 bytes. The two hashes are run on
 * one {@link MessageDigest} and not by {@code javax.crypto.Mac}, which makes an array at every end and holds a digest for
 * each key. Allocates nothing per datagram. Not thread-safe.
 *
 * <p>Datagrams are buffers wrapped around an array from its first byte on.
 */
public final class FrameAuth {

    private static final int HASH_BYTES = 32;

    private final MessageDigest sha256;
    private final byte[] hash = new byte[HASH_BYTES];
    private final UnsafeBuffer hashBuffer = new UnsafeBuffer(hash);

    /** One for one thread. */
    public FrameAuth() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /**
     * Writes the tag behind a datagram.
     *
     * @param datagram header and body, with room for the tag.
     * @param lengthBytes of header and body.
     * @param key to sign with.
     * @return length with the tag.
     */
    public int sign(final UnsafeBuffer datagram, final int lengthBytes, final AuthKey key) {
        hmac(key, datagram.byteArray(), lengthBytes);
        datagram.putBytes(lengthBytes, hash, 0, WireDescriptor.TAG_BYTES);
        return lengthBytes + WireDescriptor.TAG_BYTES;
    }

    /**
     * Whether the tag fits; takes equally long whichever byte of it is wrong.
     *
     * @param datagram as received.
     * @param lengthBytes with the tag, at least {@link WireDescriptor#MIN_DATAGRAM_BYTES}.
     * @param key that it should be signed with.
     * @return whether it is.
     */
    public boolean verify(final UnsafeBuffer datagram, final int lengthBytes, final AuthKey key) {
        final int signed = lengthBytes - WireDescriptor.TAG_BYTES;
        hmac(key, datagram.byteArray(), signed);
        final long first = datagram.getLong(signed) ^ hashBuffer.getLong(0);
        final long second = datagram.getLong(signed + Long.BYTES) ^ hashBuffer.getLong(Long.BYTES);
        return (first | second) == 0;
    }

    /**
     * A key from a secret of any length.
     *
     * @param secret shared by the cluster.
     * @return the key.
     */
    AuthKey keyOf(final byte[] secret) {
        return new AuthKey(secret.length > AuthKey.BLOCK_BYTES ? sha256.digest(secret) : secret);
    }

    /**
     * A key derived from another: HMAC of what it is bound to.
     *
     * @param key to derive from.
     * @param label what the derived key is for.
     * @param name cluster's name.
     * @param numbers what else it is bound to.
     * @return the key.
     */
    AuthKey derive(final AuthKey key, final byte[] label, final byte[] name, final long... numbers) {
        // Each text is preceded by its length, so that no two sequences of texts give the same bytes.
        final ByteBuffer bound = ByteBuffer.allocate(
                        2 * Integer.BYTES + label.length + name.length + numbers.length * Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(label.length)
                .put(label)
                .putInt(name.length)
                .put(name);
        for (final long number : numbers) {
            bound.putLong(number);
        }
        hmac(key, bound.array(), bound.position());
        return new AuthKey(hash);
    }

    /** First half of the HMAC of a text, as a number. */
    long hash(final AuthKey key, final byte[] text) {
        hmac(key, text, text.length);
        return hashBuffer.getLong(0, ByteOrder.LITTLE_ENDIAN);
    }

    private void hmac(final AuthKey key, final byte[] bytes, final int length) {
        sha256.update(key.innerPad);
        sha256.update(bytes, 0, length);
        digest();
        sha256.update(key.outerPad);
        sha256.update(hash);
        digest();
    }

    private void digest() {
        try {
            sha256.digest(hash, 0, HASH_BYTES);
        } catch (final DigestException e) {
            throw new AssertionError("a SHA-256 hash has " + HASH_BYTES + " bytes", e);
        }
    }
}
