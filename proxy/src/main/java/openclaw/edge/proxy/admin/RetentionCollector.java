package openclaw.edge.proxy.admin;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.ledger.retain.RetentionStatus;

/** {@code openclaw_journal_*} of what the journal keeps, and for whom, as of the last look; nothing before the first. */
final class RetentionCollector extends Collector {
    private static final String JOURNAL = "openclaw_journal_";
    private static final List<String> READER = List.of("reader");
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private final AdminSources sources;

    RetentionCollector(final AdminSources sources) {
        this.sources = sources;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        final RetentionStatus status = sources.others().retention().get();
        final List<MetricFamilySamples> families = new ArrayList<>();
        if (status.files() == 0) {
            return families;
        }
        families.add(Samples.gauge(JOURNAL + "files", "Files of the journal's queue", status.files()));
        families.add(Samples.gauge(
                JOURNAL + "written_bytes", "Bytes written to the files of the journal's queue", status.writtenBytes()));
        families.add(Samples.gauge(
                JOURNAL + "due_bytes",
                "Bytes of files that journal.retain asks to delete and that may not be",
                status.dueBytes()));
        families.add(Samples.gauge(
                JOURNAL + "oversize",
                "1 while files that may not be deleted keep the journal beyond journal.retain.size",
                status.isSizeExceeded() && status.dueBytes() > 0 ? 1 : 0));
        final GaugeMetricFamily behind = new GaugeMetricFamily(
                JOURNAL + "reader_behind_bytes",
                "Bytes of files that journal.retain asks to delete and that the reader has not committed",
                READER);
        status.behindBytes().forEach((reader, bytes) -> Samples.add(behind, List.of(reader), bytes));
        families.add(behind);
        final GaugeMetricFamily committed = new GaugeMetricFamily(
                JOURNAL + "reader_committed_timestamp_seconds",
                "When the reader committed last; when it was registered, if never",
                READER);
        status.committedNs().forEach((reader, ns) -> Samples.add(committed, List.of(reader), ns / NS_PER_SECOND));
        families.add(committed);
        return families;
    }
}
