package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import openclaw.edge.ledger.journal.QueueDirectories;
import openclaw.edge.ledger.lane.DurableDisk;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.read.JournalReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes closed files of a journal, oldest first, as far as a {@link RetentionPolicy} asks for it and the registered
 * {@link Readers} allow it. A file goes when every usage record in it, by identity, was committed by every reader, those
 * registered at that moment, which cannot change until it is gone; what else
 * it says stays in its {@link Remains}, which are there, whole and forced before it is unlinked: killed at any point, the next
 * look goes on. The file that is written to never goes. Not thread-safe.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("yyyyMMdd-HH");
    private static final int HOUR_LENGTH = 11;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long NS_PER_HOUR = 3_600 * NS_PER_SECOND;

    /** Files that are read in one look, so that it ends; the next goes on with the others. */
    private static final int MOST_READ = 16;

    private final Path journal;
    private final Disk disk;
    private final LedgerCounters counters;
    private final Map<Path, FileContents.Due> known = new HashMap<>();
    private int unread;

    Retention(final Path journal, final Disk disk, final LedgerCounters counters) {
        this.journal = journal;
        this.disk = disk;
        this.counters = counters;
    }

    /** What a deletion does to the disk; in tests one that dies in between. */
    interface Disk {
        /** Makes durable what must not depend on the files any more: what the lanes know of them. */
        default void beforeDeletion() throws IOException {}

        /** Removes a file for good. */
        default void delete(final Path file) throws IOException {
            Files.delete(file);
            DurableDisk.REAL.forceDirectory(file.toAbsolutePath().getParent());
        }
    }

    /** A closed file that is due. */
    private record Due(Path file, long bytes) {}

    /** Sums of one look. */
    private static final class Look {
        private final TreeMap<String, Long> behindBytes = new TreeMap<>();
        private long files;
        private long writtenBytes;
        private long keptBytes;
        private boolean isSizeExceeded;
        private RetentionStatus.State state = RetentionStatus.State.WITHIN;
        private String detail = "";

        void behind(final List<Reader> readers, final Due due) {
            readers.forEach(reader -> behindBytes.merge(reader.name(), due.bytes, Long::sum));
            kept(RetentionStatus.State.READER_BEHIND, names(readers) + " since " + due.file, due.bytes);
        }

        void kept(final RetentionStatus.State why, final String whichDetail, final long bytes) {
            keptBytes += bytes;
            if (state == RetentionStatus.State.WITHIN) {
                state = why;
                detail = whichDetail;
            }
        }
    }

    /**
     * Looks once, and deletes what is due and may go.
     *
     * @param nowNs cycle time
     * @param policy what is wanted
     * @return what was found, after the deletions
     * @throws IOException when the journal cannot be listed, or a reader's file is not whole; nothing is deleted then
     */
    RetentionStatus look(final long nowNs, final RetentionPolicy policy) throws IOException {
        final Look look = new Look();
        final List<Path> closed = QueueDirectories.closedFiles(journal);
        known.keySet().retainAll(closed);
        final Map<Path, Long> sizes = sizes(look);
        final List<Reader> readers = new Readers(journal).list();
        unread = 0;
        int read = 0;
        for (final Path file : closed) {
            final Long bytes = sizes.get(file);
            final boolean isBig = look.writtenBytes > policy.sizeBytes();
            if (bytes == null || !(isBig || isOld(file, nowNs, policy.ageNs()))) {
                continue;
            }
            look.isSizeExceeded |= isBig;
            if (readers.isEmpty()) {
                look.kept(RetentionStatus.State.NO_READER, "", bytes);
            } else if (known.containsKey(file) || read++ < MOST_READ) {
                decide(new Due(file, bytes), readers, nowNs, look);
            } else {
                unread++;
            }
        }
        return status(look, new Readers(journal).list());
    }

    /** Whether files were left for the next look, which should come soon. */
    boolean hasUnread() {
        return unread > 0;
    }

    private Map<Path, Long> sizes(final Look look) throws IOException {
        final Map<Path, Long> sizes = new HashMap<>();
        for (final Path file : QueueDirectories.files(journal)) {
            try {
                final long bytes = JournalReader.writtenBytes(file);
                sizes.put(file, bytes);
                look.files++;
                look.writtenBytes += bytes;
            } catch (final NoSuchFileException e) {
                LOG.debug("{} was removed since it was listed", file);
            }
        }
        return sizes;
    }

    private void decide(final Due due, final List<Reader> readers, final long nowNs, final Look look)
            throws IOException {
        FileContents.Due contents = known.get(due.file);
        if (contents == null) {
            contents = FileContents.read(due.file).due();
            known.put(due.file, contents);
        }
        final List<Reader> behind = contents.behind(readers);
        if (contents.damage() != null) {
            look.kept(RetentionStatus.State.DAMAGED, due.file + ": " + contents.damage(), due.bytes);
        } else if (!behind.isEmpty()) {
            look.behind(behind, due);
        } else {
            // Read once more: what decides is what stands there now.
            final FileContents now = FileContents.read(due.file);
            disk.beforeDeletion();
            new Readers(journal).holding(() -> {
                delete(due, now, nowNs, look);
                return null;
            });
        }
    }

    /** Deletes a file if it still may go: whoever was registered since this look began keeps what it has not committed. */
    private void delete(final Due due, final FileContents contents, final long nowNs, final Look look)
            throws IOException {
        final List<Reader> readers = new Readers(journal).list();
        final List<Reader> behind = contents.due().behind(readers);
        if (readers.isEmpty()) {
            look.kept(RetentionStatus.State.NO_READER, "", due.bytes);
            return;
        }
        if (contents.damage() != null
                || !contents.ranges().equals(known.get(due.file).ranges())) {
            known.put(due.file, contents.due());
            look.kept(RetentionStatus.State.DAMAGED, due.file + " was written to since it was closed", due.bytes);
            return;
        }
        if (!behind.isEmpty()) {
            look.behind(behind, due);
            return;
        }
        try {
            Remains.write(due.file, contents, names(readers), nowNs);
        } catch (final Remains.DifferenceException e) {
            look.kept(RetentionStatus.State.DAMAGED, e.getMessage(), due.bytes);
            return;
        }
        disk.delete(due.file);
        known.remove(due.file);
        look.writtenBytes -= due.bytes;
        look.files--;
        counters.increment(LedgerCounter.FILES_DELETED);
        counters.add(LedgerCounter.BYTES_DELETED, due.bytes);
        LOG.info(
                "Deleted {}, {} MiB with {} usage records, all committed by {}",
                due.file,
                due.bytes >> 20,
                contents.report().usageRecords(),
                names(readers));
    }

    private static String names(final List<Reader> readers) {
        return readers.stream().map(Reader::name).collect(Collectors.joining(","));
    }

    /** Files are named after their hour in UTC; of another name, by when they were written to last. */
    private static boolean isOld(final Path file, final long nowNs, final long ageNs) throws IOException {
        if (ageNs == Long.MAX_VALUE) {
            return false;
        }
        final String name = file.getFileName().toString();
        long endNs;
        try {
            final LocalDateTime hour =
                    LocalDateTime.parse(name.substring(0, Math.min(HOUR_LENGTH, name.length())), HOUR);
            endNs = hour.toEpochSecond(ZoneOffset.UTC) * NS_PER_SECOND + NS_PER_HOUR;
        } catch (final DateTimeException e) {
            endNs = Files.getLastModifiedTime(file).toMillis() * 1_000_000L;
        }
        return nowNs - endNs > ageNs;
    }

    private RetentionStatus status(final Look look, final List<Reader> readers) {
        final Map<String, Long> committed = new TreeMap<>();
        for (final Reader reader : readers) {
            look.behindBytes.putIfAbsent(reader.name(), 0L);
            committed.put(
                    reader.name(),
                    reader.lastCommit() == null
                            ? reader.registeredNs()
                            : reader.lastCommit().timeNs());
        }
        return new RetentionStatus(
                look.state,
                look.isSizeExceeded,
                look.detail,
                look.files,
                look.writtenBytes,
                look.keptBytes,
                look.behindBytes,
                committed);
    }
}
