package openclaw.edge.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** API keys as their owners see them, and their hashes as the catalog holds them. */
public final class ApiKey {
    private static final String PREFIX = "ock_";
    private static final String HASH_PREFIX = "sha256:";
    private static final int RANDOM_BYTES = 32;

    private ApiKey() {}

    /** A new key of 256 random bits. */
    public static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** {@code sha256:} and 64 hexadecimal digits: what stands under {@code api_keys} in the catalog. */
    public static String hash(String key) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HASH_PREFIX + HexFormat.of().formatHex(sha256.digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
