package openclaw.edge.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
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
    private static final int IDLE_MS = 4;
    private static final long MAX_NS = 1_000_000_000L;
    private static final byte[] TENANT = "tenant-abc123".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AGENT = "crawler-7".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ROUTE = "/v1/rate".getBytes(StandardCharsets.US_ASCII);

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
            drains(root.resolve("drains"));
        } finally {
            delete(root);
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
                    begin(lane, slot, due);
                    end(lane, slot, (i & 1) == 0);
                }
            }
        }
    }

    private static void begin(final Lane lane, final int slot, final long nowNs) {
        lane.admission(slot)
                .admittedNs(nowNs)
                .admittedTokens(1)
                .tenant(TENANT, 0, TENANT.length)
                .agent(AGENT, 0, AGENT.length)
                .route(ROUTE, 0, ROUTE.length);
        lane.admitted(slot);
        lane.phase(slot, Phase.SENT);
        lane.phase(slot, Phase.STREAMING);
    }

    private void end(final Lane lane, final int slot, final boolean withRecord) {
        final long atNs = System.nanoTime();
        final long beginNs = System.nanoTime();
        fill(lane, slot);
        final long filledNs = withRecord ? beginNs : System.nanoTime();
        lane.commit(slot);
        final long endNs = System.nanoTime();
        clockNs.recordValue(Math.min(MAX_NS, beginNs - atNs));
        (withRecord ? recordNs : commitNs).recordValue(Math.min(MAX_NS, endNs - filledNs));
    }

    private static void fill(final Lane lane, final int slot) {
        lane.record(slot).outcome(Outcome.COMPLETE).status(200).bytesOut(512).latencyNs(100_000);
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

    private static void drains(final Path data) throws IOException {
        long records = 0;
        long cpuNs = 0;
        try (Ledger ledger = Ledger.open(data, LedgerConfig.of("figures"), 1)) {
            drain(ledger);
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < DRAINED; i++) {
                    final int slot = ledger.lane(0).claim();
                    begin(ledger.lane(0), slot, System.nanoTime());
                    fill(ledger.lane(0), slot);
                    ledger.lane(0).commit(slot);
                }
                final long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                drain(ledger);
                if (round >= ROUNDS / 4) {
                    cpuNs += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
                    records += DRAINED;
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "lane to queue, read back: %.0f ns of CPU per record, %,d records per second of CPU%n",
                (double) cpuNs / records,
                records * 1_000_000_000L / cpuNs);
        final Path journal = Ledger.journalDirectory(data);
        final ReadReport report = new JournalReader(List.of(journal)).read(record -> {});
        long bytes = 0;
        for (final ReadReport.Extent extent : report.extents()) {
            bytes += extent.positionBytes();
        }
        System.out.printf(Locale.ROOT, "on disk: %.1f bytes per record%n", (double) bytes / ((long) ROUNDS * DRAINED));
    }

    private static void drain(final Ledger ledger) {
        while (ledger.agent().doWork() > 0) {
            // Until nothing is left.
        }
    }

    private static void delete(final Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (final IOException e) {
                    throw new UncheckedIOException(path + ": cannot be deleted", e);
                }
            });
        }
    }
}
