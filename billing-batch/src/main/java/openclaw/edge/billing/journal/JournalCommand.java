package openclaw.edge.billing.journal;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.yaml.VisibleText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code journal}: looks into journals. Without a sub-command a usage error. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description = "Looks into usage journals, and makes synthetic ones.",
        subcommands = {
            StatCommand.class,
            CatCommand.class,
            VerifyCommand.class,
            TailCommand.class,
            ArchiveCommand.class,
            ReadersCommand.class,
            RegisterCommand.class,
            CommitCommand.class,
            UnregisterCommand.class,
            GenerateCommand.class
        })
public final class JournalCommand implements Runnable {
    /** Exit code: done. */
    static final int DONE = 0;

    /** Exit code: cannot read, or failed. */
    static final int FAILED = 1;

    /** Exit code: records are missing, contradictory or damaged. */
    static final int DIFFERENCES = 3;

    private static final String COMMANDS =
            "stat, cat, verify, tail, archive, readers, register, commit, unregister, generate";

    @Parameters(arity = "0..*", hidden = true)
    private List<String> unknown = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                unknown.isEmpty()
                        ? "a command is missing; there are: " + COMMANDS
                        : "no command '" + VisibleText.of(unknown.get(0)) + "'; there are: " + COMMANDS);
    }
}
