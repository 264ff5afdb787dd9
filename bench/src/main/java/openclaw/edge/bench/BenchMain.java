package openclaw.edge.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import openclaw.edge.bench.load.LoadCommand;
import openclaw.edge.yaml.FailureWords;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of those who measure. Exit codes: 0 done, 1 failed, 2 usage. */
@Command(
        name = "edge",
        description = "OpenClaw Edge: measuring.",
        mixinStandardHelpOptions = true,
        subcommands = LoadCommand.class)
public final class BenchMain implements Runnable {
    @Spec
    private CommandSpec spec;

    private BenchMain() {}

    /**
     * Runs a command and ends the process with its exit code.
     *
     * @param arguments the command and its options
     */
    public static void main(final String[] arguments) {
        final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    /**
     * Runs a command.
     *
     * @param out for its results
     * @param err for everything else
     * @param arguments the command and its options
     * @return its exit code
     */
    public static int run(final PrintWriter out, final PrintWriter err, final String... arguments) {
        final CommandLine commands = new CommandLine(new BenchMain());
        BenchCommand.addTo(commands);
        commands.setOut(out).setErr(err);
        commands.setExecutionExceptionHandler((exception, command, parsed) -> {
            if (exception instanceof IOException) {
                err.println(command.getCommandName() + ": " + FailureWords.withFile(exception));
            } else {
                exception.printStackTrace(err);
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return commands.execute(arguments);
    }

    /** Without a command. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing; there are: load, bench");
    }
}
