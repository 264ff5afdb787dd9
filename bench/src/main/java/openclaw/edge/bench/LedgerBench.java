package openclaw.edge.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a usage record costs: on the event loop from claim to commit, on the journal's thread from lane to queue, and in the
 * batch to be read and checked. Each per record. Writes about 1 GB below the directory for temporary files, and removes it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LedgerBench {
    private static final int BATCH = 4096;
    private static final int READ_RECORDS = 512 * BATCH;
    private static final long ADMITTED_NS = 1_795_204_800_000_000_000L;
    private static final byte[] TENANT = "tenant-abc123".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AGENT = "crawler-7".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ROUTE = "/v1/rate".getBytes(StandardCharsets.US_ASCII);

    private Path data;
    private Ledger ledger;
    private Lane lane;
    private Path written;

    /** Opens a ledger, and writes the journal that is read. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        written = Files.createTempDirectory("ledger-bench-read");
        try (Ledger writing = Ledger.open(written, LedgerConfig.of("bench"), 1)) {
            for (int i = 0; i < READ_RECORDS; i += BATCH) {
                exchanges(writing.lane(0));
                drain(writing);
            }
        }
        data = Files.createTempDirectory("ledger-bench");
        ledger = Ledger.open(data, LedgerConfig.of("bench"), 1);
        lane = ledger.lane(0);
        drain(ledger);
    }

    /** Empties the lane, so that the next invocation has room. */
    @Setup(Level.Invocation)
    public void drain() {
        drain(ledger);
    }

    private static void drain(final Ledger drained) {
        while (drained.agent().doWork() > 0) {
            // Until nothing is left.
        }
    }

    /** Closes and removes everything. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        ledger.close();
        remove(data);
        remove(written);
    }

    private static void remove(final Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** The event loop's part: claim, admit, two phases, record, commit. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long exchange() {
        return exchanges(lane);
    }

    /** The same, and the journal's part: names, CRC, append. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long exchangeAndAppend() {
        final long last = exchanges(lane);
        drain(ledger);
        return last;
    }

    /** The batch's part: document, CRC, sequence, visitor. */
    @Benchmark
    @OperationsPerInvocation(READ_RECORDS)
    @Warmup(iterations = 3)
    public long read() throws IOException {
        final long[] tokens = new long[1];
        new JournalReader(List.of(Ledger.journalDirectory(written)))
                .read(record -> tokens[0] += record.chargedTokens());
        return tokens[0];
    }

    private static long exchanges(final Lane lane) {
        long sequence = 0;
        for (int i = 0; i < BATCH; i++) {
            final int slot = lane.claim();
            lane.admission(slot)
                    .admittedNs(ADMITTED_NS)
                    .admittedTokens(1)
                    .tenant(TENANT, 0, TENANT.length)
                    .agent(AGENT, 0, AGENT.length)
                    .route(ROUTE, 0, ROUTE.length);
            lane.admitted(slot);
            lane.phase(slot, Phase.SENT);
            lane.phase(slot, Phase.STREAMING);
            lane.record(slot)
                    .outcome(Outcome.COMPLETE)
                    .status(200)
                    .bytesOut(512)
                    .latencyNs(100_000);
            sequence = lane.commit(slot);
        }
        return sequence;
    }
}
