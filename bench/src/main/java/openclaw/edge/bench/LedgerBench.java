package openclaw.edge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.bench.cluster.Machine;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.read.JournalReader;
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
                JournalUsage.drain(writing);
            }
        }
        data = Files.createTempDirectory("ledger-bench");
        ledger = Ledger.open(data, LedgerConfig.of("bench"), 1);
        lane = ledger.lane(0);
        JournalUsage.drain(ledger);
    }

    /** Empties the lane, so that the next invocation has room. */
    @Setup(Level.Invocation)
    public void drain() {
        JournalUsage.drain(ledger);
    }

    /** Closes and removes everything. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        ledger.close();
        Machine.delete(data);
        Machine.delete(written);
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
        JournalUsage.drain(ledger);
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
            sequence = JournalUsage.exchange(lane, JournalUsage.ADMITTED_NS);
        }
        return sequence;
    }
}
