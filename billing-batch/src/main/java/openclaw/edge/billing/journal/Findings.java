package openclaw.edge.billing.journal;

import java.util.List;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;

/** Prints what {@code verify} found, a line for each, and a last one that sums up. */
abstract class Findings {
    /** Prints all of a report. */
    final void print(ReadReport report, List<LaneRuns> runs, boolean isComplete) {
        for (ReadReport.Gap gap : report.gaps()) {
            LaneKey key = new LaneKey(gap.life(), gap.lane());
            gap(
                    node(report, gap.life()),
                    gap,
                    LaneRuns.before(runs, key, gap.from()),
                    LaneRuns.behind(runs, key, gap.to()));
        }
        report.conflicts().forEach(this::conflict);
        report.damages().forEach(this::damage);
        report.emptyFiles().forEach(this::emptyFile);
        report.unknown().forEach(this::unknown);
        report.brokenChains().forEach(this::missing);
        report.lostEnds().forEach(this::lostEnd);
        report.forks().forEach(this::fork);
        report.losses().forEach(this::loss);
        report.deletedFiles().forEach(this::deletedFile);
        report.deletions().forEach(this::deletion);
        open(report).forEach(this::unfinished);
        summary(report, isComplete);
    }

    /** Lives whose end is not there yet: more of them may come. */
    static List<ReadReport.LifeSummary> open(ReadReport report) {
        List<ReadReport.LifeSummary> lost = report.lostEnds();
        return report.lives().stream()
                .filter(life -> !life.heardOnly() && !life.archivedOnly() && !life.closed())
                .filter(life -> !lost.contains(life))
                .toList();
    }

    /** Lives that only others speak of: nothing of them was read. */
    static long absent(ReadReport report) {
        return report.lives().stream().filter(ReadReport.LifeSummary::heardOnly).count();
    }

    private static String node(ReadReport report, Life life) {
        return report.lives().stream()
                .filter(summary -> summary.life().equals(life))
                .map(ReadReport.LifeSummary::node)
                .findFirst()
                .orElse("");
    }

    /** Sequences that are not there; the places of the records beside them, where there are any. */
    abstract void gap(String node, ReadReport.Gap gap, LaneRuns.Place before, LaneRuns.Place behind);

    abstract void conflict(ReadReport.Conflict conflict);

    abstract void damage(ReadReport.Damage damage);

    /** A file without any record: made just now, or nothing came of it. */
    abstract void emptyFile(ReadReport.Extent file);

    abstract void unknown(ReadReport.Unknown unknown);

    /** A life whose predecessor is not among the files. */
    abstract void missing(ReadReport.LifeSummary life);

    /** A life without an end that another one followed: its lanes were lost. */
    abstract void lostEnd(ReadReport.LifeSummary life);

    /** One of several lives that follow the same one. */
    abstract void fork(ReadReport.LifeSummary life);

    abstract void loss(ReadReport.Loss loss);

    /** A file that was deleted after it had been committed. */
    abstract void deletedFile(ReadReport.DeletedFile file);

    /** Records that were deleted so, and that no file holds as a whole. */
    abstract void deletion(ReadReport.Deletion deletion);

    /** A life that has not been closed: it runs, or was killed and the node has not started again. */
    abstract void unfinished(ReadReport.LifeSummary life);

    abstract void summary(ReadReport report, boolean isComplete);
}
