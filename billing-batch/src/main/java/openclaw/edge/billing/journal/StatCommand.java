package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code journal stat}: what journals hold, by node, life and lane, and by file. */
@Command(
        name = "stat",
        mixinStandardHelpOptions = true,
        description = {
            "Sums up what journals hold: a line for each lane with its first and last sequence and admission, records,"
                    + " outcomes, tokens and gaps; then lives, files and a total.",
            "With --tenant and the like only records that fit are counted; gaps are always of the whole lane."
        })
final class StatCommand implements Callable<Integer> {
    private static final Comparator<ReadReport.LifeSummary> BY_NODE_AND_TIME = Comparator.comparing(
                    ReadReport.LifeSummary::node)
            .thenComparingLong(ReadReport.LifeSummary::openedNs)
            .thenComparing(ReadReport.LifeSummary::life);

    @Mixin
    private Sources sources;

    @Mixin
    private UsageFilter filter;

    @Mixin
    private Output output;

    @Mixin
    private Console console;

    @Mixin
    private Threads threads;

    private ReadReport report;
    private List<ReadReport.LifeSummary> lives;
    private Map<LaneKey, UsageStat> lanes;
    private Map<Path, Long> files;
    private final Map<LaneKey, long[]> gaps = new HashMap<>();
    private final UsageStat total = new UsageStat();

    @Override
    public Integer call() throws IOException {
        console.check(filter);
        int workers = threads.number(console);
        List<Path> paths = sources.pathsWithFiles();
        ReadProgress progress = new ReadProgress(paths, console.err(), console.isQuiet());
        List<StatVisitor> visitors = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            visitors.add(new StatVisitor(filter.match(), progress.part()));
        }
        report = new JournalReader(paths).read(visitors);
        progress.end();
        lives = report.lives().stream().sorted(BY_NODE_AND_TIME).toList();
        lanes = StatVisitor.lanes(visitors);
        files = StatVisitor.files(visitors);
        lanes.values().forEach(total::add);
        for (ReadReport.Gap gap : report.gaps()) {
            long[] sums = gaps.computeIfAbsent(new LaneKey(gap.life(), gap.lane()), absent -> new long[2]);
            sums[0]++;
            sums[1] += gap.to() - gap.from() + 1;
        }
        console.print(lines -> {
            if (output.isTable()) {
                printTables(lines);
            } else {
                printJson(lines);
            }
        });
        return JournalCommand.DONE;
    }

    private interface LaneConsumer {
        void accept(ReadReport.LifeSummary life, int lane, UsageStat sums, long gapRanges, long missing);
    }

    /** All lanes of all lives whose own records were read, those without usage too. */
    private void eachLane(LaneConsumer consumer) {
        for (ReadReport.LifeSummary life : lives) {
            for (ReadReport.LaneSummary lane : life.heardOnly() ? List.<ReadReport.LaneSummary>of() : life.lanes()) {
                LaneKey key = new LaneKey(life.life(), lane.lane());
                long[] gap = gaps.getOrDefault(key, new long[2]);
                consumer.accept(life, lane.lane(), lanes.getOrDefault(key, new UsageStat()), gap[0], gap[1]);
            }
        }
    }

    private static String state(ReadReport.LifeSummary life) {
        if (life.heardOnly()) {
            return "absent";
        }
        if (life.archivedOnly()) {
            return "archived";
        }
        return !life.closed() ? "open" : life.recovered() ? "recovered" : "closed";
    }

    private void printTables(Lines lines) {
        Table byLane = new Table(
                "NODE",
                "LIFE",
                "LANE",
                "FIRST",
                "LAST",
                "RECORDS",
                "TOKENS",
                "COMPLETE",
                "ABORT",
                "FAILED",
                "TIMEOUT",
                "SHUTDOWN",
                "DOUBT",
                "INTERIM",
                "GAPS",
                "MISSING",
                "FROM",
                "TO");
        eachLane((life, lane, sums, gapRanges, missing) -> byLane.add(
                life.node(),
                shortLife(life.life()),
                lane,
                sums.firstSequence(),
                sums.lastSequence(),
                sums.records(),
                sums.tokens(),
                sums.count(Outcome.COMPLETE),
                sums.count(Outcome.CLIENT_ABORT),
                sums.count(Outcome.UPSTREAM_FAILED),
                sums.count(Outcome.TIMEOUT),
                sums.count(Outcome.SHUTDOWN),
                sums.count(Outcome.IN_DOUBT),
                sums.interims(),
                gapRanges,
                missing,
                sums.records() == 0 ? "-" : Text.instant(sums.firstNs()),
                sums.records() == 0 ? "-" : Text.instant(sums.lastNs())));
        byLane.print(lines);
        lines.add("");
        Table byLife = new Table("NODE", "LIFE", "STATE", "PREVIOUS", "OPENED", "CLOSED");
        for (ReadReport.LifeSummary life : lives) {
            byLife.add(
                    life.node().isEmpty() ? "-" : life.node(),
                    life.life(),
                    state(life),
                    life.previous().isNone() ? "-" : shortLife(life.previous()),
                    instantOrDash(life.openedNs()),
                    instantOrDash(life.closedNs()));
        }
        byLife.print(lines);
        lines.add("");
        Table byFile = new Table("RECORDS", "BYTES", "SIZE", "STATE", "FILE");
        for (ReadReport.Extent extent : report.extents()) {
            byFile.add(
                    files.getOrDefault(extent.file(), 0L),
                    extent.positionBytes(),
                    extent.sizeBytes(),
                    extent.ended() ? "ended" : "open",
                    extent.file());
        }
        byFile.print(lines);
        lines.add("");
        lines.add(total.records() + " records, " + total.requests() + " requests (" + total.exempt() + " exempt), "
                + total.tokens() + " tokens; " + report.duplicates() + " duplicates, "
                + report.gaps().size() + " gaps, " + report.conflicts().size() + " conflicts, "
                + report.damages().size() + " damages"
                + (deleted() == 0 ? "" : ", " + deleted() + " records deleted after they had been committed"));
    }

    private long deleted() {
        return report.deletions().stream()
                .mapToLong(ReadReport.Deletion::missing)
                .sum();
    }

    private static String shortLife(Life life) {
        return life.toString().substring(0, 8);
    }

    private static String instantOrDash(long ns) {
        return ns == Long.MIN_VALUE ? "-" : Text.instant(ns);
    }

    private void printJson(Lines lines) {
        Json json = new Json(lines.line());
        eachLane((life, lane, sums, gapRanges, missing) -> {
            json.begin("lane")
                    .text("node", life.node())
                    .life("life", life.life().high(), life.life().low())
                    .count("lane", lane)
                    .count("first_sequence", sums.firstSequence())
                    .count("last_sequence", sums.lastSequence());
            sums(json, sums).count("gaps", gapRanges).count("missing", missing).end();
            lines.end();
        });
        for (ReadReport.LifeSummary life : lives) {
            json.begin("life")
                    .text("node", life.node())
                    .life("life", life.life().high(), life.life().low())
                    .text("state", state(life))
                    .life("previous", life.previous().high(), life.previous().low())
                    .instantOrNull("opened", life.openedNs())
                    .instantOrNull("closed", life.closedNs())
                    .instantOrNull("complete_before", life.completeBeforeNs())
                    .end();
            lines.end();
        }
        for (ReadReport.Extent extent : report.extents()) {
            json.begin("file")
                    .text("file", extent.file().toString())
                    .count("records", files.getOrDefault(extent.file(), 0L))
                    .count("bytes", extent.positionBytes())
                    .count("size_bytes", extent.sizeBytes())
                    .flag("ended", extent.ended())
                    .end();
            lines.end();
        }
        sums(json.begin("total"), total)
                .count("duplicates", report.duplicates())
                .count("gaps", report.gaps().size())
                .count("conflicts", report.conflicts().size())
                .count("damages", report.damages().size())
                .count("deleted_records", deleted())
                .end();
        lines.end();
    }

    private static Json sums(Json json, UsageStat sums) {
        boolean isNone = sums.records() == 0;
        json.instantOrNull("first_admitted", isNone ? Long.MIN_VALUE : sums.firstNs())
                .instantOrNull("last_admitted", isNone ? Long.MIN_VALUE : sums.lastNs())
                .count("records", sums.records())
                .count("requests", sums.requests())
                .count("exempt_requests", sums.exempt())
                .count("tokens", sums.tokens());
        StringBuilder out = json.inside("outcomes").append('{');
        for (Outcome outcome : Outcome.values()) {
            out.append('"').append(outcome).append("\":");
            Text.count(out, sums.count(outcome));
            out.append(',');
        }
        out.append("\"INTERIM\":");
        Text.count(out, sums.interims());
        out.append('}');
        return json;
    }
}
