package openclaw.edge.ledger.journal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.DurableDisk;
import openclaw.edge.ledger.record.Life;

/**
 * What the journal asks of the disk: the seam at which tests make it full, read-only, or gone.
 */
interface JournalDisk extends DurableDisk {
    /** The machine's own. */
    JournalDisk REAL = new JournalDisk() {};

    /**
     * Opens or creates a queue.
     *
     * @param directory of the queue; made if absent
     * @param life that writes it
     * @param nowNs cycle time
     * @param durability whether {@link JournalQueue#secure()} forces
     * @return the queue, nothing appended yet
     * @throws IOException when the disk refuses it
     */
    default JournalQueue open(final Path directory, final Life life, final long nowNs, final Durability durability)
            throws IOException {
        return new JournalWriter(directory, life, nowNs, durability == Durability.POWER ? this : null);
    }

    /**
     * Bytes that may still be written where a directory is, or would be. Allocates nothing while it is there.
     *
     * @param directory that may be gone
     * @return 0 or more
     */
    default long usableBytes(final File directory) {
        File there = directory;
        while (!there.exists() && there.getParentFile() != null) {
            there = there.getParentFile();
        }
        return there.getUsableSpace();
    }
}
