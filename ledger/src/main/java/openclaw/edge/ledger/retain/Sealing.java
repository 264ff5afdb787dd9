package openclaw.edge.ledger.retain;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import openclaw.edge.ledger.lane.DurableDisk;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.UsageRecord;

/**
 * Seals archives beside a reading of journals: of each tenant one, with its records of a cycle.
 *
 * <pre>
 *   try (Sealing sealing = new Sealing(archives.resolve("2026-11"), window)) {
 *       ... reader.read(visitors), each of which passes all it gets on to a sealing.visitor() of its own ...
 *       List&lt;SealedArchive&gt; sealed = sealing.seal(reader.names(), report);
 *       ... keep their SHA-256, then ...
 *       readers.commit("billing", sealing.position(), "2026-11", nowNs);
 *   }
 * </pre>
 *
 * The same records, names and lives give the same bytes, whatever files they stand in, how often and in what order. Files are
 * written aside, forced, and moved into place; a run that was cut off is run again, with the same result. Beside the archives
 * stand {@code SHA256SUMS}, as {@code sha256sum -c} reads it, and {@code position}, all that was sealed.
 *
 * <p>Memory: what was given for each visitor, and 40 KiB for each time that it was filled. Disk: the records once more, while
 * it lasts.
 */
public final class Sealing implements Closeable {
    /** Memory of a visitor unless said otherwise. */
    public static final int DEFAULT_MEMORY = 32 << 20;

    private static final String SPILL = ".sealing-";

    private final Path folder;
    private final Path spill;
    private final UsageWindow window;
    private final int memoryBytes;
    private final List<Visitor> visitors = new ArrayList<>();
    private int files;

    /**
     * Begins; nothing of an earlier run is touched before {@link #seal}.
     *
     * @param folder of the archives; made if absent
     * @param window which records are to be sealed
     * @throws IOException when the folder cannot be written to
     */
    public Sealing(final Path folder, final UsageWindow window) throws IOException {
        this(folder, window, DEFAULT_MEMORY);
    }

    /**
     * The same with other memory.
     *
     * @param folder of the archives; made if absent
     * @param window which records are to be sealed
     * @param memoryBytes for each visitor, 1 KiB to 1 GiB
     * @throws IOException when the folder cannot be written to
     */
    public Sealing(final Path folder, final UsageWindow window, final int memoryBytes) throws IOException {
        if (memoryBytes < 1 << 10 || memoryBytes > 1 << 30) {
            throw new IllegalArgumentException("memoryBytes=" + memoryBytes + ": expected 1 KiB to 1 GiB");
        }
        this.folder = Files.createDirectories(folder);
        this.window = window;
        this.memoryBytes = memoryBytes;
        removeLeftOvers();
        spill = Files.createTempDirectory(
                folder, SPILL + ProcessHandle.current().pid() + "-");
    }

    /** What processes that were killed have left. */
    private void removeLeftOvers() throws IOException {
        try (DirectoryStream<Path> spills = Files.newDirectoryStream(folder, SPILL + "*")) {
            for (final Path old : spills) {
                final String name = old.getFileName().toString();
                final int dash = name.indexOf('-', SPILL.length());
                if (dash > 0 && !isAlive(name.substring(SPILL.length(), dash))) {
                    remove(old);
                }
            }
        }
    }

    private static boolean isAlive(final String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid)).isPresent();
        } catch (final NumberFormatException e) {
            return true;
        }
    }

    private static void remove(final Path directory) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (final Path file : all) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /**
     * Seals what journals hold.
     *
     * @param journals as for {@link JournalReader}
     * @param folder of the archives; made if absent
     * @param window which records are to be sealed
     * @return the archives, by tenant; {@code position} stands beside them
     * @throws IOException when a journal cannot be read, or an archive not written
     */
    public static List<SealedArchive> seal(final Collection<Path> journals, final Path folder, final UsageWindow window)
            throws IOException {
        try (Sealing sealing = new Sealing(folder, window)) {
            final JournalReader reader = new JournalReader(journals);
            final ReadReport report = reader.read(sealing.visitor());
            return sealing.seal(reader.names(), report);
        }
    }

    /**
     * A visitor for one reading thread; all are to be made before {@link #seal}. A disk that refuses ends the reading with an
     * {@link UncheckedIOException}.
     *
     * @return a new one, which forgets everything when it restarts
     */
    public synchronized JournalVisitor visitor() {
        final Visitor visitor = new Visitor();
        visitors.add(visitor);
        return visitor;
    }

    private synchronized Path newFile() {
        return spill.resolve("run-" + files++);
    }

    /** Takes the records of one thread. */
    private final class Visitor implements JournalVisitor {
        private final PositionVisitor position = new PositionVisitor(window);
        private final UsageRuns.Collected collected = new UsageRuns.Collected(memoryBytes);
        private final List<Path> runs = new ArrayList<>();

        @Override
        public void onUsages(final UsageBatch batch) {
            position.onUsages(batch);
            for (int i = 0; i < batch.size(); i++) {
                take(batch.get(i));
            }
        }

        @Override
        public void onUsage(final UsageRecord record) {
            position.onUsage(record);
            take(record);
        }

        private void take(final UsageRecord record) {
            if (window.contains(record.tenantId(), record.admittedNs())) {
                if (collected.isFull()) {
                    spill();
                }
                collected.add(record);
            }
        }

        void spill() {
            try {
                final Path run = newFile();
                collected.write(run);
                runs.add(run);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean restart() {
            position.restart();
            collected.clear();
            // Their files go with the folder.
            runs.clear();
            return true;
        }
    }

    /**
     * Writes the archives of all that the visitors have got; afterwards they are there, whole, whatever happens.
     *
     * @param names of the reader
     * @param report of the reading
     * @return the archives, by tenant
     * @throws IOException when the disk refuses it; the folder then holds archives of this run or an earlier one, all whole
     */
    public List<SealedArchive> seal(final NameDictionary names, final ReadReport report) throws IOException {
        try (UsageRuns runs = new UsageRuns();
                TenantArchives archives = new TenantArchives(folder, spill.resolve("archive"), names, report)) {
            for (final Visitor visitor : visitors) {
                if (!visitor.collected.isEmpty()) {
                    visitor.spill();
                }
                for (final Path run : visitor.runs) {
                    runs.add(run);
                }
            }
            runs.merge(archives);
            archives.end();
            final List<SealedArchive> sealed = new ArrayList<>(archives.sealed());
            sealed.sort(Comparator.comparing(SealedArchive::file));
            CheckedText.write(folder.resolve("SHA256SUMS"), sums(sealed));
            position().write(folder.resolve("position"));
            DurableDisk.REAL.forceDirectory(folder);
            return sealed;
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static byte[] sums(final List<SealedArchive> sealed) {
        return sealed.stream()
                .map(archive -> archive.sha256() + "  " + archive.file().getFileName() + '\n')
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Exactly what was sealed, to be committed by whom it was sealed for.
     *
     * @return a new position
     */
    public Position position() {
        final Position all = new Position();
        visitors.forEach(visitor -> all.addAll(visitor.position.position()));
        return all;
    }

    /** Takes away what was written in between. */
    @Override
    public void close() throws IOException {
        remove(spill);
    }
}
