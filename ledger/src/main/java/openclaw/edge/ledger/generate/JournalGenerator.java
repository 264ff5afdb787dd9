package openclaw.edge.ledger.generate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import openclaw.edge.ledger.journal.JournalAppender;

/** Makes the journals of a {@link GenerateConfig}. To be used once. */
public final class JournalGenerator {
    /** Bytes that a record takes in a file, ticks included. */
    public static final long BYTES_PER_RECORD = 176;

    private static final int NAME_BYTES = 72;

    /** What Chronicle makes at a file's beginning, and the last page. */
    private static final int FILE_BYTES = 80 << 10;

    private static final int PROGRESS_RECORDS = 1 << 14;

    private final GenerateConfig config;
    private final byte[] catalogSha256;
    private final LongAdder written = new LongAdder();

    /**
     * Has done nothing yet.
     *
     * @param config what to make
     * @param catalogSha256 of the catalog's bytes, 32 bytes; every life says that it decided by it
     */
    public JournalGenerator(final GenerateConfig config, final byte[] catalogSha256) {
        this.config = config;
        this.catalogSha256 = catalogSha256.clone();
    }

    /**
     * Usage records written so far, give or take some thousands. Any thread.
     *
     * @return 0 to the configured number
     */
    public long written() {
        return written.sum();
    }

    /**
     * About what the journals will take on the disk, for saying it beforehand.
     *
     * @param config what will be made
     * @return bytes
     */
    public static long neededBytes(final GenerateConfig config) {
        final long files = (long) GenerateConfig.NODES * LifePlan.LIVES;
        final long names = Math.min(config.records(), files * config.tenants() * (config.agents() + 1L));
        return config.records() * BYTES_PER_RECORD + names * NAME_BYTES + files * FILE_BYTES;
    }

    /**
     * Writes all journals.
     *
     * @param journal directory in which each node gets its own, named after it
     * @param threads that write at the same time, 1 or more; more than {@link GenerateConfig#NODES} bring nothing
     * @return what was written
     * @throws IOException when a file cannot be written
     * @throws InterruptedException when interrupted; what was written is incomplete then
     */
    public Totals generate(final Path journal, final int threads) throws IOException, InterruptedException {
        final Traffic traffic = new Traffic(config);
        final Totals totals = new Totals(config.tenants());
        final ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            final Thread thread = new Thread(task, "generate");
            thread.setDaemon(true);
            return thread;
        });
        try {
            final List<Future<Totals>> nodes = new ArrayList<>();
            for (int i = 0; i < GenerateConfig.NODES; i++) {
                final int node = i;
                nodes.add(executor.submit(() -> writeNode(journal, node, traffic)));
            }
            for (final Future<Totals> node : nodes) {
                totals.add(node.get());
            }
        } catch (final ExecutionException e) {
            final Throwable cause =
                    e.getCause() instanceof UncheckedIOException ? e.getCause().getCause() : e.getCause();
            throw new IOException(journal + ": " + cause, cause);
        } finally {
            executor.shutdownNow();
        }
        return totals;
    }

    private Totals writeNode(final Path journal, final int node, final Traffic traffic) throws IOException {
        final Path directory = Files.createDirectories(journal.resolve(GenerateConfig.nodeName(node)));
        final Chance chance = new Chance(config.seed(), node);
        final NodeNames names = new NodeNames(traffic);
        final Totals totals = new Totals(config.tenants());
        final UsageWriter usage = new UsageWriter(traffic, chance, names, totals);
        LifeState previous = LifeState.NONE;
        boolean isPreviousKilled = false;
        for (final LifePlan plan : LifePlan.of(config, node, chance)) {
            try (JournalAppender appender = new JournalAppender(directory, plan.life(), plan.openNs())) {
                final LifeJournal life = new LifeJournal(plan, appender, names, usage, chance, catalogSha256);
                life.open(previous, isPreviousKilled);
                writeUsage(life);
                previous = life.state();
                isPreviousKilled = plan.isKilled();
            }
        }
        return totals;
    }

    private void writeUsage(final LifeJournal life) {
        long index = 0;
        int counted = 0;
        while (life.next(index)) {
            index++;
            if (++counted == PROGRESS_RECORDS) {
                written.add(counted);
                counted = 0;
                if (Thread.currentThread().isInterrupted()) {
                    throw new IllegalStateException("interrupted");
                }
            }
        }
        life.end();
        written.add(counted + life.records() - index);
    }
}
