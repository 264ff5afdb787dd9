package openclaw.edge.ledger.lane;

import java.nio.charset.StandardCharsets;
import openclaw.edge.ledger.record.Life;

/**
 * Where a lane comes from; stands in the header of its file, so that recovery needs nothing else.
 *
 * @param life of the process that writes it
 * @param previous life of the same directory, or {@link Life#NONE}
 * @param generation one more than the predecessor's; orders the lives of a directory without a clock
 * @param startedNs start of the life in cycle time, nanoseconds since the Unix epoch
 * @param boot the machine's boot id, or {@link Life#NONE} where there is none
 * @param lanes of the life
 * @param node name of the node, at most 64 bytes of UTF-8
 * @param durability what its records survive
 */
public record LaneOrigin(
        Life life,
        Life previous,
        long generation,
        long startedNs,
        Life boot,
        int lanes,
        String node,
        Durability durability) {
    /** Most lanes of a life. */
    static final int MAX_LANES = 1024;

    /** Checks the name and the number of lanes. */
    public LaneOrigin {
        final int length = node.getBytes(StandardCharsets.UTF_8).length;
        if (length > LaneDescriptor.MAX_NODE_LENGTH) {
            throw new IllegalArgumentException(
                    "node '" + node + "' has " + length + " bytes, expected at most " + LaneDescriptor.MAX_NODE_LENGTH);
        }
        if (lanes < 1 || lanes > MAX_LANES) {
            throw new IllegalArgumentException("lanes=" + lanes + ": expected 1 to " + MAX_LANES);
        }
    }

    /**
     * One whose records survive the death of the process.
     *
     * @param life of the process that writes it
     * @param previous life of the same directory
     * @param generation one more than the predecessor's
     * @param startedNs start of the life in cycle time
     * @param boot the machine's boot id
     * @param lanes of the life
     * @param node name of the node
     */
    public LaneOrigin(
            final Life life,
            final Life previous,
            final long generation,
            final long startedNs,
            final Life boot,
            final int lanes,
            final String node) {
        this(life, previous, generation, startedNs, boot, lanes, node, Durability.PROCESS);
    }
}
