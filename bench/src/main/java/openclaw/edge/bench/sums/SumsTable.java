package openclaw.edge.bench.sums;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a run took, as a table: medians, with least and most of the wall time. */
final class SumsTable {
    private static final double SECOND_NS = 1e9;
    private static final double MIB = 1 << 20;

    private SumsTable() {}

    static void print(final PrintWriter out, final List<SumsRun.Entry> entries, final long records)
            throws IOException, SQLException {
        out.printf(
                Locale.ROOT,
                "%-16s %7s %8s %15s %8s %13s %17s %9s%n",
                "",
                "threads",
                "wall s",
                "least, most",
                "CPU s",
                "records/s",
                "records/s of CPU",
                "MiB read");
        for (final SumsRun.Entry entry : entries) {
            final double wall = median(entry.wallNs()) / SECOND_NS;
            final double cpu = Math.max(median(entry.cpuNs()), 1) / SECOND_NS;
            out.printf(
                    Locale.ROOT,
                    "%-16s %7d %8.2f %7.2f,%7.2f %8.2f %,13.0f %,17.0f %,9.0f%n",
                    entry.contender().name(),
                    entry.threads(),
                    wall,
                    entry.wallNs().stream().mapToLong(Long::longValue).min().orElse(0) / SECOND_NS,
                    entry.wallNs().stream().mapToLong(Long::longValue).max().orElse(0) / SECOND_NS,
                    cpu,
                    records / wall,
                    records / cpu,
                    entry.contender().bytesRead() / MIB);
        }
        out.println("checked while summing up:");
        for (final Contender contender :
                entries.stream().map(SumsRun.Entry::contender).collect(Collectors.toCollection(LinkedHashSet::new))) {
            out.println("  " + contender.name() + ": " + contender.checks());
        }
    }

    private static long median(final List<Long> values) {
        final List<Long> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
