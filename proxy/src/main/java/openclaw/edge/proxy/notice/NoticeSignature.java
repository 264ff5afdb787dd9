package openclaw.edge.proxy.notice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What shows a receiver that a notice comes from here, now: {@code t=<seconds since 1970>,v1=<hex>}, where {@code v1} is
 * HMAC-SHA256 (RFC 2104) of the seconds' digits, a dot and the body. A receiver computes it anew, compares in constant time and
 * refuses seconds that are far from its own.
 */
final class NoticeSignature {
    /** The field that carries it. */
    static final String FIELD = "X-OpenClaw-Signature";

    private static final String ALGORITHM = "HmacSHA256";

    private NoticeSignature() {}

    /**
     * The field's value.
     *
     * @param secret not empty
     */
    static String of(final String secret, final long epochSeconds, final String body) {
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((epochSeconds + ".").getBytes(StandardCharsets.US_ASCII));
            return "t=" + epochSeconds + ",v1="
                    + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
