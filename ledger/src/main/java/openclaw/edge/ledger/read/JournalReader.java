package openclaw.edge.ledger.read;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads journals of any number of directories so that each usage record counts exactly once: files copied twice, older
 * copies, copies cut short, any order give the same result. Goes on past damage and names it. Read-only; the node may write
 * meanwhile. A second {@link #read} goes on where the first stopped. Not thread-safe; {@link #read(List)} uses threads of its
 * own.
 *
 * <p>Memory: two hundred bytes for each stretch of a lane that stands in one file in order, so normally for each lane and
 * file; names; one entry for each place that is damaged or contradictory. Nothing per record, and no allocation per record.
 */
public final class JournalReader {
    /** Conflicts that appear while conflicts are settled: files are written to that should not be. */
    private static final int MAX_RESTARTS = 3;

    private static final int HEADER_WINDOW_LENGTH = 4096;

    private final JournalFiles journals;
    private final boolean followed;
    private final Set<Path> without;
    private final TreeMap<Path, QueueFile> files = new TreeMap<>();
    private final Books books = new Books();
    private final Contradictions contradictions = new Contradictions();
    private Checkpoints checkpoints;
    private long ruledOutSeen;

    /**
     * A reader that has read nothing yet.
     *
     * @param journals directories of journals, searched with all below them for files of the queue ({@code *.cq4}), what
     *     deleted ones have left ({@code *.deleted}), and archives ({@code *.archive}); or such files
     * @throws IOException when one of them is not there
     */
    public JournalReader(final Collection<Path> journals) throws IOException {
        this(journals, false, Set.of());
    }

    private JournalReader(final Collection<Path> journals, final boolean followed, final Set<Path> without)
            throws IOException {
        this.journals = new JournalFiles(journals);
        this.followed = followed;
        this.without = without;
    }

    /**
     * A reader to be called again and again while nodes write: the same, but it does not look behind the unwritten end of a
     * directory's newest file, which costs some 30 ms each time. What is torn there is named when the writer has gone on to
     * the next file, or by a reader that does not follow.
     *
     * @param journals as for {@link #JournalReader(Collection)}
     * @return a reader that has read nothing yet
     * @throws IOException when one of them is not there
     */
    public static JournalReader following(final Collection<Path> journals) throws IOException {
        return new JournalReader(journals, true, Set.of());
    }

    /**
     * The same for who does not want all that is there already.
     *
     * @param journals as for {@link #JournalReader(Collection)}
     * @param without files that are left out, as {@link #files} lists them; asked anew at each {@link #read}, so that what is taken
     *     out of it is read then
     * @return a reader that has read nothing yet
     * @throws IOException when one of the journals is not there
     */
    public static JournalReader following(final Collection<Path> journals, final Set<Path> without) throws IOException {
        return new JournalReader(journals, true, without);
    }

    /**
     * Keeps what is read of complete files, and takes what earlier runs have kept in place of reading them, where visitors are
     * {@link FileSums}. Such visitors get the control records of files that are not read, but not their usage.
     *
     * @param toUse where it is kept
     * @return this
     */
    public JournalReader withCheckpoints(final Checkpoints toUse) {
        checkpoints = toUse;
        return this;
    }

    /**
     * The files that a reader of these journals would read now.
     *
     * @param journals as for {@link #JournalReader(Collection)}
     * @return real paths, sorted; empty when there is none
     * @throws IOException when one of the journals is not there, or cannot be listed
     */
    public static List<Path> files(final Collection<Path> journals) throws IOException {
        return List.copyOf(new JournalFiles(journals).list());
    }

    /**
     * How much was written to a file of the queue, by what its header says; files are made long and empty.
     *
     * @param file of a queue
     * @return position of its last document, or the file's size where the header does not say
     * @throws IOException when it cannot be read
     */
    public static long writtenBytes(final Path file) throws IOException {
        try (FileWindow window = new FileWindow(HEADER_WINDOW_LENGTH)) {
            window.open(file);
            final long written = WrittenMark.read(window);
            return written == WrittenMark.UNKNOWN ? window.size() : Math.min(written, window.size());
        }
    }

    /**
     * Reads all that is complete now and was not read before.
     *
     * @param visitor of the records
     * @return what was found so far, in this and earlier calls
     * @throws IOException when a directory cannot be listed, or the thread was interrupted
     */
    public ReadReport read(final JournalVisitor visitor) throws IOException {
        return read(List.of(visitor));
    }

    /**
     * The same by several threads, one for each visitor. Each usage record goes to exactly one of them; to which one is not
     * fixed, so what they find is to be added up. Each file's control records go to the one that reads the file.
     *
     * @param visitors one or more, each called by one thread; they answer {@link JournalVisitor#restart()} alike
     * @return what was found so far, in this and earlier calls
     * @throws IOException when a directory cannot be listed, or the thread was interrupted
     */
    public ReadReport read(final List<? extends JournalVisitor> visitors) throws IOException {
        list();
        boolean contradicted = readFiles(visitors);
        for (int restarts = 0; contradicted; restarts++) {
            contradictions.find(files.values());
            final boolean again =
                    contradictions.wouldCountOthers() && restarts < MAX_RESTARTS && haveRestarted(visitors);
            contradictions.rule(!again);
            contradicted = again && readAnew(visitors);
        }
        if (books.ruledOut() != ruledOutSeen) {
            ruledOutSeen = books.ruledOut();
            contradictions.find(files.values());
        }
        return report();
    }

    private void list() throws IOException {
        for (final Path path : journals.list()) {
            if (!without.contains(path)) {
                files.computeIfAbsent(path, QueueFile::new);
            }
        }
        final Map<Path, QueueFile> newest = new HashMap<>();
        for (final QueueFile file : files.values()) {
            if (!JournalFiles.is(file.path(), JournalFiles.QUEUE)) {
                continue;
            }
            file.newest(true);
            final QueueFile before = newest.put(file.path().getParent(), file);
            if (before != null) {
                before.newest(false);
            }
        }
    }

    private static boolean haveRestarted(final List<? extends JournalVisitor> visitors) {
        int restarted = 0;
        for (final JournalVisitor visitor : visitors) {
            restarted += visitor.restart() ? 1 : 0;
        }
        if (restarted != 0 && restarted != visitors.size()) {
            throw new IllegalStateException(
                    restarted + " of " + visitors.size() + " visitors have restarted, expected all or none");
        }
        return restarted != 0;
    }

    private boolean readAnew(final List<? extends JournalVisitor> visitors) throws IOException {
        books.forget();
        files.values().forEach(QueueFile::forget);
        // Which records count is settled by reading them.
        checkpoints = null;
        return readFiles(visitors);
    }

    /** Reads on in all files; answers whether contradictions were found that were not known. */
    private boolean readFiles(final List<? extends JournalVisitor> visitors) throws IOException {
        final List<QueueFile> unread =
                files.values().stream().filter(file -> !file.isEnded()).toList();
        Threads.run(unread, visitors, visitor -> new FileScan(books, visitor, checkpoints), this::scan);
        final List<QueueFile> deleted = replaceDeleted(unread);
        Threads.run(deleted, visitors, visitor -> new FileScan(books, visitor, checkpoints), this::scan);
        final List<QueueFile> doubled =
                unread.stream().filter(QueueFile::hasKnown).toList();
        final boolean[] contradicted = new boolean[1];
        Threads.run(doubled, visitors, visitor -> new Settlement(contradictions), (settlement, file) -> {
            if (settlement.settle(file)) {
                synchronized (contradicted) {
                    contradicted[0] = true;
                }
            }
        });
        return contradicted[0];
    }

    /** Of files that were deleted since they were listed: what they have left. */
    private List<QueueFile> replaceDeleted(final List<QueueFile> unread) {
        final List<QueueFile> remains = new ArrayList<>();
        for (final QueueFile file : unread) {
            final Path path = JournalFiles.remainsOf(file.path());
            if (file.isGone() && Files.exists(path)) {
                files.remove(file.path());
                if (!files.containsKey(path)) {
                    final QueueFile left = new QueueFile(path);
                    files.put(path, left);
                    remains.add(left);
                }
            }
        }
        return remains;
    }

    private void scan(final FileScan scan, final QueueFile file) throws IOException {
        try {
            scan.read(file, followed && file.isNewest());
        } catch (final ClosedByInterruptException e) {
            throw e;
        } catch (final NoSuchFileException e) {
            file.gone(e);
        } catch (final IOException e) {
            file.unreadable(e);
        }
    }

    /**
     * Spellings of the ids in the records read so far. While {@link #read(List)} runs with several visitors, none of them may
     * use it.
     *
     * @return the same dictionary always
     */
    public NameDictionary names() {
        return books.names();
    }

    private ReadReport report() throws IOException {
        final List<ReadReport.LifeSummary> summaries = new ArrayList<>();
        final List<ReadReport.Gap> gaps = new ArrayList<>();
        final List<ReadReport.Deletion> deletions = new ArrayList<>();
        for (final LifeHistory history : books.lives()) {
            summaries.add(history.summary());
            history.gaps(gaps);
            history.deletions(deletions);
        }
        final List<ReadReport.Extent> extents = new ArrayList<>();
        final List<ReadReport.Unknown> unknown = new ArrayList<>();
        for (final QueueFile file : files.values()) {
            extents.add(
                    new ReadReport.Extent(file.path(), file.position(), file.size(), file.isEnded(), file.isEmpty()));
            file.unknown()
                    .values()
                    .forEach(records -> unknown.add(new ReadReport.Unknown(
                            file.path(), records.version, records.type, records.records, records.first)));
        }
        final List<ReadReport.Conflict> conflicts = contradictions.conflicts();
        final List<ReadReport.Damage> damages;
        try (Coverage coverage = new Coverage(files.values())) {
            damages = coverage.damages();
        }
        return new ReadReport(
                books.usageRecords(),
                books.known() + books.ruledOut() - conflicts.size(),
                extents,
                summaries,
                gaps,
                conflicts,
                damages,
                unknown,
                books.losses(),
                books.catalogs(),
                deletions,
                books.deletedFiles());
    }
}
