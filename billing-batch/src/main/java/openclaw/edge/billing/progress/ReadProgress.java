package openclaw.edge.billing.progress;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.UsageBatch;

/** How far a reading is, counted by all of its threads. */
public final class ReadProgress {
    /** Records of one thread between two looks at the clock, at least. */
    private static final int LOOK_RECORDS = 1 << 16;

    private final Progress progress;
    private final Map<Path, Long> sizes;
    private final long totalBytes;
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    /**
     * A reading that begins now.
     *
     * @param paths journals that are read
     * @param err where it is told
     * @param isQuiet whether nothing is to be told
     * @throws IOException when a journal cannot be listed
     */
    public ReadProgress(Collection<Path> paths, PrintWriter err, boolean isQuiet) throws IOException {
        progress = new Progress(err, "read", isQuiet, Terminal.isError());
        sizes = sizes(paths);
        totalBytes = sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Sizes in bytes of all files below the paths. */
    private static Map<Path, Long> sizes(Collection<Path> paths) throws IOException {
        Map<Path, Long> sizes = new HashMap<>();
        for (Path file : JournalReader.files(paths)) {
            sizes.put(file, sizeOf(file));
        }
        return sizes;
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            // Moved away since it was listed.
            return 0;
        }
    }

    /** The part of one thread. */
    public Part part() {
        return new Part(this);
    }

    /** The reading is over. */
    public void end() {
        progress.end();
    }

    /** Counts for one thread; not thread-safe. */
    public static final class Part {
        private final ReadProgress whole;
        private Path file;
        private long position;
        private int unseen;

        private Part(ReadProgress whole) {
            this.whole = whole;
        }

        /** Counts a batch that was passed. */
        public void passed(UsageBatch batch) {
            unseen += batch.size();
            if (unseen >= LOOK_RECORDS || !batch.file().equals(file)) {
                look(batch);
            }
        }

        /** Counts a file that need not be read. */
        void passed(Path whole) {
            this.whole.bytes.add(this.whole.sizes.getOrDefault(whole, 0L));
        }

        private void look(UsageBatch batch) {
            if (!batch.file().equals(file)) {
                // The rest of a file that is done with was passed as well, whatever stood there.
                whole.bytes.add(file == null ? 0 : whole.sizes.getOrDefault(file, position) - position);
                file = batch.file();
                position = 0;
            }
            long now = batch.positionBytes(batch.size() - 1);
            whole.bytes.add(Math.max(0, now - position));
            position = Math.max(position, now);
            whole.records.add(unseen);
            unseen = 0;
            whole.progress.at(whole.records.sum(), Math.min(whole.bytes.sum(), whole.totalBytes), whole.totalBytes);
        }
    }
}
