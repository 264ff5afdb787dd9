package openclaw.edge.proxy;

import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.yaml.YamlReader;

/**
 * All that a node is told by files, read and checked as one: what start, reload and {@code check} agree on.
 *
 * @param config of the node
 * @param catalog that it names
 */
record NodeFiles(EdgeConfig config, Catalog catalog) {
    /** Reads what a configuration names, leaving what is wrong in the reader's problems: then the result is of no use. */
    static NodeFiles read(final YamlReader reader, final EdgeConfig config) {
        final Catalog catalog = CatalogReader.read(config.catalog(), reader);
        final String defaultTenant = config.identity().defaultTenant();
        if (defaultTenant != null && catalog.tenant(defaultTenant) == null) {
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
