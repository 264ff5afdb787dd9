package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.record.UsageRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal tail}: the last records, and those that come. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the last usage records of journals, then those that are written from now on, across new files, queues and"
                    + " nodes' folders, until SIGINT or SIGTERM.",
            "The last ones are those that ended latest; files that are too old to hold any are not read."
        })
final class TailCommand implements Callable<Integer> {
    private static final int MOST_LAST = 1_000_000;
    private static final long POLL_MS = 100;

    @Mixin
    private Sources sources;

    @Mixin
    private UsageFilter filter;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "10",
            description = "how many of the records that are there already, 0 to 1000000 (default: ${DEFAULT-VALUE})")
    private String lines;

    private int last;

    @Option(names = "--control", description = "control records too, of those that come")
    private boolean hasControl;

    @Mixin
    private Output output;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        console.check(filter);
        last = console.number("--lines", lines, MOST_LAST, "0 to " + MOST_LAST);
        List<Path> paths = sources.paths();
        UntilStopped stopped = UntilStopped.begin();
        try {
            console.print(lines -> follow(paths, lines));
        } finally {
            stopped.end();
        }
        return JournalCommand.DONE;
    }

    private void follow(List<Path> paths, Lines lines) throws IOException {
        NewestFirst files = new NewestFirst(paths);
        JournalReader reader = JournalReader.following(paths, files.left());
        RecordPrinter printer =
                output.isTable() ? new TableRecords(lines, reader.names()) : new JsonRecords(lines, reader.names());
        ReadProgress progress = new ReadProgress(paths, console.err(), console.isQuiet());
        Tail tail = new Tail(printer, progress.part());
        try {
            do {
                reader.read(tail);
            } while (tail.fullFromNs() < files.leftEndNs() && files.widen());
            progress.end();
            printer.head();
            tail.begin();
            lines.flush();
            while (!Thread.currentThread().isInterrupted()) {
                reader.read(tail);
                lines.flush();
                Thread.sleep(POLL_MS);
            }
        } catch (InterruptedException e) {
            // Told to stop: what was read is printed.
            progress.end();
        } catch (IOException e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            // Told to stop while a file was open.
            progress.end();
        }
    }

    /** Keeps what is there already, and passes on what comes. */
    private final class Tail extends CatVisitor {
        private LastRecords before = new LastRecords(last);

        Tail(RecordPrinter printer, ReadProgress.Part progress) {
            super(printer, filter, hasControl, progress);
        }

        @Override
        void take(UsageRecord record, Path file, long positionBytes) {
            if (before == null) {
                super.take(record, file, positionBytes);
            } else {
                before.add(record, file, positionBytes);
            }
        }

        @Override
        boolean hasControl() {
            return before == null && super.hasControl();
        }

        long fullFromNs() {
            return before.fullFromNs();
        }

        void begin() {
            LastRecords all = before;
            before = null;
            all.drain(this::take);
        }
    }
}
