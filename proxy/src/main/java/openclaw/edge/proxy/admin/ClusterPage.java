package openclaw.edge.proxy.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.sync.ClusterView;

/** The cluster as this node sees it: as JSON for programs, as a table for people. */
final class ClusterPage {
    private static final long NS_PER_US = 1_000;
    private static final String NONE = "-";

    /** Limits that are named with what was not heard of yet, those with the most of it. */
    private static final int MOST_LIMITS = 20;

    private final AdminSources sources;

    ClusterPage(final AdminSources sources) {
        this.sources = sources;
    }

    /** One object: this node, and under {@code members} the others. */
    byte[] json() {
        final ClusterReport report = sources.others().cluster().get();
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeStringField("cluster", report.config().name());
            json.writeStringField("node", report.config().node());
            json.writeBooleanField("lone", report.isLone());
            json.writeBooleanField("ready", sources.ready().getAsBoolean());
            json.writeStringField("tables", sources.tables().files());
            json.writeStringField("on_partition", lower(report.config().onPartition()));
            json.writeStringField("configuration_hash", ClusterReport.hex(report.configurationHash()));
            json.writeStringField("catalog_hash", ClusterReport.hex(report.catalogHash()));
            if (!report.isLone()) {
                view(json, report.view());
                limits(json, report);
            }
            json.writeArrayFieldStart("members");
            if (!report.isLone()) {
                for (final ClusterView.Member member : report.view().members()) {
                    member(json, member);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void view(final JsonGenerator json, final ClusterView view) throws IOException {
        json.writeStringField("why", view.why());
        json.writeStringField("time", instant(view.atNs()));
        json.writeStringField("incarnation", String.format("%016x", view.incarnation()));
        json.writeStringField("life", String.format("%016x", view.life()));
        json.writeNumberField("members_all", view.all());
        json.writeNumberField("members_reachable", view.reachable());
        json.writeNumberField("unheard_addresses", view.unheardAddresses());
        json.writeNumberField("unsynced_tokens", view.unsyncedTokens());
    }

    private void limits(final JsonGenerator json, final ClusterReport report) throws IOException {
        json.writeArrayFieldStart("unsynced_limits");
        for (final ClusterLimits.Unsynced each :
                ClusterLimits.most(ClusterLimits.unsynced(report, ClusterLimits.of(sources)), MOST_LIMITS)) {
            json.writeStartObject();
            json.writeStringField("tenant", each.limit().tenant());
            json.writeStringField("limit", each.limit().limit());
            json.writeNumberField("unsynced_tokens", each.tokens());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void member(final JsonGenerator json, final ClusterView.Member member) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", member.name());
        json.writeStringField("address", member.address());
        json.writeStringField("state", lower(member.state()));
        json.writeStringField("why", member.why());
        json.writeStringField("since", instant(member.sinceNs()));
        json.writeBooleanField("counted", member.isCounted());
        json.writeBooleanField("divides", member.isDividing());
        json.writeNumberField("weight", member.weight());
        json.writeNumberField("lag_versions", member.lagVersions());
        json.writeNumberField("behind_versions", member.behindVersions());
        json.writeNumberField("round_trip_us", member.roundTripNs() / NS_PER_US);
        json.writeNumberField("clock_skew_ms", member.clockSkewMs());
        json.writeStringField("configuration_hash", ClusterReport.hex(member.configurationHash()));
        json.writeStringField("catalog_hash", ClusterReport.hex(member.catalogHash()));
        json.writeEndObject();
    }

    /** Lines for a terminal. */
    String text() {
        final ClusterReport report = sources.others().cluster().get();
        if (report.isLone()) {
            return "node " + report.config().node() + ": a lone node (no cluster.peers, no cluster.dns)\nconfiguration "
                    + ClusterReport.hex(report.configurationHash()) + "  catalog "
                    + ClusterReport.hex(report.catalogHash()) + files() + "\n";
        }
        final ClusterView view = report.view();
        final StringBuilder text = new StringBuilder();
        text.append("cluster ").append(report.config().name());
        text.append(": ").append(view.reachable()).append(" of ").append(view.all());
        text.append(" members heard, on_partition ")
                .append(lower(report.config().onPartition()));
        if (view.unheardAddresses() > 0) {
            text.append("\naddresses where nobody was ever heard: ").append(view.unheardAddresses());
        }
        text.append("\nnode ").append(view.node());
        text.append(sources.ready().getAsBoolean() ? ": ready" : ": not ready")
                .append(" (")
                .append(view.why());
        text.append("), unsynced tokens ").append(view.unsyncedTokens() < 0 ? "?" : view.unsyncedTokens());
        text.append("\nconfiguration ").append(ClusterReport.hex(report.configurationHash()));
        text.append("  catalog ")
                .append(ClusterReport.hex(report.catalogHash()))
                .append(files())
                .append("\n\n");
        return text.append(members(report)).toString();
    }

    private String files() {
        return switch (sources.tables().files()) {
            case "removed" ->
                "\nTABLES REMOVED: stop the node in order (SIGTERM), so that it writes them back; see its log";
            case "lost" -> "\nTABLES LOST: every request is refused until the node is restarted; see its log";
            default -> "";
        };
    }

    private static String members(final ClusterReport report) {
        final List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "MEMBER",
                "ADDRESS",
                "STATE",
                "SINCE",
                "LAG",
                "BEHIND",
                "RTT",
                "SKEW",
                "CONFIGURATION",
                "CATALOG",
                "WHY"));
        for (final ClusterView.Member member : report.view().members()) {
            rows.add(List.of(
                    shown(member.name()) + share(member),
                    shown(member.address()),
                    lower(member.state()),
                    instant(member.sinceNs()),
                    Long.toString(member.lagVersions()),
                    Long.toString(member.behindVersions()),
                    member.roundTripNs() == 0 ? NONE : member.roundTripNs() / NS_PER_US + " us",
                    member.clockSkewMs() + " ms",
                    hash(member.configurationHash(), report.configurationHash()),
                    hash(member.catalogHash(), report.catalogHash()),
                    member.why()));
        }
        return table(rows);
    }

    /** In the words of the log: a share may be reserved for who is not counted yet, or whom nobody ever heard. */
    private static String share(final ClusterView.Member member) {
        if (member.isCounted()) {
            return "";
        }
        return member.isDividing() ? " (a share reserved, not counted yet)" : " (not counted)";
    }

    /** Columns as wide as their widest cell. */
    private static String table(final List<List<String>> rows) {
        final int columns = rows.get(0).size();
        final int[] widths = new int[columns];
        for (final List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        final StringBuilder text = new StringBuilder();
        for (final List<String> row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static String hash(final long theirs, final long own) {
        if (theirs == 0) {
            return NONE;
        }
        return ClusterReport.differs(theirs, own) ? ClusterReport.hex(theirs) + " MISMATCH" : "same";
    }

    private static String shown(final String text) {
        return text.isEmpty() ? NONE : text;
    }

    private static String lower(final Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String instant(final long ns) {
        final Instant instant = BillingCalendar.instant(ns);
        return instant.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
    }
}
