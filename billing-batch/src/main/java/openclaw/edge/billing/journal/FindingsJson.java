package openclaw.edge.billing.journal;

import openclaw.edge.ledger.read.ReadReport;

/** Findings as JSON, one object a line. */
final class FindingsJson extends Findings {
    private final Lines lines;
    private final Json json;

    FindingsJson(Lines lines) {
        this.lines = lines;
        this.json = new Json(lines.line());
    }

    private void end() {
        json.end();
        lines.end();
    }

    private void place(String name, LaneRuns.Place place) {
        if (place != null) {
            json.text(name + "_file", place.file().toString()).count(name + "_position", place.positionBytes());
        }
    }

    @Override
    void gap(String node, ReadReport.Gap gap, LaneRuns.Place before, LaneRuns.Place behind) {
        json.begin("gap")
                .text("node", node)
                .life("life", gap.life().high(), gap.life().low())
                .count("lane", gap.lane())
                .count("from", gap.from())
                .count("to", gap.to());
        place("before", before);
        place("behind", behind);
        end();
    }

    @Override
    void conflict(ReadReport.Conflict conflict) {
        json.begin("conflict")
                .life("life", conflict.life().high(), conflict.life().low())
                .count("lane", conflict.lane())
                .count("sequence", conflict.sequence())
                .text("counted_file", conflict.first().toString())
                .count("counted_position", conflict.firstPositionBytes())
                .text("file", conflict.second().toString())
                .count("position", conflict.secondPositionBytes());
        end();
    }

    @Override
    void damage(ReadReport.Damage damage) {
        json.begin("damage")
                .text("file", damage.file().toString())
                .count("position", damage.positionBytes())
                .count("length", damage.lengthBytes())
                .text("what", damage.what())
                .text(
                        "covered_by",
                        damage.coveredBy() == null ? "" : damage.coveredBy().toString());
        end();
    }

    @Override
    void emptyFile(ReadReport.Extent file) {
        json.begin("empty_file").text("file", file.file().toString()).count("bytes", file.sizeBytes());
        end();
    }

    @Override
    void unknown(ReadReport.Unknown unknown) {
        json.begin("unknown")
                .text("file", unknown.file().toString())
                .count("position", unknown.firstPositionBytes())
                .count("version", unknown.version())
                .count("record_type", unknown.type())
                .count("records", unknown.records());
        end();
    }

    private void life(String type, ReadReport.LifeSummary life) {
        json.begin(type)
                .text("node", life.node())
                .life("life", life.life().high(), life.life().low())
                .life("previous", life.previous().high(), life.previous().low());
    }

    @Override
    void missing(ReadReport.LifeSummary life) {
        life("missing_life", life);
        end();
    }

    @Override
    void lostEnd(ReadReport.LifeSummary life) {
        life("lost_end", life);
        json.instantOrNull("complete_before", life.completeBeforeNs());
        end();
    }

    @Override
    void fork(ReadReport.LifeSummary life) {
        life("fork", life);
        end();
    }

    @Override
    void loss(ReadReport.Loss loss) {
        json.begin("loss")
                .life("life", loss.life().high(), loss.life().low())
                .count("lane", loss.lane())
                .count("loss_id", loss.lossId())
                .instant("first", loss.firstNs())
                .instant("last", loss.lastNs())
                .count("requests", loss.requests())
                .count("tokens", loss.tokens());
        end();
    }

    @Override
    void deletedFile(ReadReport.DeletedFile file) {
        json.begin("deleted_file")
                .text("file", file.remains().resolveSibling(file.name()).toString())
                .instant("deleted", file.timeNs())
                .text("readers", file.readers())
                .count("records", file.usageRecords())
                .count("bytes", file.lengthBytes())
                .text("sha256", file.sha256());
        end();
    }

    @Override
    void deletion(ReadReport.Deletion deletion) {
        json.begin("deleted")
                .life("life", deletion.life().high(), deletion.life().low())
                .count("lane", deletion.lane())
                .count("from", deletion.from())
                .count("to", deletion.to())
                .count("missing", deletion.missing())
                .instant("first_admitted", deletion.firstAdmittedNs())
                .instant("last_admitted", deletion.lastAdmittedNs())
                .instant("deleted", deletion.timeNs());
        end();
    }

    @Override
    void unfinished(ReadReport.LifeSummary life) {
        life("unfinished_life", life);
        json.instantOrNull("complete_before", life.completeBeforeNs());
        end();
    }

    @Override
    void summary(ReadReport report, boolean isComplete) {
        json.begin("summary")
                .flag("complete", isComplete && open(report).isEmpty())
                .flag("complete_so_far", isComplete)
                .count("records", report.usageRecords())
                .count("duplicates", report.duplicates())
                .count("files", report.extents().size())
                .count(
                        "lives",
                        report.lives().stream()
                                .filter(life -> !life.heardOnly())
                                .count())
                .count("gaps", report.gaps().size())
                .count("conflicts", report.conflicts().size())
                .count("damages", report.uncoveredDamages().size())
                .count("unknown", report.unknown().size())
                .count("missing_lives", report.brokenChains().size())
                .count("empty_files", report.emptyFiles().size())
                .count("lost_ends", report.lostEnds().size())
                .count("unfinished_lives", open(report).size())
                .count("absent_lives", absent(report))
                .count(
                        "deleted_records",
                        report.deletions().stream()
                                .mapToLong(ReadReport.Deletion::missing)
                                .sum());
        end();
    }
}
