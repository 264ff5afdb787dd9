package openclaw.edge.billing.journal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
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

    /** Exit code: records are missing, contradictory or damaged. */
    static final int DIFFERENCES = 3;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing; there are: stat, cat, verify, tail, archive, readers, register, commit, unregister,"
                        + " generate");
    }
}
