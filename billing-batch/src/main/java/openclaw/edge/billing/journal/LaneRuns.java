package openclaw.edge.billing.journal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.UsageRecord;

/**
 * Where the records of each lane stand: one entry for each stretch of sequences that follow each other in one file, so that a
 * gap can be named by the records beside it. For one thread.
 */
final class LaneRuns implements JournalVisitor {
    private final ReadProgress.Part progress;
    private final Map<LaneKey, List<Run>> runs = new HashMap<>();
    private LaneKey key;
    private List<Run> last;

    LaneRuns(ReadProgress.Part progress) {
        this.progress = progress;
    }

    /** A stretch of sequences in a file. */
    private static final class Run {
        private final Path file;
        private final long from;
        private final long fromPosition;
        private long to;
        private long toPosition;

        Run(Path file, long from, long fromPosition) {
            this.file = file;
            this.from = from;
            this.fromPosition = fromPosition;
        }
    }

    /**
     * A record's place.
     *
     * @param file that holds it
     * @param positionBytes of its document there
     */
    record Place(Path file, long positionBytes) {}

    @Override
    public void onUsages(UsageBatch batch) {
        UsageRecord first = batch.get(0);
        if (key == null
                || key.lane() != first.lane()
                || key.life().high() != first.lifeHigh()
                || key.life().low() != first.lifeLow()) {
            key = new LaneKey(new Life(first.lifeHigh(), first.lifeLow()), first.lane());
            last = runs.computeIfAbsent(key, absent -> new ArrayList<>());
        }
        long from = first.sequence();
        Run run = last.isEmpty() ? null : last.get(last.size() - 1);
        if (run == null || run.to + 1 != from || !run.file.equals(batch.file())) {
            run = new Run(batch.file(), from, batch.positionBytes(0));
            last.add(run);
        }
        run.to = from + batch.size() - 1;
        run.toPosition = batch.positionBytes(batch.size() - 1);
        progress.passed(batch);
    }

    @Override
    public void onUsage(UsageRecord record) {
        throw new IllegalStateException("usage comes in batches");
    }

    @Override
    public boolean restart() {
        runs.clear();
        key = null;
        return true;
    }

    /** The place of the record before a gap; null when there is none. */
    static Place before(List<LaneRuns> all, LaneKey key, long gapFrom) {
        for (LaneRuns runs : all) {
            for (Run run : runs.runs.getOrDefault(key, List.of())) {
                if (run.to == gapFrom - 1) {
                    return new Place(run.file, run.toPosition);
                }
            }
        }
        return null;
    }

    /** The place of the record behind a gap; null when there is none. */
    static Place behind(List<LaneRuns> all, LaneKey key, long gapTo) {
        for (LaneRuns runs : all) {
            for (Run run : runs.runs.getOrDefault(key, List.of())) {
                if (run.from == gapTo + 1) {
                    return new Place(run.file, run.fromPosition);
                }
            }
        }
        return null;
    }
}
