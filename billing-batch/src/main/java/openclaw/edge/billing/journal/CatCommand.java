package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.yaml.FailureWords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code journal cat}: every record. */
@Command(
        name = "cat",
        mixinStandardHelpOptions = true,
        description = {
            "Prints every usage record once, file after file, with all its fields; times in UTC, names spelled out.",
            "What is damaged or missing is passed in silence: see verify. A path that is no journal is named, and the others are"
                    + " printed.",
            "Exit codes: 0 done, 1 some path is no journal, or cannot be read."
        })
final class CatCommand implements Callable<Integer> {
    @Mixin
    private Sources sources;

    @Mixin
    private UsageFilter filter;

    @Option(
            names = "--control",
            description = "control records too: OPEN, CLOSE, TICK, CATALOG, VOID, LOSS and NAME; of the filters only"
                    + " --from and --to hold for them")
    private boolean hasControl;

    @Mixin
    private Output output;

    @Mixin
    private Console console;

    @Override
    public Integer call() throws IOException {
        console.check(filter);
        List<IOException> refused = new ArrayList<>();
        List<Path> paths = sources.pathsWithFiles(refused::add);
        for (IOException each : refused) {
            console.err().println("cat: " + Text.plain(FailureWords.withFile(each)));
        }
        if (paths.isEmpty()) {
            return JournalCommand.FAILED;
        }
        ReadProgress progress = new ReadProgress(paths, console.err(), console.isQuiet());
        try {
            console.print(lines -> {
                JournalReader reader = new JournalReader(paths);
                RecordPrinter printer = output.isTable()
                        ? new TableRecords(lines, reader.names())
                        : new JsonRecords(lines, reader.names());
                printer.head();
                reader.read(new CatVisitor(printer, filter, hasControl, progress.part()));
            });
        } finally {
            progress.end();
        }
        return refused.isEmpty() ? JournalCommand.DONE : JournalCommand.FAILED;
    }
}
