package openclaw.edge.proxy.listen;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;

/**
 * The keys that session tickets are sealed with (RFC 5077 section 5.5): the newest seals, it and the one before open. They are
 * never stored: who restarts, or reads the disk, opens no ticket. Immutable.
 */
final class TicketKeys {
    /** How long a key seals; it opens as long again. */
    static final long PERIOD_NS = 6L * 3600 * 1_000_000_000L;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final OpenSslSessionTicketKey[] keys;
    private final long madeNs;

    private TicketKeys(final long madeNs, final OpenSslSessionTicketKey... keys) {
        this.madeNs = madeNs;
        this.keys = keys;
    }

    static TicketKeys first(final long nowNs) {
        return new TicketKeys(nowNs, newKey());
    }

    boolean isDue(final long nowNs) {
        return nowNs - madeNs >= PERIOD_NS;
    }

    TicketKeys next(final long nowNs) {
        return new TicketKeys(nowNs, newKey(), keys[0]);
    }

    OpenSslSessionTicketKey[] all() {
        return keys.clone();
    }

    private static OpenSslSessionTicketKey newKey() {
        return new OpenSslSessionTicketKey(
                random(OpenSslSessionTicketKey.NAME_SIZE),
                random(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                random(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private static byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
