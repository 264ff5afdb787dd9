package openclaw.edge.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import openclaw.edge.bench.cluster.Machine;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.journal.ReadAheadAgent;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * What averages do not show of the journal: the distribution of a commit on an event loop while another thread drains the
 * lane as in a node, how many records that thread takes over per second of its CPU time, and what a record takes on disk.
 *
 * <pre>
 *   java ... openclaw.edge.bench.JournalFigures [commits per second] [seconds]
 * </pre>
 *
 * A commit is timed by a clock read before and one behind it; what two reads with nothing between them show stands beside
 * it. Writes some hundred MB below the directory for temporary files, and removes them.
 */
public final class JournalFigures {
    private static final int TURN = 20;
    private static final int WARM_UP_SECONDS = 3;
    private static final int DRAINED = 8_192;
    private static final int ROUNDS = 400;
    private static final int TURNS = 6;
    private static final int IDLE_MS = 4;
    private static final long MAX_NS = 1_000_000_000L;

    private final Histogram clockNs = new Histogram(MAX_NS, 3);
    private final Histogram commitNs = new Histogram(MAX_NS, 3);
    private final Histogram recordNs = new Histogram(MAX_NS, 3);
    private long refused;

    private JournalFigures() {}

    /**
     * Measures and prints.
     *
     * @param arguments commits per second (200,000), seconds (10)
     * @throws IOException when the temporary files cannot be written
     */
    public static void main(final String[] arguments) throws IOException {
        final int rate = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200_000;
        final int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        final Path root = Files.createTempDirectory("journal-figures");
        try {
            new JournalFigures().commits(root.resolve("commits"), rate, seconds);
            drains(root);
        } finally {
            Machine.delete(root);
        }
    }

    private void commits(final Path data, final int rate, final int seconds) throws IOException {
        try (Ledger ledger = Ledger.open(data, LedgerConfig.of("figures"), 1)) {
            try (AgentRunner runner = new AgentRunner(
                    new SleepingMillisIdleStrategy(IDLE_MS), Throwable::printStackTrace, null, ledger.agent())) {
                AgentRunner.startOnThread(runner);
                while (!ledger.healthy()) {
                    LockSupport.parkNanos(1_000_000);
                }
                paced(ledger.lane(0), rate, WARM_UP_SECONDS);
                clockNs.reset();
                commitNs.reset();
                recordNs.reset();
                refused = 0;
                paced(ledger.lane(0), rate, seconds);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%,d commits per second for %d s, drained by another thread; %d found no room%n",
                rate,
                seconds,
                refused);
        print("two clock reads, nothing between them", clockNs);
        print("commit, between two clock reads", commitNs);
        print("record filled and committed, between two", recordNs);
    }

    private void paced(final Lane lane, final int rate, final int seconds) {
        final long turnNs = TURN * 1_000_000_000L / rate;
        final long start = System.nanoTime();
        final long end = start + seconds * 1_000_000_000L;
        for (long due = start; due < end; due += turnNs) {
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < TURN; i++) {
                final int slot = lane.claim();
                if (slot < 0) {
                    refused++;
                } else {
                    JournalUsage.begin(lane, slot, due);
                    end(lane, slot, (i & 1) == 0);
                }
            }
        }
    }

    private void end(final Lane lane, final int slot, final boolean withRecord) {
        final long atNs = System.nanoTime();
        final long beginNs = System.nanoTime();
        JournalUsage.fill(lane, slot);
        final long filledNs = withRecord ? beginNs : System.nanoTime();
        lane.commit(slot);
        final long endNs = System.nanoTime();
        clockNs.recordValue(Math.min(MAX_NS, beginNs - atNs));
        (withRecord ? recordNs : commitNs).recordValue(Math.min(MAX_NS, endNs - filledNs));
    }

    private static void print(final String what, final Histogram ns) {
        System.out.printf(
                Locale.ROOT,
                "  %-42s p50 %5d ns  p99 %5d ns  p99.9 %6d ns  max %9d ns  (%,d)%n",
                what,
                ns.getValueAtPercentile(50),
                ns.getValueAtPercentile(99),
                ns.getValueAtPercentile(99.9),
                ns.getMaxValue(),
                ns.getTotalCount());
    }

    /** Drains with and without another thread that reads ahead, by turns, each in a fresh directory. */
    private static void drains(final Path root) throws IOException {
        for (int turn = 0; turn < TURNS; turn++) {
            final boolean isAhead = turn % 2 == 1;
            final Path data = root.resolve("drain-" + turn);
            final long ns = drain(data, isAhead);
            System.out.printf(
                    Locale.ROOT,
                    "lane to queue, read back, %s: %d ns of the thread's CPU per record, %,d records per second of it%n",
                    isAhead ? "pages read ahead" : "alone",
                    ns,
                    1_000_000_000L / ns);
            if (turn == 0) {
                printSize(Ledger.journalDirectory(data));
            }
            Machine.delete(data);
        }
    }

    /** CPU time of the journal's thread per record. */
    private static long drain(final Path data, final boolean isAhead) throws IOException {
        long records = 0;
        long cpuNs = 0;
        try (Ledger ledger = Ledger.open(data, LedgerConfig.of("figures"), 1);
                AgentRunner ahead = new AgentRunner(
                        new SleepingMillisIdleStrategy(ReadAheadAgent.IDLE_MS),
                        Throwable::printStackTrace,
                        null,
                        ledger.readingAhead())) {
            JournalUsage.drain(ledger);
            if (isAhead) {
                AgentRunner.startOnThread(ahead);
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < DRAINED; i++) {
                    JournalUsage.exchange(ledger.lane(0), JournalUsage.ADMITTED_NS);
                }
                final long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                JournalUsage.drain(ledger);
                if (round >= ROUNDS / 4) {
                    cpuNs += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
                    records += DRAINED;
                }
            }
        }
        return cpuNs / records;
    }

    private static void printSize(final Path journal) throws IOException {
        final ReadReport report = new JournalReader(List.of(journal)).read(record -> {});
        long bytes = 0;
        for (final ReadReport.Extent extent : report.extents()) {
            bytes += extent.positionBytes();
        }
        System.out.printf(Locale.ROOT, "on disk: %.1f bytes per record%n", (double) bytes / ((long) ROUNDS * DRAINED));
    }
}
