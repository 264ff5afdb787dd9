package openclaw.edge.billing.invoice;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.read.ReadReport;

/** The lives that were read and their sequences: the cut-off of a run, independent of files and copies. */
final class ManifestJournals {
    private ManifestJournals() {}

    static List<Map<String, Object>> json(ReadReport report) {
        return report.lives().stream()
                .filter(life -> !life.heardOnly())
                .map(ManifestJournals::life)
                .toList();
    }

    private static Map<String, Object> life(ReadReport.LifeSummary life) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("life", life.life().toString());
        map.put("node", life.node());
        map.put("previous", life.previous().isNone() ? null : life.previous().toString());
        map.put("opened", life.opened());
        map.put("closed", life.closed());
        map.put("recovered", life.recovered());
        map.put("complete_before", completeBefore(life));
        map.put("lanes", life.lanes().stream().map(ManifestJournals::lane).toList());
        return map;
    }

    private static Map<String, Object> lane(ReadReport.LaneSummary lane) {
        return Map.of(
                "lane", lane.lane(),
                "sequences", lane.sequences(),
                "records", count(lane.records()),
                "voided", count(lane.voided()),
                "expected_to", count(lane.expectedTo()));
    }

    /** The instant before which every admitted exchange has its final record; null when nothing is said or all have. */
    static String completeBefore(ReadReport.LifeSummary life) {
        long ns = life.completeBeforeNs();
        return ns == Long.MIN_VALUE || ns == Long.MAX_VALUE ? null : InvoiceJson.instant(ns);
    }
}
