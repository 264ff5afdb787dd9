package openclaw.edge.bench.sums;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Has contenders sum up in turns, and holds each sum against what is expected. */
final class SumsRun {
    private static final double SECOND_NS = 1e9;
    private static final int DIFFERENCES_TOLD = 20;

    /**
     * One contender with a number of threads, and what its rounds took.
     *
     * @param contender who
     * @param threads with how many threads
     * @param wallNs of each round
     * @param cpuNs of each round
     */
    record Entry(Contender contender, int threads, List<Long> wallNs, List<Long> cpuNs) {}

    private final Source source;
    private final PrintWriter log;
    private final List<Entry> entries = new ArrayList<>();
    private boolean agree = true;

    /**
     * A run without contenders.
     *
     * @param source what is summed up
     * @param log told of rounds, and of tenants that differ
     */
    SumsRun(final Source source, final PrintWriter log) {
        this.source = source;
        this.log = log;
    }

    /** Adds a contender, with one thread and with more where there are more. */
    void add(final Contender contender, final int mostThreads) {
        entries.add(new Entry(contender, 1, new ArrayList<>(), new ArrayList<>()));
        if (mostThreads > 1) {
            entries.add(new Entry(contender, mostThreads, new ArrayList<>(), new ArrayList<>()));
        }
    }

    /**
     * Runs all, once without a clock so that pages and code are warm, then so many times; every second round backwards.
     *
     * @param rounds 1 or more
     * @return whether all sums of all rounds were as expected
     */
    boolean run(final int rounds) throws IOException, SQLException {
        for (int round = 0; round <= rounds; round++) {
            for (int i = 0; i < entries.size(); i++) {
                once(entries.get(round % 2 == 0 ? i : entries.size() - 1 - i), round);
            }
        }
        return agree;
    }

    private void once(final Entry entry, final int round) throws IOException, SQLException {
        final Contender contender = entry.contender();
        final long cpuNs = contender.cpuNs();
        final long startNs = System.nanoTime();
        final Map<String, TenantSum> sums = contender.sums(entry.threads());
        final long wallNs = System.nanoTime() - startNs;
        final long usedNs = contender.cpuNs() - cpuNs;
        if (round > 0) {
            entry.wallNs().add(wallNs);
            entry.cpuNs().add(usedNs);
        }
        log.printf(
                Locale.ROOT,
                "%s: %s, %d thread%s: %.2f s, CPU %.2f s%n",
                round == 0 ? "warm-up" : "round " + round,
                contender.name(),
                entry.threads(),
                entry.threads() == 1 ? "" : "s",
                wallNs / SECOND_NS,
                usedNs / SECOND_NS);
        final List<String> differences = source.differences(sums);
        agree &= differences.isEmpty();
        differences.stream()
                .limit(DIFFERENCES_TOLD)
                .forEach(each -> log.println("DIFFERS: " + contender.name() + ": " + each));
        if (differences.size() > DIFFERENCES_TOLD) {
            log.println("DIFFERS: " + contender.name() + ": " + differences.size() + " tenants in all");
        }
    }

    List<Entry> entries() {
        return entries;
    }
}
