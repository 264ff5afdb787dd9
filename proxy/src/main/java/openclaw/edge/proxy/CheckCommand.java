package openclaw.edge.proxy;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.proxy.config.EdgeConfig;
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
            description = "An earlier edge.yaml or catalog file: what it charged until now must not have changed.")
    private Path against;

    @Override
    public Integer call() {
        YamlReader reader = new YamlReader();
        EdgeConfig config = EdgeConfig.read(reader, file);
        Catalog catalog = CatalogReader.read(config.catalog(), reader);
        String defaultTenant = config.identity().defaultTenant();
        if (defaultTenant != null && catalog.tenant(defaultTenant) == null) {
            reader.problems()
                    .add(file.toString(), "identity.default_tenant to be in the catalog", '"' + defaultTenant + '"');
        }
        reader.problems().throwIfAny();
        if (against != null) {
            CatalogHistory history = new CatalogHistory(reader.problems(), System.currentTimeMillis() * 1_000_000L);
            history.check(earlier(), catalog);
            reader.problems().throwIfAny();
        }
        spec.commandLine().getOut().println("configuration '" + file + "' OK");
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private Catalog earlier() {
        YamlReader reader = new YamlReader();
        YamlFile old = reader.read(against);
        reader.problems().throwIfAny();
        boolean isNode = old.root().has("catalog");
        Catalog catalog = CatalogReader.read(isNode ? EdgeConfig.of(old).catalog() : List.of(against), reader);
        reader.problems().throwIfAny();
        return catalog;
    }
}
