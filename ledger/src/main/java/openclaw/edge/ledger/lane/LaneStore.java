package openclaw.edge.ledger.lane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.ledger.record.Life;

/**
 * The lanes of a data directory: those of the living process, and those that earlier lives left.
 *
 * <p>{@code <data>/lanes/<life>/lane-<n>.dat}. A life serves only once all its lanes are complete, and its lanes are marked as
 * closed before they are removed. So a directory with fewer lanes than its header says never served, or was recovered already, or
 * has lost some; in the last case the others are recovered. Of a life that has lost all of them only the journal knows, see
 * {@link EarlierLanes#isToBeAsked()}. Not thread-safe; the caller holds the directory's lock, and takes the lanes that are there by
 * {@link EarlierLanes#lock()}, the new ones by {@link #lock}.
 */
public final class LaneStore {
    private static final long KIB = 1 << 10;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final EarlierLanes found;
    private final List<EarlierLife> earlier;
    private final LaneOrigin origin;
    private final LaneFile[] files;
    private DirectoryRight right = DirectoryRight.UNCHECKED;

    private LaneStore(final EarlierLanes found, final LaneOrigin origin, final LaneFile[] files) {
        this.found = found;
        this.earlier = new ArrayList<>(found.lives());
        this.origin = origin;
        this.files = files;
    }

    /**
     * An earlier life whose lanes are still there.
     *
     * @param directory of its lanes
     * @param origin from their headers
     * @param files in the order of lanes; not of all lanes where files were lost
     */
    public record EarlierLife(Path directory, LaneOrigin origin, List<LaneFile> files) {
        /** Whether each of its lanes is there. */
        public boolean isWhole() {
            return files.size() == origin.lanes();
        }

        /** Whether its lanes say something that may not be in the queue yet: all are there, or it served and nothing ended it. */
        boolean isToBeRecovered() {
            return isWhole() || files.stream().anyMatch(file -> !file.isClosed() && (file.isOpened() || file.isUsed()));
        }
    }

    /**
     * Notes the earlier lives and creates the lanes of a new one.
     *
     * @param directory {@code <data>/lanes}
     * @param node name of the node
     * @param lanes of the new life
     * @param slots of each lane's ring
     * @param nowNs cycle time
     * @return the store
     * @throws IOException when a lane cannot be created, or an earlier one has a layout that this release does not know
     */
    public static LaneStore open(
            final Path directory, final String node, final int lanes, final int slots, final long nowNs)
            throws IOException {
        return open(EarlierLanes.find(directory), node, lanes, slots, nowNs, Durability.PROCESS, DurableDisk.REAL);
    }

    /**
     * Notes the earlier lives and creates the lanes of a new one; under POWER they survive a loss of power when this returns.
     *
     * @param found what earlier lives left, in {@code <data>/lanes}
     * @param node name of the node
     * @param lanes of the new life
     * @param slots of each lane's ring
     * @param nowNs cycle time
     * @param durability of the new life
     * @param disk that forces them
     * @return the store
     * @throws IOException when a lane cannot be created, or an earlier one has a layout that this release does not know
     */
    public static LaneStore open(
            final EarlierLanes found,
            final String node,
            final int lanes,
            final int slots,
            final long nowNs,
            final Durability durability,
            final DurableDisk disk)
            throws IOException {
        final Path directory = Files.createDirectories(found.directory());
        found.clear();
        final LaneOrigin origin = new LaneOrigin(
                Life.random(), found.last(), found.nextGeneration(), nowNs, bootId(), lanes, node, durability);
        final LaneFile[] files = create(directory, origin, slots);
        if (durability == Durability.POWER) {
            for (final LaneFile file : files) {
                disk.force(file.path());
            }
            disk.forceDirectory(files[0].path().getParent());
            disk.forceDirectory(directory);
            disk.forceDirectory(directory.toAbsolutePath().getParent());
        }
        return new LaneStore(found, origin, files);
    }

    private static LaneFile[] create(final Path directory, final LaneOrigin origin, final int slots)
            throws IOException {
        final Path own = Files.createDirectory(directory.resolve(origin.life().toString()));
        final LaneFile[] files = new LaneFile[origin.lanes()];
        try {
            for (int lane = 0; lane < files.length; lane++) {
                files[lane] = LaneFile.create(own.resolve("lane-" + lane + ".dat"), origin, lane, slots);
            }
            return files;
        } catch (final IOException e) {
            deleteAfter(e, own);
            throw explained(directory, origin, slots, e);
        } catch (final RuntimeException e) {
            deleteAfter(e, own);
            throw e;
        }
    }

    /** On a full disk the half-made life would stay in the way of others. */
    private static void deleteAfter(final Exception failure, final Path own) {
        try {
            delete(own);
        } catch (final IOException again) {
            failure.addSuppressed(again);
        }
    }

    /** Says how much is needed where the disk has too little. */
    private static IOException explained(
            final Path directory, final LaneOrigin origin, final int slots, final IOException failure) {
        final long needed = (long) origin.lanes() * LaneDescriptor.fileLength(slots);
        final long usable = directory.toFile().getUsableSpace();
        return usable >= needed
                ? failure
                : new IOException(
                        directory + ": the disk has room for " + usable / KIB + " KiB, and the lanes of "
                                + origin.lanes() + " event loops take " + needed / KIB
                                + " KiB; expected more than twice that, free disk space",
                        failure);
    }

    /**
     * Takes the lanes of the new life, so that no other process takes them for a dead one's.
     *
     * @param holder who says whether this process still has the data directory
     * @throws IOException when another process was faster
     */
    public void lock(final DirectoryRight holder) throws IOException {
        right = holder;
        for (final LaneFile file : files) {
            if (!file.lock()) {
                throw new IOException(
                        file.path() + " is in use by another process; one process writes a data directory."
                                + " Stop it, or configure another 'data'");
            }
        }
    }

    /**
     * To be called before anything new is made in the data directory.
     *
     * @throws IOException when another process has it by now
     */
    public void checkRight() throws IOException {
        right.check();
    }

    /**
     * Gives all lanes free that are there.
     *
     * @throws IOException when that fails
     */
    public void unlock() throws IOException {
        for (final LaneFile file : files) {
            file.unlock();
        }
        found.unlock();
    }

    /**
     * Removes the lanes of the new life, to which nothing was ever admitted.
     *
     * @throws IOException when the disk refuses it
     */
    public void abandon() throws IOException {
        delete(files[0].path().getParent());
    }

    /**
     * Removes the lanes of an earlier life, its content being in the queue.
     *
     * @param life whose lanes go
     * @throws IOException when the disk refuses it
     */
    public void remove(final EarlierLife life) throws IOException {
        delete(life.directory());
        earlier.remove(life);
        for (final LaneFile file : life.files()) {
            file.unlock();
        }
    }

    static void delete(final Path directory) throws IOException {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (final Path path : paths) {
                Files.delete(path);
            }
        }
        Files.delete(directory);
    }

    private static Life bootId() {
        try {
            return Files.isReadable(BOOT_ID)
                    ? Life.parse(Files.readString(BOOT_ID).strip().replace("-", ""))
                    : Life.NONE;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whether the machine has not stopped since a life started, so that what it stored in mapped files is all there.
     *
     * @param life an earlier one
     * @return false also where there is no boot id
     */
    public boolean isSameBoot(final EarlierLife life) {
        return !origin.boot().isNone() && origin.boot().equals(life.origin().boot());
    }

    /**
     * Earlier lives, oldest first.
     *
     * @return a copy
     */
    public List<EarlierLife> earlier() {
        return List.copyOf(earlier);
    }

    /**
     * Lives that served and of whose lanes nothing is there.
     *
     * @return the newest last
     */
    public List<LostLife> lost() {
        return found.lost();
    }

    /**
     * The new life.
     *
     * @return as it stands in the headers of its lanes
     */
    public LaneOrigin origin() {
        return origin;
    }

    /**
     * Whether a lane of the new life was cut or overwritten while this process had it.
     *
     * @return true from when that was found
     */
    public boolean isLost() {
        for (final LaneFile file : files) {
            if (file.isLost()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Lanes of the new life.
     *
     * @return how many
     */
    public int lanes() {
        return files.length;
    }

    /**
     * Length of all lanes of the new life together.
     *
     * @return bytes
     */
    public long lengthBytes() {
        return (long) files.length * LaneDescriptor.fileLength(files[0].slots());
    }

    /**
     * A lane of the new life.
     *
     * @param lane 0 to {@link #lanes()} - 1
     * @return its file
     */
    public LaneFile file(final int lane) {
        return files[lane];
    }
}
