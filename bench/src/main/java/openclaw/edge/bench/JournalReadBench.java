package openclaw.edge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.bench.cluster.Machine;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.UsageRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read a journal of 5 million records from the page cache, each record checked (CRC32C over identity and
 * body, sequence) and given to a visitor: by one thread, by two, and where everything is there twice. Each per distinct
 * record. Each of two nodes writes 2.5 million records in two lanes by the real writer; about 850 MB below the directory for
 * temporary files, twice that with copies, removed at the end.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JournalReadBench {
    private static final int NODES = 2;
    private static final int RECORDS = 5_000_000;
    private static final int DRAINED = 4096;

    /** Threads that read. */
    @Param({"1", "2"})
    public int threads;

    /** How often each file is there. */
    @Param({"1", "2"})
    public int copies;

    private Path root;

    /** Sums up one field of each record. */
    private static final class Sum implements JournalVisitor {
        private long tokens;

        @Override
        public void onUsage(final UsageRecord record) {
            tokens += record.chargedTokens();
        }

        @Override
        public void onUsages(final UsageBatch batch) {
            long sum = 0;
            for (int i = 0; i < batch.size(); i++) {
                sum += batch.get(i).chargedTokens();
            }
            tokens += sum;
        }
    }

    /** Writes the journals. */
    @Setup(Level.Trial)
    public void write() throws IOException {
        root = Files.createTempDirectory("journal-read-bench");
        for (int node = 0; node < NODES; node++) {
            final Path data = root.resolve("edge-" + node);
            try (Ledger ledger = Ledger.open(data, LedgerConfig.of("edge-" + node), 2)) {
                for (int i = 0; i < RECORDS / NODES; i++) {
                    JournalUsage.exchange(ledger.lane(i / 512 % 2), JournalUsage.ADMITTED_NS + i);
                    if (i % DRAINED == DRAINED - 1) {
                        JournalUsage.drain(ledger);
                    }
                }
            }
            for (int copy = 1; copy < copies; copy++) {
                copy(Ledger.journalDirectory(data), root.resolve("copy-" + copy + "-" + node));
            }
        }
    }

    private static void copy(final Path from, final Path to) throws IOException {
        Files.createDirectories(to);
        try (var paths = Files.newDirectoryStream(from, "*.cq4")) {
            for (final Path path : paths) {
                Files.copy(path, to.resolve(path.getFileName()));
            }
        }
    }

    /** Removes everything. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        Machine.delete(root);
    }

    /** Document, CRC, sequence, duplicates, visitor. */
    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public long read() throws IOException {
        final List<Sum> sums = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            sums.add(new Sum());
        }
        final ReadReport report = new JournalReader(List.of(root)).read(sums);
        final long tokens = sums.stream().mapToLong(sum -> sum.tokens).sum();
        if (tokens != RECORDS || !report.isClean() || report.duplicates() != (copies - 1L) * RECORDS) {
            throw new IllegalStateException(tokens + " tokens, expected " + RECORDS + "; " + report);
        }
        return tokens;
    }
}
