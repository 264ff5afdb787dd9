package openclaw.edge.proxy.admin;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.MemberState;
import openclaw.edge.sync.SyncCounter;
import openclaw.edge.sync.wire.DropReason;

/** {@code openclaw_cluster_*} and {@code openclaw_gossip_*} at scrape time; nothing of a lone node. */
final class ClusterCollector extends Collector {
    private static final String CLUSTER = "openclaw_cluster_";
    private static final String GOSSIP = "openclaw_gossip_";
    private static final List<String> MEMBER = List.of("member");
    private static final List<String> LIMIT = List.of("tenant", "limit");
    private static final double NS_PER_SECOND = 1e9;
    private static final double MS_PER_SECOND = 1e3;

    /** Members that have series of their own: their names are their own word. */
    private static final int MOST_MEMBERS = 256;

    private final AdminSources sources;

    ClusterCollector(final AdminSources sources) {
        this.sources = sources;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        final ClusterReport report = sources.others().cluster().get();
        final List<MetricFamilySamples> families = new ArrayList<>();
        if (!report.isLone()) {
            addView(families, report);
            addMembers(families, report.view());
            addGossip(families, report);
            addLimits(families, report);
        }
        return families;
    }

    private static void addView(final List<MetricFamilySamples> families, final ClusterReport report) {
        final ClusterView view = report.view();
        final Map<MemberState, Integer> states = new HashMap<>();
        int configurations = 0;
        int catalogs = 0;
        for (final ClusterView.Member member : view.members()) {
            states.merge(member.state(), 1, Integer::sum);
            configurations += ClusterReport.differs(member.configurationHash(), report.configurationHash()) ? 1 : 0;
            catalogs += ClusterReport.differs(member.catalogHash(), report.catalogHash()) ? 1 : 0;
        }
        final GaugeMetricFamily members =
                new GaugeMetricFamily(CLUSTER + "members", "Other members by state", List.of("state"));
        for (final MemberState state : MemberState.values()) {
            Samples.add(members, List.of(state.name().toLowerCase(Locale.ROOT)), states.getOrDefault(state, 0));
        }
        families.add(members);
        families.add(Samples.gauge(CLUSTER + "members_all", "N: members that are counted", view.all()));
        families.add(Samples.gauge(
                CLUSTER + "members_reachable",
                "k: counted members that are heard, this node among them",
                view.reachable()));
        families.add(Samples.gauge(
                CLUSTER + "unheard_addresses",
                "Addresses in the list of this node or another where nobody was ever heard",
                view.unheardAddresses()));
        families.add(Samples.gauge(
                CLUSTER + "ready",
                "1 once this node knows what it must know of others to serve",
                view.isReady() ? 1 : 0));
        families.add(Samples.gauge(
                CLUSTER + "unsynced_tokens",
                "U: tokens consumed here that some member who counts has not acknowledged; -1 while not known",
                view.unsyncedTokens()));
        families.add(Samples.gauge(
                CLUSTER + "configuration_mismatches", "Members whose shared configuration differs", configurations));
        families.add(Samples.gauge(CLUSTER + "catalog_mismatches", "Members whose catalog differs", catalogs));
    }

    private static void addMembers(final List<MetricFamilySamples> families, final ClusterView view) {
        final GaugeMetricFamily alive =
                new GaugeMetricFamily(CLUSTER + "member_alive", "1 while the member is alive", MEMBER);
        final GaugeMetricFamily lag = new GaugeMetricFamily(
                CLUSTER + "member_lag_versions", "Changes here that the member has not acknowledged", MEMBER);
        final GaugeMetricFamily behind = new GaugeMetricFamily(
                CLUSTER + "member_behind_versions", "Changes of the member that are not yet joined here", MEMBER);
        final GaugeMetricFamily roundTrip = new GaugeMetricFamily(
                CLUSTER + "member_round_trip_seconds", "Smoothed round trip; 0 while not known", MEMBER);
        final GaugeMetricFamily skew = new GaugeMetricFamily(
                CLUSTER + "member_clock_skew_seconds",
                "The member's wall clock less this node's; alarm above 1",
                MEMBER);
        int left = MOST_MEMBERS;
        for (final ClusterView.Member member : view.members()) {
            if (member.name().isEmpty() || --left < 0) {
                continue;
            }
            final List<String> labels = List.of(member.name());
            Samples.add(alive, labels, member.state() == MemberState.ALIVE ? 1 : 0);
            Samples.add(lag, labels, member.lagVersions());
            Samples.add(behind, labels, member.behindVersions());
            roundTrip.addMetric(labels, member.roundTripNs() / NS_PER_SECOND);
            skew.addMetric(labels, member.clockSkewMs() / MS_PER_SECOND);
        }
        families.addAll(List.of(alive, lag, behind, roundTrip, skew));
    }

    private static void addGossip(final List<MetricFamilySamples> families, final ClusterReport report) {
        for (final SyncCounter counter : SyncCounter.values()) {
            families.add(Samples.counter(
                    GOSSIP + counter.label(),
                    "Gossip: " + counter.label().replace('_', ' '),
                    report.counters().get(counter)));
        }
        final CounterMetricFamily dropped = new CounterMetricFamily(
                GOSSIP + "datagrams_dropped", "Datagrams dropped whole, by reason", List.of("reason"));
        for (final DropReason reason : DropReason.values()) {
            if (reason != DropReason.NONE) {
                Samples.add(dropped, List.of(reason.label()), report.counters().dropped(reason));
            }
        }
        families.add(dropped);
    }

    /** Over-admission that gossip could not avoid, by limit: what a partition has cost. */
    private void addLimits(final List<MetricFamilySamples> families, final ClusterReport report) {
        final CounterMetricFamily settled = new CounterMetricFamily(
                CLUSTER + "settled_tokens", "S: tokens that settlement charged above what was reserved", LIMIT);
        final CounterMetricFamily forgiven =
                new CounterMetricFamily(CLUSTER + "forgiven_tokens", "F: tokens that the debt cap forgave", LIMIT);
        final GaugeMetricFamily unsynced = new GaugeMetricFamily(
                CLUSTER + "limit_unsynced_tokens",
                "U by limit: tokens consumed here that some member who counts has not acknowledged; -1 while not known",
                LIMIT);
        final List<ClusterLimits.Limit> limits = ClusterLimits.of(sources);
        for (final ClusterLimits.Limit limit : limits) {
            Samples.add(settled, limit.labels(), sources.tables().buckets().settledAboveTokens(limit.bucket()));
            Samples.add(forgiven, limit.labels(), sources.tables().buckets().debtForgivenTokens(limit.bucket()));
        }
        for (final ClusterLimits.Unsynced each : ClusterLimits.unsynced(report, limits)) {
            Samples.add(unsynced, each.limit().labels(), each.tokens());
        }
        families.add(unsynced);
        families.add(settled);
        families.add(forgiven);
    }
}
