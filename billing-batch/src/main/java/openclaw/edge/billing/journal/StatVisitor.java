package openclaw.edge.billing.journal;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.UsageRecord;

/** Sums up by lane and by file what one thread reads. */
final class StatVisitor implements JournalVisitor {
    private final UsageFilter.Match match;
    private final ReadProgress.Part progress;
    private final Map<LaneKey, UsageStat> lanes = new HashMap<>();
    private final Map<Path, Long> files = new HashMap<>();
    private UsageStat lane;
    private long lifeHigh;
    private long lifeLow;
    private int laneNumber;

    StatVisitor(UsageFilter.Match match, ReadProgress.Part progress) {
        this.match = match;
        this.progress = progress;
    }

    @Override
    public void onUsages(UsageBatch batch) {
        UsageRecord first = batch.get(0);
        if (lane == null || first.lane() != laneNumber || first.lifeHigh() != lifeHigh || first.lifeLow() != lifeLow) {
            lifeHigh = first.lifeHigh();
            lifeLow = first.lifeLow();
            laneNumber = first.lane();
            lane = lanes.computeIfAbsent(
                    new LaneKey(new Life(lifeHigh, lifeLow), laneNumber), absent -> new UsageStat());
        }
        for (int i = 0; i < batch.size(); i++) {
            onUsage(batch.get(i));
        }
        files.merge(batch.file(), (long) batch.size(), Long::sum);
        progress.passed(batch);
    }

    @Override
    public void onUsage(UsageRecord record) {
        if (match.accepts(record)) {
            lane.add(record);
        }
    }

    @Override
    public boolean restart() {
        lane = null;
        lanes.clear();
        files.clear();
        return true;
    }

    /** What all threads found, by lane. */
    static Map<LaneKey, UsageStat> lanes(List<StatVisitor> visitors) {
        Map<LaneKey, UsageStat> all = new TreeMap<>();
        for (StatVisitor visitor : visitors) {
            visitor.lanes.forEach((key, sums) ->
                    all.computeIfAbsent(key, absent -> new UsageStat()).add(sums));
        }
        return all;
    }

    /** Usage records by the file in which each was met first. */
    static Map<Path, Long> files(List<StatVisitor> visitors) {
        Map<Path, Long> all = new HashMap<>();
        visitors.forEach(visitor -> visitor.files.forEach((file, records) -> all.merge(file, records, Long::sum)));
        return all;
    }
}
