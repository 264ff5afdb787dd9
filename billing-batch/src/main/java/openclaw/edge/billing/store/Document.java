package openclaw.edge.billing.store;

import java.nio.charset.StandardCharsets;
import openclaw.edge.catalog.Sha256;

/**
 * A file of a finalized cycle.
 *
 * @param name in the cycle's folder, of corrections with their folder
 * @param content to the byte, UTF-8
 */
public record Document(String name, String content) {
    /** Its bytes. */
    public byte[] bytes() {
        return content.getBytes(StandardCharsets.UTF_8);
    }

    /** SHA-256 of its bytes, 64 hexadecimal digits. */
    public String sha256() {
        return Sha256.hex(bytes());
    }
}
