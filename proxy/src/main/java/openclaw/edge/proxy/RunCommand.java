package openclaw.edge.proxy;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import openclaw.edge.proxy.config.EdgeConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code edge run}: the proxy, in the foreground, until TERM. */
@Command(name = "run", description = "Runs the proxy in the foreground until SIGTERM or ^C, then drains it.")
final class RunCommand implements Callable<Integer> {
    private final Signals signals;
    private final NodeStarter starter;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "EDGE_YAML",
            required = true,
            description = "How this node runs.")
    private Path file;

    RunCommand(Signals signals, NodeStarter starter) {
        this.signals = signals;
        this.starter = starter;
    }

    @Override
    public Integer call() throws InterruptedException {
        EdgeConfig config = EdgeConfig.read(file);
        StderrLogging.configure(config.log());
        DirectMemory.check(config.limits().buffersBytes());
        NodeStarter.RunningNode node = starter.start(config, signals::isTerminated);
        signals.onHangUp(node::reload);
        signals.awaitTermination();
        node.drainAndClose();
        return CommandLine.ExitCode.OK;
    }
}
