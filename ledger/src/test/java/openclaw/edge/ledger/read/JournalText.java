package openclaw.edge.ledger.read;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;

/** Spells out every field of every record, and the whole report: what a golden journal must read as for ever. */
final class JournalText implements JournalVisitor {
    private final StringBuilder text = new StringBuilder();
    private final JournalReader reader;
    private final Path root;

    private JournalText(final JournalReader reader, final Path root) {
        this.reader = reader;
        this.root = root;
    }

    static String of(final Path root) throws java.io.IOException {
        final JournalReader reader = new JournalReader(List.of(root));
        final JournalText visitor = new JournalText(reader, root.toRealPath());
        visitor.report(reader.read(visitor));
        return visitor.text.toString();
    }

    private void line(final Object... words) {
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : " ").append(words[i]);
        }
        text.append('\n');
    }

    private String name(final long id) {
        return "'" + reader.names().text(id) + "'";
    }

    @Override
    public void onUsage(final UsageRecord r) {
        line("USAGE", r.life(), r.lane(), r.sequence(), Integer.toHexString(r.crc()), r.outcome(), r.phase());
        line("  flags", r.flags(), r.status(), r.requests(), r.admittedNs(), r.exchange());
        line("  names", name(r.tenantId()), name(r.agentId()), name(r.routeId()), name(r.modelId()));
        line("  units", r.bytesIn(), r.bytesOut(), r.inputTokens(), r.outputTokens());
        line("  charge", r.admittedTokens(), r.chargedTokens(), r.latencyNs(), r.requestIdHash());
    }

    @Override
    public void onName(final NameRecord r) {
        line("NAME", r.life(), r.kind(), Long.toHexString(r.id()), Long.toHexString(r.scope()), "'" + r.name() + "'");
    }

    @Override
    public void onOpen(final OpenRecord r) {
        line("OPEN", r.life(), r.timeNs(), r.node(), r.lanes(), r.previous(), r.previousLanes());
        for (int i = 0; i < r.previousLanes(); i++) {
            line("  previous", i, r.previousSequence(i));
        }
    }

    @Override
    public void onClose(final CloseRecord r) {
        line("CLOSE", r.life(), r.timeNs(), r.isRecovered(), r.lanes());
        for (int i = 0; i < r.lanes(); i++) {
            line("  last", i, r.sequence(i));
        }
    }

    @Override
    public void onTick(final TickRecord r) {
        line("TICK", r.life(), r.timeNs(), r.openExchanges(), r.completeBeforeNs(), r.isRolled(), r.lanes());
        for (int i = 0; i < r.lanes(); i++) {
            line("  last", i, r.sequence(i));
        }
        for (int i = 0; i < r.heardLives(); i++) {
            final int at = r.heardPosition(i);
            for (int lane = 0; lane < r.heardLanes(at); lane++) {
                line("  heard", r.heardLife(at), lane, r.heardSequence(at, lane));
            }
        }
        for (int i = 0; i < r.metrics(); i++) {
            line("  metric", name(r.metricId(i)), r.metricTotal(i));
        }
    }

    @Override
    public void onCatalog(final CatalogRecord r) {
        line("CATALOG", r.life(), r.timeNs(), HexFormat.of().formatHex(r.sha256()));
    }

    @Override
    public void onVoid(final VoidRecord r) {
        line("VOID", r.life(), r.lane(), r.from(), r.to(), r.timeNs());
    }

    @Override
    public void onLoss(final LossRecord r) {
        line("LOSS", r.life(), r.lane(), r.lossId(), name(r.tenantId()));
        line("  range", r.firstNs(), r.lastNs(), r.requests(), r.tokens());
    }

    private void report(final ReadReport report) {
        line("usage", report.usageRecords(), "duplicates", report.duplicates(), "clean", report.isClean());
        report.extents()
                .forEach(extent -> line(
                        "file",
                        root.relativize(extent.file()),
                        extent.positionBytes(),
                        extent.sizeBytes(),
                        extent.ended()));
        report.lives().forEach(this::life);
        report.gaps().forEach(gap -> line("gap", gap.life(), gap.lane(), gap.from(), gap.to()));
        report.conflicts().forEach(conflict -> line("conflict", conflict.life(), conflict.lane(), conflict.sequence()));
        report.damages()
                .forEach(damage -> line(
                        "damage",
                        root.relativize(damage.file()),
                        damage.positionBytes(),
                        damage.lengthBytes(),
                        damage.what(),
                        damage.coveredBy() == null ? "-" : root.relativize(damage.coveredBy())));
        report.unknown().forEach(unknown -> line("unknown", unknown.version(), unknown.type(), unknown.records()));
        report.losses().forEach(this::loss);
        report.catalogs().forEach(catalog -> line("catalog", catalog.life(), catalog.timeNs(), catalog.sha256()));
        report.brokenChains().forEach(life -> line("broken chain", life.life()));
        report.forks().forEach(life -> line("fork", life.life()));
    }

    private void life(final ReadReport.LifeSummary life) {
        line("life", life.life(), life.node(), life.previous(), "heard only", life.heardOnly());
        line("  opened", life.opened(), life.openedNs(), "closed", life.closed(), life.closedNs(), life.recovered());
        line("  complete before", life.completeBeforeNs());
        if (life.lastTick() != null) {
            line("  tick", life.lastTick().timeNs(), life.lastTick().openExchanges());
            final Map<String, Long> metrics = new TreeMap<>();
            life.lastTick().metrics().forEach((id, total) -> metrics.put(name(id), total));
            line("  metrics", metrics);
        }
        life.lanes().forEach(lane -> {
            line("  lane", lane.lane(), lane.sequences(), lane.records(), "expected to", lane.expectedTo());
            line("  voids", lane.voids(), lane.voided());
        });
    }

    private void loss(final ReadReport.Loss loss) {
        line("loss", loss.life(), loss.lane(), loss.lossId(), name(loss.tenantId()));
        line("  range", loss.firstNs(), loss.lastNs(), loss.requests(), loss.tokens());
    }
}
