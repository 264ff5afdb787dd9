package openclaw.edge.billing.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.billing.progress.ReadProgress;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code journal verify}: whether journals are complete and whole. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks every record and whether all are there, and names what is not, by file and position.",
            "Exit codes: 0 complete, 3 gaps, conflicts, damage, unknown records, lives or their ends that are not there, or"
                    + " no record at all, 1 cannot read."
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private Sources sources;

    @Mixin
    private Output output;

    @Mixin
    private Console console;

    @Mixin
    private Threads threads;

    @Override
    public Integer call() throws IOException {
        int workers = threads.number(console);
        List<Path> paths = sources.pathsWithFiles();
        ReadProgress progress = new ReadProgress(paths, console.err(), console.isQuiet());
        List<LaneRuns> runs = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            runs.add(new LaneRuns(progress.part()));
        }
        ReadReport report = new JournalReader(paths).read(runs);
        progress.end();
        boolean isComplete = report.isClean()
                && !report.isEmpty()
                && report.brokenChains().isEmpty()
                && report.lostEnds().isEmpty();
        console.print(lines -> {
            Findings findings = output.isTable() ? new FindingsText(lines) : new FindingsJson(lines);
            findings.print(report, runs, isComplete);
        });
        return isComplete ? JournalCommand.DONE : JournalCommand.DIFFERENCES;
    }
}
