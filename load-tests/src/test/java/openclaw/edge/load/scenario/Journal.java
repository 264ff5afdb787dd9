package openclaw.edge.load.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.Invoices;

/** What a node's journal holds: counted by the ledger's reader, and invoiced by the batch in a process of its own. */
final class Journal {
    private final Map<Outcome, Long> finals = new EnumMap<>(Outcome.class);
    private long exempt;
    private ReadReport report;

    private Journal() {}

    /** Reads all that is there. */
    static Journal read(final EdgeFiles files) throws IOException {
        final Journal journal = new Journal();
        journal.report = new JournalReader(List.of(files.journal())).read(journal::count);
        return journal;
    }

    /** Final records. */
    long records() {
        return finals.values().stream().mapToLong(Long::longValue).sum();
    }

    long records(final Outcome outcome) {
        return finals.getOrDefault(outcome, 0L);
    }

    /** Final records that the plan's {@code bill:} does not charge. */
    long exempt() {
        return exempt;
    }

    ReadReport report() {
        return report;
    }

    /** Requests on the invoices of a tenant in the cycles that the test may have touched. */
    static long invoiced(final EdgeFiles files, final String tenant) {
        long requests = 0;
        final YearMonth now = YearMonth.now(ZoneOffset.UTC);
        for (final YearMonth cycle : List.of(now.minusMonths(1), now)) {
            requests += invoiced(files, tenant, cycle.toString());
        }
        return requests;
    }

    private static long invoiced(final EdgeFiles files, final String tenant, final String cycle) {
        final Path out = files.directory().resolve("invoices");
        try {
            Invoices.draft(files.catalog(), List.of(files.journal()), cycle, out);
            return Invoices.of(out.resolve(cycle).resolve(tenant + ".json")).requests();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void count(final UsageRecord record) {
        if (record.isFinal()) {
            finals.merge(record.outcome(), 1L, Long::sum);
            if (record.isExempt()) {
                exempt++;
            }
        }
    }
}
