package openclaw.edge.billing;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import openclaw.edge.billing.journal.JournalCommand;
import openclaw.edge.yaml.FailureWords;
import openclaw.edge.yaml.VisibleText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the batch. Exit codes: 0 done, 1 cannot start or failed, 2 usage, 3 verify found differences. */
@Command(
        name = "edge",
        description = "OpenClaw Edge: billing from usage journals.",
        mixinStandardHelpOptions = true,
        versionProvider = BillingVersion.class,
        subcommands = {
            InvoiceCommand.class,
            PreviewCommand.class,
            FinalizeCommand.class,
            PushCommand.class,
            ReportCommand.class,
            ExplainCommand.class,
            VerifyCommand.class,
            ReconcileCommand.class,
            JournalCommand.class
        })
public final class BillingMain implements Runnable {
    /** Exit code: done. */
    static final int DONE = 0;

    /** Exit code: cannot start, or failed. */
    static final int FAILED = 1;

    /** Exit code: verify or reconcile found differences. */
    static final int DIFFERENCES = 3;

    @Spec
    private CommandSpec spec;

    private BillingMain() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, args));
    }

    /** Runs a command and answers its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine commands = new CommandLine(new BillingMain()).setOut(out).setErr(err);
        commands.setExecutionExceptionHandler((exception, command, parsed) -> {
            err.println(command.getCommandName() + ": " + VisibleText.lines(message(exception)));
            return FAILED;
        });
        return commands.execute(args);
    }

    /** What to tell people; a stack trace only where the cause is ours. */
    private static String message(Exception exception) {
        if (exception instanceof FileSystemException || exception instanceof UncheckedIOException) {
            return FailureWords.withFile(exception);
        }
        if (exception instanceof IOException || exception instanceof IllegalArgumentException) {
            return exception.getMessage() == null ? FailureWords.of(exception) : exception.getMessage();
        }
        StringWriter trace = new StringWriter();
        exception.printStackTrace(new PrintWriter(trace, true));
        return "internal error, please report it: " + trace.toString().replace("\t", "    ");
    }

    /** Without a command. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing; there are: invoice, preview, finalize, push, report, explain, verify, reconcile, journal");
    }
}
