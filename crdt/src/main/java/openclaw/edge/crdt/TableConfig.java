package openclaw.edge.crdt;

import java.nio.file.Path;

/**
 * Where a table lies and how large it is. Immutable.
 *
 * @param file of the table; made if it is not there.
 * @param slots buckets or rows it holds, 16 to {@link #MAX_SLOTS}; 256 bytes each.
 * @param overflowBlocks of 256 bytes for replicas beyond the eight inline, and for what is owed.
 * @param hashKeyHigh first half of the secret by which keys are spread over the index; with {@code hashKeyLow} 0: random
 *     for a new file.
 * @param hashKeyLow second half.
 */
public record TableConfig(Path file, int slots, int overflowBlocks, long hashKeyHigh, long hashKeyLow) {

    /** Most slots of one table: the file stays below 2 GiB with its overflow blocks. */
    public static final int MAX_SLOTS = 8_000_000;

    /** Checks the ranges. */
    public TableConfig {
        if (slots < 16 || slots > MAX_SLOTS) {
            throw new IllegalArgumentException("slots=" + slots + ", expected 16 to " + MAX_SLOTS);
        }
        if (overflowBlocks < 0 || overflowBlocks > MAX_SLOTS - slots) {
            throw new IllegalArgumentException("overflowBlocks=" + overflowBlocks + ", expected 0 to "
                    + (MAX_SLOTS - slots) + " beside slots=" + slots);
        }
    }

    /**
     * A table of so many slots with a random secret and one overflow block for every 256 slots: what a node among at
     * most eight needs.
     *
     * @param file of the table.
     * @param slots buckets or rows it holds.
     * @return the configuration.
     */
    public static TableConfig of(final Path file, final int slots) {
        return new TableConfig(file, slots, Math.min(Math.max(4, slots / 256), MAX_SLOTS - slots), 0, 0);
    }
}
