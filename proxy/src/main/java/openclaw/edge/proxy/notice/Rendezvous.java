package openclaw.edge.proxy.notice;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;

/**
 * Who of several is responsible for a thing, so that all who know the same members agree without asking one another, and only what
 * a lost member was responsible for moves: the member whose hash together with the thing is the highest (Thaler and Ravishankar,
 * "Using name-based mappings to increase hit rates", 1998).
 */
public final class Rendezvous {
    private Rendezvous() {}

    /**
     * Whether a member is responsible.
     *
     * @param self its name
     * @param members names of all that take part; self is taken for one of them
     * @param thing what somebody has to care for
     */
    public static boolean isResponsible(final String self, final Collection<String> members, final String thing) {
        final long own = weight(self, thing);
        for (final String member : members) {
            final int order = Long.compareUnsigned(weight(member, thing), own);
            if (order > 0 || (order == 0 && member.compareTo(self) > 0)) {
                return false;
            }
        }
        return true;
    }

    private static long weight(final String member, final String thing) {
        try {
            final MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(member.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            return ByteBuffer.wrap(sha256.digest(thing.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
