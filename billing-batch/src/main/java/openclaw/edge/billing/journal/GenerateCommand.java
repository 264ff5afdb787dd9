package openclaw.edge.billing.journal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import openclaw.edge.billing.progress.Progress;
import openclaw.edge.billing.progress.Terminal;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.Sha256;
import openclaw.edge.ledger.generate.GenerateConfig;
import openclaw.edge.ledger.generate.JournalGenerator;
import openclaw.edge.ledger.generate.SyntheticCatalog;
import openclaw.edge.ledger.generate.Totals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal generate}: a synthetic journal with its catalog and true totals. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = {
            "Makes journals of four nodes with synthetic records: <out>/journal, the catalog <out>/billing.yaml, and last"
                    + " <out>/expected.json, what each tenant must be billed for.",
            "The same arguments make the same records."
        })
final class GenerateCommand implements Callable<Integer> {
    private static final long MIB = 1 << 20;

    /** Of fewer records the time tells how fast Java starts. */
    private static final long RATE_FROM_RECORDS = 100_000;

    private static final long LOOK_MS = 250;

    @Option(
            names = "--records",
            required = true,
            paramLabel = "N",
            description = "usage records, 1 to 10000000000; each takes about 170 bytes")
    private long records;

    @Option(names = "--tenants", defaultValue = "1000", paramLabel = "M", description = "default: ${DEFAULT-VALUE}")
    private int tenants;

    @Option(
            names = "--agents",
            defaultValue = "10",
            paramLabel = "K",
            description = "of each tenant; default: ${DEFAULT-VALUE}")
    private int agents;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--cycle", required = true, paramLabel = "YYYY-MM", description = "for example 2026-11")
    private String cycle;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "a folder that is empty or not there")
    private Path out;

    @Mixin
    private Threads threads;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        GenerateConfig config = config();
        int workers = threads.number(console);
        checkOut();
        Files.createDirectories(out);
        long needed = JournalGenerator.neededBytes(config);
        checkRoom(needed);
        String catalog = SyntheticCatalog.yaml(config);
        Files.writeString(out.resolve("billing.yaml"), catalog);
        byte[] sha256 = HexFormat.of().parseHex(Sha256.hex(catalog.getBytes(StandardCharsets.UTF_8)));
        JournalGenerator generator = new JournalGenerator(config, sha256);
        Progress progress = new Progress(console.err(), "wrote", console.isQuiet(), Terminal.isError());
        Totals totals = generate(generator, workers, progress, needed);
        Files.writeString(out.resolve("expected.json"), totals.json());
        progress.end();
        long ms = progress.elapsedMs();
        console.out()
                .println(out + ": " + count(totals.records(), "record") + ", " + count(totals.finals(), "request")
                        + " of " + count(totals.tenants(), "tenant") + " in " + ms + " ms"
                        + (records < RATE_FROM_RECORDS ? "" : ", " + totals.records() * 1000 / ms + " records/s"));
        return JournalCommand.DONE;
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private GenerateConfig config() {
        try {
            BillingCycle of = BillingTerms.DEFAULT.calendar().cycle(cycle);
            return new GenerateConfig(records, tenants, agents, seed, of);
        } catch (IllegalArgumentException e) {
            throw console.usage(e.getMessage());
        }
    }

    private Totals generate(JournalGenerator generator, int workers, Progress progress, long needed)
            throws IOException {
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
        watch.scheduleWithFixedDelay(
                () -> progress.at(
                        generator.written(),
                        generator.written() * JournalGenerator.BYTES_PER_RECORD,
                        records * JournalGenerator.BYTES_PER_RECORD),
                LOOK_MS,
                LOOK_MS,
                TimeUnit.MILLISECONDS);
        try {
            return generator.generate(out.resolve("journal"), workers);
        } catch (IOException e) {
            long usable = Files.getFileStore(out).getUsableSpace();
            if (usable >= needed) {
                throw e;
            }
            throw new IOException(
                    e.getMessage() + "; " + out + " has room for " + size(usable) + " more, and all "
                            + count(records, "record") + " take about " + size(needed)
                            + "; what is there is not complete",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException(out + ": stopped; it is not complete");
            stopped.initCause(e);
            throw stopped;
        } finally {
            watch.shutdownNow();
        }
    }

    /** What is there already could be somebody's journal. */
    private void checkOut() throws IOException {
        if (!Files.exists(out)) {
            return;
        }
        if (!Files.isDirectory(out)) {
            throw new FileSystemException(
                    out.toString(), null, "is a file; expected a folder that is empty or not there");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(out)) {
            if (entries.iterator().hasNext()) {
                throw new FileSystemException(
                        out.toString(), null, "is not empty; name another --out, or empty it yourself");
            }
        }
    }

    /** In whole KiB while MiB would say little. */
    private static String size(long bytes) {
        return bytes < 10 * MIB ? (bytes + 1023) / 1024 + " KiB" : bytes / MIB + " MiB";
    }

    private void checkRoom(long needed) throws IOException {
        long usable = Files.getFileStore(out).getUsableSpace();
        if (usable < needed) {
            throw new FileSystemException(
                    out.toString(),
                    null,
                    "has room for " + size(usable) + ", and " + count(records, "record") + " take about " + size(needed)
                            + "; fewer --records, or another disk");
        }
    }
}
