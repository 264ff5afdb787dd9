package openclaw.edge.proxy;

import java.io.PrintWriter;
import openclaw.edge.proxy.forward.UpstreamNames;
import openclaw.edge.yaml.ConfigurationException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands of the node: {@code run}, {@code check}, {@code key}, {@code cluster}, {@code demo}. Exit codes: 0 done, 1 failed, 2 usage. */
@Command(
        name = "edge",
        description = "OpenClaw Edge: a metering reverse proxy.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = EdgeVersion.class)
public final class EdgeMain implements Runnable {
    @Spec
    private CommandSpec spec;

    private EdgeMain() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        Signals signals = Signals.install();
        UpstreamNames.forgetSoon();
        System.exit(commands(signals, EdgeNode::start).execute(args));
    }

    static CommandLine commands(Signals signals, NodeStarter starter) {
        return new CommandLine(new EdgeMain())
                .addSubcommand(new RunCommand(signals, starter))
                .addSubcommand(new CheckCommand())
                .addSubcommand(new KeyCommand())
                .addSubcommand(new ClusterCommand())
                .addSubcommand(new DemoCommand(signals, starter))
                .setExecutionExceptionHandler(EdgeMain::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected a command");
    }

    private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        PrintWriter err = line.getErr();
        if (e instanceof ConfigurationException || e instanceof StartException) {
            err.println(e.getMessage());
            LoggerFactory.getLogger(EdgeMain.class).debug("where that came from", e);
        } else {
            e.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
