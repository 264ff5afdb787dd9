package openclaw.edge.sync.session;

import java.nio.charset.StandardCharsets;
import openclaw.edge.sync.wire.WireDescriptor;

/**
 * Who a node is in a handshake.
 *
 * @param name of the node, 1 to {@link WireDescriptor#MAX_NAME_BYTES} bytes of UTF-8.
 * @param life random, new at each start and each renewal, not 0: sessions are between lives.
 * @param incarnation of its counters.
 * @param weight 0 (never counted) to 255.
 */
public record SessionIdentity(String name, long life, long incarnation, int weight) {

    private static final int MAX_WEIGHT = 255;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range.
     */
    public SessionIdentity {
        final int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > WireDescriptor.MAX_NAME_BYTES) {
            throw new IllegalArgumentException("node name '" + name + "' has " + length + " bytes, expected 1 to "
                    + WireDescriptor.MAX_NAME_BYTES + ": choose a shorter one");
        }
        if (life == 0) {
            throw new IllegalArgumentException("life 0, expected a random number other than 0");
        }
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight " + weight + ", expected 0 to " + MAX_WEIGHT);
        }
    }

    byte[] nameBytes() {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
