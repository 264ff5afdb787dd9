package openclaw.edge.billing.journal;

import java.nio.file.Path;
import openclaw.edge.ledger.read.ReadReport;

/** Findings for people. */
final class FindingsText extends Findings {
    private final Lines lines;

    FindingsText(Lines lines) {
        this.lines = lines;
    }

    private void line(String kind, String text) {
        StringBuilder out = lines.line();
        out.append(kind).append(": ");
        Text.plain(out, text);
        lines.end();
    }

    private static String of(String node) {
        return node.isEmpty() ? "" : " of " + node;
    }

    private static String place(Path file, long positionBytes) {
        return file + " at " + positionBytes;
    }

    private static String place(LaneRuns.Place place) {
        return place(place.file(), place.positionBytes());
    }

    @Override
    void gap(String node, ReadReport.Gap gap, LaneRuns.Place before, LaneRuns.Place behind) {
        StringBuilder text = new StringBuilder();
        text.append("life ")
                .append(gap.life())
                .append(of(node))
                .append(", lane ")
                .append(gap.lane());
        text.append(": ").append(gap.to() - gap.from() + 1).append(" records are not there, ");
        text.append(gap.from()).append('-').append(gap.to());
        if (before != null) {
            text.append(", behind ").append(place(before));
        }
        if (behind != null) {
            text.append(", before ").append(place(behind));
        }
        line("gap", text.toString());
    }

    @Override
    void conflict(ReadReport.Conflict conflict) {
        line(
                "conflict",
                "life " + conflict.life() + ", lane " + conflict.lane() + ", sequence " + conflict.sequence()
                        + ": two records, " + place(conflict.first(), conflict.firstPositionBytes())
                        + " (counted) and " + place(conflict.second(), conflict.secondPositionBytes()));
    }

    @Override
    void damage(ReadReport.Damage damage) {
        String covered = damage.coveredBy() == null ? "" : "; whole in " + damage.coveredBy();
        line(
                damage.coveredBy() == null ? "damage" : "covered damage",
                place(damage.file(), damage.positionBytes()) + ", " + damage.lengthBytes() + " bytes: " + damage.what()
                        + covered);
    }

    @Override
    void emptyFile(ReadReport.Extent file) {
        line(
                "empty file",
                file.file() + ", " + file.sizeBytes()
                        + " bytes: holds no record; right of a file that was made just now");
    }

    @Override
    void unknown(ReadReport.Unknown unknown) {
        line(
                "unknown",
                place(unknown.file(), unknown.firstPositionBytes()) + " and on: " + unknown.records()
                        + " records of version " + unknown.version() + " and type " + unknown.type()
                        + "; a later release reads them");
    }

    @Override
    void missing(ReadReport.LifeSummary life) {
        line(
                "missing life",
                life.previous() + of(life.node()) + ", which was there before life " + life.life()
                        + ": none of its records is in these files");
    }

    @Override
    void lostEnd(ReadReport.LifeSummary life) {
        line(
                "lost end",
                "life " + life.life() + of(life.node())
                        + " has no end (CLOSE), and its node has started since: lanes of it"
                        + " were lost, and what they held and the journal did not; " + completeness(life));
    }

    @Override
    void fork(ReadReport.LifeSummary life) {
        line(
                "fork",
                "life " + life.life() + of(life.node()) + " follows life " + life.previous()
                        + ", and so does another: a data directory was copied, and both were run");
    }

    @Override
    void loss(ReadReport.Loss loss) {
        line(
                "loss",
                "life " + loss.life() + ", lane " + loss.lane() + ": " + loss.requests()
                        + " requests were served without records, " + loss.tokens() + " tokens, "
                        + Text.instant(loss.firstNs()) + " to " + Text.instant(loss.lastNs()));
    }

    @Override
    void deletedFile(ReadReport.DeletedFile file) {
        line(
                "deleted file",
                file.remains().resolveSibling(file.name()) + ", " + file.usageRecords() + " records, at "
                        + Text.instant(file.timeNs()) + ", after it had been committed by " + file.readers()
                        + "; SHA-256 " + file.sha256());
    }

    @Override
    void deletion(ReadReport.Deletion deletion) {
        line(
                "deleted",
                "life " + deletion.life() + ", lane " + deletion.lane() + ": " + deletion.missing() + " of the records "
                        + deletion.from() + '-' + deletion.to() + ", admitted from "
                        + Text.instant(deletion.firstAdmittedNs()) + " to "
                        + Text.instant(deletion.lastAdmittedNs()) + ", are only in archives or copies");
    }

    private static String completeness(ReadReport.LifeSummary life) {
        return life.completeBeforeNs() == Long.MIN_VALUE
                ? "never said how far it is complete"
                : "complete up to what was admitted before " + Text.instant(life.completeBeforeNs());
    }

    @Override
    void unfinished(ReadReport.LifeSummary life) {
        line("open", "life " + life.life() + of(life.node()) + " is not closed; " + completeness(life));
    }

    private static String deleted(ReadReport report) {
        long deleted = report.deletions().stream()
                .mapToLong(ReadReport.Deletion::missing)
                .sum();
        return deleted == 0 ? "" : ", " + deleted + " records deleted after they had been committed";
    }

    @Override
    void summary(ReadReport report, boolean isComplete) {
        long lives = report.lives().stream().filter(life -> !life.heardOnly()).count();
        String read = report.usageRecords() + " records, " + report.duplicates() + " duplicates, " + lives + " lives, "
                + report.extents().size() + " files" + deleted(report);
        long absent = absent(report);
        if (absent > 0) {
            read += "; " + absent + " lives only heard of, as of other nodes whose journals were not given";
        }
        int open = open(report).size();
        if (isComplete && open > 0) {
            line("complete so far", read + "; " + open + " lives have not ended");
        } else if (isComplete) {
            line("complete", read);
        } else {
            line(
                    "not complete",
                    "gaps " + report.gaps().size() + ", conflicts "
                            + report.conflicts().size() + ", damages "
                            + report.uncoveredDamages().size() + ", unknown "
                            + report.unknown().size() + ", missing lives "
                            + report.brokenChains().size() + ", lost ends "
                            + report.lostEnds().size() + "; " + read
                            + (report.isEmpty()
                                    ? "; not one record was found, so nothing is known to be complete"
                                    : ""));
        }
    }
}
