package openclaw.edge.billing.invoice;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.read.ReadReport;

/**
 * What a draft lacks, or may lack: the part of the manifest that must be empty before a cycle could be final. Names no paths
 * and nothing that another copy of the same journals would change.
 */
public final class Missing {
    private final Map<String, List<Map<String, Object>>> lists = new LinkedHashMap<>();

    /** Of what was read. */
    public Missing(
            Catalog catalog, BillingCells cells, UsageAggregator usage, ReadReport report, NameDictionary names) {
        lists.put("edges", edges(catalog, report));
        lists.put("journals", unreadLives(report));
        lists.put("unfinished_lives", unfinishedLives(report, cells.latestNs()));
        lists.put("gaps", gaps(report));
        lists.put("conflicts", conflicts(report));
        lists.put("damages", damages(report));
        lists.put("deleted", deleted(report, cells));
        lists.put("losses", losses(report, cells, names));
        lists.put("unknown_tenants", unknownTenants(usage, names));
    }

    /** Whether nothing is missing. */
    public boolean isEmpty() {
        return lists.values().stream().allMatch(List::isEmpty);
    }

    /** For the manifest: what is missing, by kind. */
    public Map<String, List<Map<String, Object>>> json() {
        return lists;
    }

    /** For people: how many of each kind, for example {@code 2 gaps, 1 unknown_tenants}. */
    public String summary() {
        List<String> counts = new ArrayList<>();
        lists.forEach((kind, list) -> {
            if (!list.isEmpty()) {
                counts.add(kind + " " + list.size());
            }
        });
        return String.join(", ", counts);
    }

    /** Nodes that the catalog names and no journal comes from. */
    private static List<Map<String, Object>> edges(Catalog catalog, ReadReport report) {
        Set<String> nodes = new HashSet<>();
        report.lives().forEach(life -> nodes.add(life.node()));
        return new TreeSet<>(catalog.edges())
                .stream()
                        .filter(edge -> !nodes.contains(edge))
                        .map(edge -> Map.<String, Object>of("node", edge))
                        .toList();
    }

    /** Lives that only other lives speak of. */
    private static List<Map<String, Object>> unreadLives(ReadReport report) {
        return report.lives().stream()
                .filter(life -> life.heardOnly())
                .map(life -> Map.<String, Object>of("life", life.life().toString()))
                .toList();
    }

    /** Lives that have not said that all exchanges admitted within the cycle have their records. */
    private static List<Map<String, Object>> unfinishedLives(ReadReport report, long cycleEndNs) {
        return report.lives().stream()
                .filter(life -> !life.heardOnly() && life.completeBeforeNs() < cycleEndNs)
                .map(life -> {
                    Map<String, Object> map = new LinkedHashMap<>();
                    map.put("life", life.life().toString());
                    map.put("node", life.node());
                    map.put("complete_before", ManifestJournals.completeBefore(life));
                    return map;
                })
                .toList();
    }

    private static List<Map<String, Object>> gaps(ReadReport report) {
        return report.gaps().stream()
                .map(gap -> Map.<String, Object>of(
                        "life", gap.life().toString(),
                        "lane", gap.lane(),
                        "from", count(gap.from()),
                        "to", count(gap.to())))
                .toList();
    }

    private static List<Map<String, Object>> conflicts(ReadReport report) {
        return report.conflicts().stream()
                .map(conflict -> Map.<String, Object>of(
                        "life", conflict.life().toString(),
                        "lane", conflict.lane(),
                        "sequence", count(conflict.sequence())))
                .distinct()
                .toList();
    }

    private static List<Map<String, Object>> damages(ReadReport report) {
        return Stream.concat(
                        report.uncoveredDamages().stream().map(Missing::text),
                        report.unknown().stream().map(Missing::text))
                .distinct()
                .sorted()
                .map(text -> Map.<String, Object>of("damage", text))
                .toList();
    }

    private static String text(ReadReport.Damage damage) {
        return damage.file().getFileName() + " at " + damage.positionBytes() + ": " + damage.what();
    }

    private static String text(ReadReport.Unknown unknown) {
        return unknown.file().getFileName() + " at " + unknown.firstPositionBytes() + ": " + unknown.records()
                + " records of version " + unknown.version() + " and type " + unknown.type()
                + ", which this release does not know; read them with a later one";
    }

    /** Usage that may be of the cycle and whose files were deleted after it had been committed: it is in archives. */
    private static List<Map<String, Object>> deleted(ReadReport report, BillingCells cells) {
        return report.deletions().stream()
                .filter(deletion -> cells.isNearCycle(deletion.firstAdmittedNs(), deletion.lastAdmittedNs()))
                .map(deletion -> Map.<String, Object>of(
                        "life", deletion.life().toString(),
                        "lane", deletion.lane(),
                        "from", count(deletion.from()),
                        "to", count(deletion.to()),
                        "missing", count(deletion.missing())))
                .toList();
    }

    private static List<Map<String, Object>> losses(ReadReport report, BillingCells cells, NameDictionary names) {
        return report.losses().stream()
                .filter(loss -> cells.isNearCycle(loss.firstNs(), loss.lastNs()))
                .map(loss -> Map.<String, Object>of(
                        "life", loss.life().toString(),
                        "lane", loss.lane(),
                        "tenant", names.text(loss.tenantId()),
                        "from", InvoiceJson.instant(loss.firstNs()),
                        "to", InvoiceJson.instant(loss.lastNs()),
                        "requests", count(loss.requests()),
                        "tokens", count(loss.tokens())))
                .toList();
    }

    private static List<Map<String, Object>> unknownTenants(UsageAggregator usage, NameDictionary names) {
        return usage.unknownTenants().entrySet().stream()
                .map(entry -> Map.<String, Object>of(
                        "tenant", names.text(entry.getKey()),
                        "requests", count(entry.getValue().requests()),
                        "exempt_requests", count(entry.getValue().exemptRequests()),
                        "tokens", count(entry.getValue().tokens())))
                .toList();
    }
}
