package openclaw.edge.ledger.lane;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import openclaw.edge.ledger.lane.LaneStore.EarlierLife;
import openclaw.edge.ledger.record.Life;

/**
 * What earlier lives left of their lanes in a data directory. Finding it changes nothing; a directory of lanes is taken by
 * {@link #lock()}, which fails while the process lives that made them.
 */
public final class EarlierLanes {
    private static final String FILES = "lane-*.dat";
    private static final String LOST = ".lost";

    private final Path directory;
    private final List<EarlierLife> lives = new ArrayList<>();
    private final List<Path> leftovers = new ArrayList<>();
    private final List<LaneFile> files = new ArrayList<>();
    private final List<Path> unreadable = new ArrayList<>();
    private final List<FileHold> holds = new ArrayList<>();
    private List<LostLife> lost = List.of();

    private EarlierLanes(final Path directory) {
        this.directory = directory;
    }

    /**
     * Looks what is there.
     *
     * @param directory {@code <data>/lanes}, which may be absent
     * @return what was found, not locked
     * @throws IOException when a lane cannot be read: what is to be done with it is for people to decide
     */
    public static EarlierLanes find(final Path directory) throws IOException {
        final EarlierLanes found = new EarlierLanes(directory);
        if (Files.isDirectory(directory)) {
            found.look();
        }
        return found;
    }

    private void look() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (final Path entry : entries) {
                if (!entry.getFileName().toString().endsWith(LOST)) {
                    look(entry);
                }
            }
        }
        lives.sort(Comparator.comparingLong((EarlierLife life) -> life.origin().generation())
                .thenComparing(life -> life.origin().life()));
    }

    private void look(final Path entry) throws IOException {
        final List<LaneFile> found = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(entry, FILES)) {
            for (final Path path : paths) {
                final LaneFile file = LaneFile.open(path);
                if (file == null) {
                    unreadable.add(path);
                } else {
                    found.add(file);
                }
            }
        }
        found.sort(Comparator.comparingInt(LaneFile::lane));
        files.addAll(found);
        final EarlierLife life =
                found.isEmpty() ? null : new EarlierLife(entry, found.get(0).origin(), found);
        if (life != null && life.isToBeRecovered()) {
            lives.add(life);
        } else {
            leftovers.add(entry);
        }
    }

    /**
     * Takes all lanes that are there.
     *
     * @throws IOException when a process that lives has one of them; then none is taken
     */
    public void lock() throws IOException {
        try {
            for (final LaneFile file : files) {
                if (!file.lock()) {
                    throw inUse(file.path());
                }
            }
            for (final Path path : unreadable) {
                final FileHold hold = FileHold.take(path);
                if (hold == null) {
                    throw inUse(path);
                }
                holds.add(hold);
            }
        } catch (final IOException | RuntimeException e) {
            unlock();
            throw e;
        }
    }

    private static IOException inUse(final Path file) {
        return new IOException(file
                + " is in use by another process, whose ledger.lock was removed or replaced; one process writes a data"
                + " directory. Stop it (SIGTERM), or configure another 'data'; never remove files of a node that runs");
    }

    /**
     * Gives all that was taken free.
     *
     * @throws IOException when that fails
     */
    public void unlock() throws IOException {
        for (final LaneFile file : files) {
            file.unlock();
        }
        for (final FileHold hold : holds) {
            hold.close();
        }
        holds.clear();
    }

    /**
     * Whether lanes may be missing of which nothing here tells: a life that ended, in whatever way, leaves them to the next.
     *
     * @return true when the journal is to be asked, see {@link #lost(List)}
     */
    public boolean isToBeAsked() {
        return lives.isEmpty() || !leftovers.isEmpty();
    }

    /**
     * Notes what the journal says of lives that are not here.
     *
     * @param found lives without an end, the newest last
     */
    public void lost(final List<LostLife> found) {
        lost = List.copyOf(found);
    }

    /**
     * Lives whose lanes were lost.
     *
     * @return what was noted, the newest last
     */
    List<LostLife> lost() {
        return lost;
    }

    /**
     * Lives to be recovered, oldest first.
     *
     * @return as they were found
     */
    public List<EarlierLife> lives() {
        return List.copyOf(lives);
    }

    Path directory() {
        return directory;
    }

    /** Removes what holds nothing; what is left of lost lives is kept for whoever looks for the cause. */
    void clear() throws IOException {
        for (final Path entry : leftovers) {
            final String name = entry.getFileName().toString();
            if (lost.stream().anyMatch(life -> life.life().toString().equals(name))) {
                Files.move(entry, entry.resolveSibling(name + LOST));
            } else {
                LaneStore.delete(entry);
            }
        }
    }

    /** The life that the next one follows. */
    Life last() {
        if (!lost.isEmpty()) {
            return lost.get(lost.size() - 1).life();
        }
        return lives.isEmpty()
                ? Life.NONE
                : lives.get(lives.size() - 1).origin().life();
    }

    /** Orders the next life behind all that are there. */
    long nextGeneration() {
        return lives.isEmpty() ? 1 : lives.get(lives.size() - 1).origin().generation() + 1;
    }
}
