package openclaw.edge.ledger.lane;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What {@code durability: power} asks of the disk; the seam at which tests take the power away. Blocks for milliseconds: for
 * threads that may.
 */
public interface DurableDisk {
    /** The machine's own. */
    DurableDisk REAL = new DurableDisk() {};

    /**
     * Returns when all that was stored in a file until now, through mappings too, survives a loss of power.
     *
     * @param file that is there
     * @throws IOException when the disk fails; what was to be forced may then be lost although a later call succeeds, unless
     *     it is stored again before
     */
    default void force(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /**
     * The same of a file that this process may have a lock on. Then it is forced through the channel that has it: to close
     * another one of that file would give the lock up.
     *
     * @param file that is there
     * @param held what has the lock; null when nothing has
     * @throws IOException when the disk fails
     */
    default void force(final Path file, final FileChannel held) throws IOException {
        // A channel that is used by a thread which was interrupted closes itself, and gives its lock up.
        if (held == null || !held.isOpen()) {
            force(file);
            return;
        }
        final boolean interrupted = Thread.interrupted();
        try {
            held.force(true);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Returns when the names in a directory survive a loss of power.
     *
     * @param directory that is there
     * @throws IOException when the disk fails
     */
    default void forceDirectory(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
