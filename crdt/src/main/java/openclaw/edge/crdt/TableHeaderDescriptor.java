package openclaw.edge.crdt;

/**
 * Layout of a table's file: header, directory of incarnations, slots, overflow blocks. Little endian.
 *
 * <pre>
 *   +------------------+ 0
 *   | header, 4 KiB    |  magic, layout version, sizes, secret of the index, epoch:
 *   |                  |  written once
 *   |                  |  incarnation, index (see OwnCounters), what it is bound to
 *   |                  |  level at which buckets started: fraction, v, W
 *   |                  |  W when the process stopped, until the next one has noted who is silent
 *   |                  |  who has it open
 *   |                  |  next generation, next version stamp: each on a line of its own
 *   |                  |  two cells of the clock, written in turns: time, v, W, sequence last
 *   |                  |  how many members are silent, where the last hole in W ends, and for each of the
 *   |                  |  silent: who, W when it fell silent
 *   +------------------+ 4096
 *   | directory        |  16 bytes for each incarnation index: its id, reserved
 *   +------------------+
 *   | slots            |  see BucketSlotDescriptor
 *   +------------------+
 *   | overflow blocks  |
 *   +------------------+
 * </pre>
 */
final class TableHeaderDescriptor {

    /** "OCEBUCK1", read as little endian. */
    static final long MAGIC = 0x314b43554245434fL;

    /** Version of this layout. */
    static final int LAYOUT_VERSION = 3;

    /** The version before: {@link WithheldWord} had no floor. It is taken over when a file is opened. */
    static final int LAYOUT_WITHOUT_FLOORS = 2;

    static final int KIND_BUCKETS = 1;
    static final int KIND_QUOTAS = 2;

    static final int MAGIC_OFFSET = 0;
    static final int LAYOUT_VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    static final int KIND_OFFSET = LAYOUT_VERSION_OFFSET + Integer.BYTES;
    static final int SLOTS_OFFSET = KIND_OFFSET + Integer.BYTES;
    static final int BLOCKS_OFFSET = SLOTS_OFFSET + Integer.BYTES;
    static final int SLOT_LENGTH_OFFSET = BLOCKS_OFFSET + Integer.BYTES;
    static final int DIRECTORY_OFFSET = SLOT_LENGTH_OFFSET + Integer.BYTES;
    static final int HASH_KEY_HIGH_OFFSET = DIRECTORY_OFFSET + Integer.BYTES;
    static final int HASH_KEY_LOW_OFFSET = HASH_KEY_HIGH_OFFSET + Long.BYTES;
    static final int EPOCH_OFFSET = HASH_KEY_LOW_OFFSET + Long.BYTES;

    static final int INCARNATION_OFFSET = 128;
    static final int INCARNATION_INDEX_OFFSET = INCARNATION_OFFSET + Long.BYTES;
    static final int BOUND_TO_OFFSET = INCARNATION_INDEX_OFFSET + Long.BYTES;

    /** See {@link StartLevel}. */
    static final int START_OFFSET = 192;

    static final int START_VIRTUAL_OFFSET = START_OFFSET + Long.BYTES;
    static final int START_WITHHELD_OFFSET = START_VIRTUAL_OFFSET + Long.BYTES;

    /**
     * 1 more than W since when all have been silent that are not noted as silent since earlier: written when the file is
     * opened, 0 again when it was noted anew who is silent, and in files that were made before there was such a word.
     */
    static final int DOWNTIME_OFFSET = START_WITHHELD_OFFSET + Long.BYTES;

    /** Which process has the file open: see {@link TableFileWatch}; whoever reads it later has no use for it. */
    static final int OPENED_OFFSET = DOWNTIME_OFFSET + Long.BYTES;

    static final int NEXT_GENERATION_OFFSET = 256;
    static final int NEXT_VERSION_OFFSET = 320;

    static final int CLOCK_CELL_OFFSET = 384;
    static final int CLOCK_CELL_LENGTH_BYTES = 64;
    static final int CLOCK_TIME_OFFSET = 0;
    static final int CLOCK_VIRTUAL_OFFSET = CLOCK_TIME_OFFSET + Long.BYTES;
    static final int CLOCK_WITHHELD_OFFSET = CLOCK_VIRTUAL_OFFSET + Long.BYTES;
    static final int CLOCK_SEQUENCE_OFFSET = CLOCK_WITHHELD_OFFSET + Long.BYTES;

    /** See {@link SilenceNotes}; 0 in files that were made before there were any. */
    static final int SILENCE_COUNT_OFFSET = CLOCK_CELL_OFFSET + 2 * CLOCK_CELL_LENGTH_BYTES;

    /** W up to which {@link Forgiveness} has used any stretch that is a hole; 0 if it never made one. */
    static final int HOLES_UNTIL_OFFSET = SILENCE_COUNT_OFFSET + Long.BYTES;

    static final int SILENCES_OFFSET = HOLES_UNTIL_OFFSET + Long.BYTES;
    static final int SILENCE_WITHHELD_OFFSET = Long.BYTES;
    static final int SILENCE_LENGTH_BYTES = SILENCE_WITHHELD_OFFSET + Long.BYTES;

    static final int HEADER_LENGTH_BYTES = 4096;

    /** Incarnations that a file can know, index 0 being none. */
    static final int DIRECTORY_ENTRIES = 4096;

    static final int DIRECTORY_ENTRY_LENGTH_BYTES = 16;

    private TableHeaderDescriptor() {}

    static int slotsOffset(final int directoryEntries) {
        return HEADER_LENGTH_BYTES + directoryEntries * DIRECTORY_ENTRY_LENGTH_BYTES;
    }

    static long fileLengthBytes(final int directoryEntries, final int slots, final int blocks) {
        return slotsOffset(directoryEntries) + ((long) slots + blocks) * BucketSlotDescriptor.SLOT_LENGTH_BYTES;
    }
}
