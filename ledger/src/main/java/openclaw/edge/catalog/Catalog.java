package openclaw.edge.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All tenants with their terms; read by {@link CatalogReader}. */
public final class Catalog {
    private final SortedMap<String, Tenant> tenants;
    private final List<String> plans;
    private final List<String> edges;
    private final List<SourceFile> sources;
    private final String sha256;

    Catalog(SortedMap<String, Tenant> tenants, List<String> plans, List<String> edges, List<SourceFile> sources) {
        this.tenants = Collections.unmodifiableSortedMap(new TreeMap<>(tenants));
        this.plans = List.copyOf(plans);
        this.edges = List.copyOf(edges);
        this.sources = List.copyOf(sources);
        this.sha256 = Sha256.hex(CanonicalCatalog.text(this).getBytes(StandardCharsets.UTF_8));
    }

    /** All tenants, by id. */
    public Collection<Tenant> tenants() {
        return tenants.values();
    }

    /** A tenant by its id, or null. */
    public Tenant tenant(String id) {
        return tenants.get(id);
    }

    /** Names of all plans, sorted. */
    public List<String> plans() {
        return plans;
    }

    /** Names of the nodes whose journals a finalized cycle must hold, as listed. */
    public List<String> edges() {
        return edges;
    }

    /** The files it was read from, in their order. */
    public List<SourceFile> sources() {
        return sources;
    }

    /**
     * SHA-256 of what the catalog says, 64 lower-case hexadecimal digits: the same for the same tenants, terms and edges,
     * whatever the files' layout, order and comments.
     */
    public String sha256() {
        return sha256;
    }
}
