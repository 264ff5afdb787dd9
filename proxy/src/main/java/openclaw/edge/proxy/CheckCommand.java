package openclaw.edge.proxy;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.proxy.config.DataDirectory;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.RestartOnly;
import openclaw.edge.yaml.Problems;
import openclaw.edge.yaml.YamlFile;
import openclaw.edge.yaml.YamlReader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code edge check}: everything that is wrong in the configuration and its catalog, by file, line and key. */
@Command(name = "check", description = "Checks a configuration and its catalog; names every problem, starts nothing.")
final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "EDGE_YAML",
            required = true,
            description = "The configuration to check.")
    private Path file;

    @Option(
            names = "--against",
            paramLabel = "OLD",
            description = "An earlier edge.yaml or catalog file: what it charged until now must not have changed. Of an"
                    + " edge.yaml it also names what a reload refuses to change.")
    private Path against;

    @Override
    public Integer call() {
        YamlReader reader = new YamlReader();
        EdgeConfig config = EdgeConfig.read(reader, file);
        NodeFiles files = NodeFiles.read(reader, config);
        DataDirectory.check(config, reader.problems());
        reader.problems().throwIfAny();
        if (against != null) {
            compare(config, files.catalog(), reader.problems());
        }
        for (String warning : files.warnings()) {
            spec.commandLine().getErr().println("warning: " + warning);
        }
        spec.commandLine().getErr().flush();
        spec.commandLine().getOut().println("configuration '" + file + "' OK");
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private void compare(EdgeConfig config, Catalog catalog, Problems problems) {
        YamlReader reader = new YamlReader();
        YamlFile old = reader.read(against);
        reader.problems().throwIfAny();
        EdgeConfig earlier = old.root().has("catalog") ? EdgeConfig.of(old) : null;
        Catalog earlierCatalog = CatalogReader.read(earlier == null ? List.of(against) : earlier.catalog(), reader);
        reader.problems().throwIfAny();
        new CatalogHistory(problems, System.currentTimeMillis() * 1_000_000L).check(earlierCatalog, catalog);
        problems.throwIfAny();
        if (earlier != null) {
            tellRestarts(earlier, config);
        }
    }

    /** Nothing is wrong with such a change: it only takes more than a reload. */
    private void tellRestarts(EdgeConfig earlier, EdgeConfig config) {
        Problems changes = new Problems();
        RestartOnly.check(earlier, config, changes);
        if (!changes.isEmpty()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("a reload refuses this configuration; restart the node to bring it into force:");
            changes.list().forEach(err::println);
            err.flush();
        }
    }
}
