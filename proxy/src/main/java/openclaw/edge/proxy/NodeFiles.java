package openclaw.edge.proxy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.catalog.Multiplier;
import openclaw.edge.catalog.PlanSlice;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.yaml.YamlReader;

/**
 * All that a node is told by files, read and checked as one: what start, reload and {@code check} agree on.
 *
 * @param config of the node
 * @param catalog that it names
 */
record NodeFiles(EdgeConfig config, Catalog catalog) {
    /**
     * What is unwise and no error: of the configuration alone, and of what the files say together.
     *
     * @return a sentence each, with the file
     */
    List<String> warnings() {
        final Set<String> routes = config.routes().stream()
                .map(route -> route.pattern().toString())
                .collect(Collectors.toSet());
        final Set<String> warnings = new LinkedHashSet<>(config.warnings());
        for (final Tenant tenant : catalog.tenants()) {
            for (final PlanSlice slice : tenant.slices()) {
                for (final Multiplier multiplier : slice.terms().price().multipliers()) {
                    if (multiplier.route() != null
                            && !routes.contains(multiplier.route().toString())) {
                        warnings.add("a multiplier of plan " + slice.terms().plan() + " names the route "
                                + multiplier.route() + ", expected one of routes[].path in " + config.fileName()
                                + ": without it this node records no such route, and the multiplier never applies");
                    }
                }
            }
        }
        return List.copyOf(warnings);
    }

    /** Reads what a configuration names, leaving what is wrong in the reader's problems: then the result is of no use. */
    static NodeFiles read(final YamlReader reader, final EdgeConfig config) {
        final int before = reader.problems().list().size();
        final Catalog catalog = CatalogReader.read(config.catalog(), reader);
        final boolean isWhole = reader.problems().list().size() == before;
        final String defaultTenant = config.identity().defaultTenant();
        if (isWhole && defaultTenant != null && catalog.tenant(defaultTenant) == null) {
            reader.problems()
                    .add(config.fileName(), "identity.default_tenant to be in the catalog", '"' + defaultTenant + '"');
        }
        return new NodeFiles(config, catalog);
    }

    /**
     * As above, with a reader of its own.
     *
     * @throws openclaw.edge.yaml.ConfigurationException naming everything that is wrong
     */
    static NodeFiles read(final EdgeConfig config) {
        final YamlReader reader = new YamlReader();
        final NodeFiles files = read(reader, config);
        reader.problems().throwIfAny();
        return files;
    }
}
