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
