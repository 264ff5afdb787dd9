package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import openclaw.edge.ledger.read.UsageBatch;

/** How far a reading is, counted by all of its threads. */
final class ReadProgress {
    /** Records of one thread between two looks at the clock, at least. */
    private static final int LOOK_RECORDS = 1 << 16;

    private final Progress progress;
    private final Map<Path, Long> sizes;
    private final long totalBytes;
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    /** A reading that begins now. */
    ReadProgress(List<Path> paths, Console console) throws IOException {
        progress = new Progress(console.err(), "read", console.isQuiet(), Terminal.isError());
        sizes = Sources.sizes(paths);
        totalBytes = sizes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The part of one thread. */
    Part part() {
        return new Part(this);
    }

    /** The reading is over. */
    void end() {
        progress.end();
    }

    /** Counts for one thread; not thread-safe. */
    static final class Part {
        private final ReadProgress whole;
        private Path file;
        private long position;
        private int unseen;

        private Part(ReadProgress whole) {
            this.whole = whole;
        }

        void passed(UsageBatch batch) {
            unseen += batch.size();
            if (unseen >= LOOK_RECORDS || !batch.file().equals(file)) {
                look(batch);
            }
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
