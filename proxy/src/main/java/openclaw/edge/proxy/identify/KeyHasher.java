package openclaw.edge.proxy.identify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of presented keys into reused arrays: no allocation. Owned by one event loop. */
final class KeyHasher {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final MessageDigest sha256;
    private final byte[] out = new byte[ApiKeyTable.DIGEST_BYTES];
    private final long[] words = new long[ApiKeyTable.DIGEST_BYTES / Long.BYTES];

    KeyHasher() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have: use another", e);
        }
    }

    /** The digest as four big-endian words, valid until the next call. */
    long[] hash(final byte[] bytes, final int offset, final int length) {
        sha256.update(bytes, offset, length);
        try {
            sha256.digest(out, 0, out.length);
        } catch (final DigestException e) {
            throw new IllegalStateException("SHA-256 does not fit its own length", e);
        }
        for (int i = 0; i < words.length; i++) {
            words[i] = (long) WORD.get(out, i * Long.BYTES);
        }
        return words;
    }
}
