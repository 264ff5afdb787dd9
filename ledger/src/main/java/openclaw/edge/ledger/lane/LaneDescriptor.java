package openclaw.edge.ledger.lane;

import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.BitUtil;

/**
 * Layout of a lane's file.
 *
 * <pre>
 *  0          4096                                                        end
 *  +----------+-------------------+--------------------+-------------------+
 *  | header   | ring: slots x 512 | open table: the    | loss table:       |
 *  |          |                   | same number x 512  | 64 x 128          |
 *  +----------+-------------------+--------------------+-------------------+
 *
 *  header     0: magic, written last       8: version      12: lane       16: life (16)     32: previous life (16)
 *            48: generation   56: started ns   64: slots    68: lanes of the life    72: boot id (16)
 *            88: node length   96: node (64)          160: durability (0 process, 1 power)
 *           168: highest sequence that may have been given before a loss of power, stored by the recovery after it
 *           256: consumed sequence (journal thread)        384: opened    392: closed
 *
 *  ring slot  0: sequence, stored last with release      8: usage record with names (see UsageRecordDescriptor)
 *
 *  open slot  0: exchange     8: phase (0 free), stored last with release    12: flags   16: name lengths
 *            24: admitted ns   32: admitted tokens   40: request id hash   48: bytes in   56: bytes out
 *            64, 96: two copies of what interim records hold: sequence (stored last), charged, bytes in, bytes out
 *           128: names, one after the other (at most 320)
 *
 *  loss       0: loss id, stored last with release    8: first ns   16: last ns   24: tokens   32: requests
 *            40: requests already journaled (journal thread)    48: tenant length    56: tenant (64)
 * </pre>
 *
 * Records inside are little-endian; words of the lane itself are in the machine's order, since a lane is only ever read
 * where it was written.
 */
public final class LaneDescriptor {
    /** First word of a complete file. */
    static final long MAGIC = 0x314E4C4547444543L;

    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int LANE_OFFSET = 12;
    static final int LIFE_HIGH_OFFSET = 16;
    static final int LIFE_LOW_OFFSET = 24;
    static final int PREVIOUS_HIGH_OFFSET = 32;
    static final int PREVIOUS_LOW_OFFSET = 40;
    static final int GENERATION_OFFSET = 48;
    static final int STARTED_NS_OFFSET = 56;
    static final int SLOTS_OFFSET = 64;
    static final int LANES_OFFSET = 68;
    static final int BOOT_HIGH_OFFSET = 72;
    static final int BOOT_LOW_OFFSET = 80;
    static final int NODE_LENGTH_OFFSET = 88;
    static final int NODE_OFFSET = 96;
    static final int MAX_NODE_LENGTH = 64;
    static final int DURABILITY_OFFSET = NODE_OFFSET + MAX_NODE_LENGTH;
    static final int CEILING_OFFSET = DURABILITY_OFFSET + Long.BYTES;
    /** Alone on its cache lines: written by the journal thread, read by the event loop. */
    static final int CONSUMED_OFFSET = 256;

    static final int OPENED_OFFSET = 384;
    static final int CLOSED_OFFSET = 392;
    static final int HEADER_LENGTH = 4096;

    static final int SLOT_LENGTH = 512;
    static final int SLOT_SEQUENCE_OFFSET = 0;
    static final int SLOT_RECORD_OFFSET = SLOT_SEQUENCE_OFFSET + Long.BYTES;

    static final int OPEN_LENGTH = 512;
    static final int OPEN_EXCHANGE_OFFSET = 0;
    static final int OPEN_PHASE_OFFSET = 8;
    static final int OPEN_FLAGS_OFFSET = 12;
    static final int OPEN_NAME_LENGTHS_OFFSET = 16;
    static final int OPEN_ADMITTED_NS_OFFSET = 24;
    static final int OPEN_TOKENS_OFFSET = 32;
    static final int OPEN_REQUEST_ID_HASH_OFFSET = 40;
    static final int OPEN_BYTES_IN_OFFSET = 48;
    static final int OPEN_BYTES_OUT_OFFSET = 56;
    static final int OPEN_RECORDED_OFFSET = 64;
    static final int RECORDED_LENGTH = 32;
    static final int RECORDED_SEQUENCE_OFFSET = 0;
    static final int RECORDED_CHARGED_OFFSET = 8;
    static final int RECORDED_BYTES_IN_OFFSET = 16;
    static final int RECORDED_BYTES_OUT_OFFSET = 24;
    static final int OPEN_NAMES_OFFSET = OPEN_RECORDED_OFFSET + 2 * RECORDED_LENGTH;

    /** Flag of an open slot: the plan bills all that was admitted, whatever becomes of it. */
    static final int OPEN_FLAG_BILL_ADMITTED = 1;

    static final int LOSS_ENTRIES = 64;
    static final int LOSS_LENGTH = 128;
    static final int LOSS_ID_OFFSET = 0;
    static final int LOSS_FIRST_NS_OFFSET = 8;
    static final int LOSS_LAST_NS_OFFSET = 16;
    static final int LOSS_TOKENS_OFFSET = 24;
    static final int LOSS_REQUESTS_OFFSET = 32;
    static final int LOSS_JOURNALED_OFFSET = 40;
    static final int LOSS_TENANT_LENGTH_OFFSET = 48;
    static final int LOSS_TENANT_OFFSET = 56;

    /** Fewest and most slots of a ring; always a power of two. */
    public static final int MIN_SLOTS = 8;

    public static final int MAX_SLOTS = 1 << 20;

    static {
        require(
                SLOT_RECORD_OFFSET + UsageRecordDescriptor.LANE_NAMES_OFFSET + UsageRecordDescriptor.MAX_NAMES_LENGTH
                        <= SLOT_LENGTH,
                "ring slot");
        require(OPEN_NAMES_OFFSET + UsageRecordDescriptor.MAX_NAMES_LENGTH <= OPEN_LENGTH, "open slot");
        require(LOSS_TENANT_OFFSET + UsageRecordDescriptor.MAX_TENANT_LENGTH <= LOSS_LENGTH, "loss entry");
    }

    private LaneDescriptor() {}

    /**
     * Length of a lane's file.
     *
     * @param slots a power of two from {@link #MIN_SLOTS} to {@link #MAX_SLOTS}
     * @return bytes
     */
    public static int fileLength(final int slots) {
        return lossOffset(slots) + LOSS_ENTRIES * LOSS_LENGTH;
    }

    static int openOffset(final int slots) {
        return HEADER_LENGTH + slots * SLOT_LENGTH;
    }

    static int lossOffset(final int slots) {
        return openOffset(slots) + slots * OPEN_LENGTH;
    }

    static boolean isSlots(final int slots) {
        return slots >= MIN_SLOTS && slots <= MAX_SLOTS && BitUtil.isPowerOfTwo(slots);
    }

    static void checkSlots(final int slots) {
        if (!isSlots(slots)) {
            throw new IllegalArgumentException("slots=" + slots + ": expected a power of two from " + MIN_SLOTS + " to "
                    + MAX_SLOTS + "; the default is 16384");
        }
    }

    private static void require(final boolean holds, final String what) {
        if (!holds) {
            throw new ExceptionInInitializerError(what + " does not fit its length");
        }
    }
}
