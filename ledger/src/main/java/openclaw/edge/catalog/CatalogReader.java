package openclaw.edge.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.YamlFile;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;
import openclaw.edge.yaml.YamlReader;

/**
 * Reads catalog files into one {@link Catalog}. Plans and tenants are maps by name, or lists whose elements carry
 * {@code name} and {@code id}. Files are merged: plans, tenants and {@code billing} are each stated once, {@code edges}
 * and {@code items} add up. Use once; not thread-safe.
 */
public final class CatalogReader {
    private final List<YamlFile> files = new ArrayList<>();
    private final Map<String, Plan> plans = new TreeMap<>();
    private final Map<String, String> planPlaces = new HashMap<>();
    private final Map<String, YamlNode> tenantNodes = new LinkedHashMap<>();
    private final Set<String> edges = new LinkedHashSet<>();
    private final ItemReader items = new ItemReader();
    private YamlNode billing;

    private CatalogReader() {}

    /**
     * Reads files.
     *
     * @throws ConfigurationException naming everything that is wrong
     */
    public static Catalog read(List<Path> paths) {
        YamlReader yaml = new YamlReader();
        Catalog catalog = read(paths, yaml);
        yaml.problems().throwIfAny();
        return catalog;
    }

    /**
     * Reads files with a given YAML reader, whose problems then name everything that is wrong; the catalog is of use only
     * when there are none.
     */
    public static Catalog read(List<Path> paths, YamlReader yaml) {
        return of(paths.stream().map(yaml::read).toList());
    }

    /** Makes the catalog of files that were read already; problems go to the reader that read them. */
    public static Catalog of(List<YamlFile> files) {
        CatalogReader reader = new CatalogReader();
        files.forEach(reader::collect);
        return reader.catalog();
    }

    private void collect(YamlFile file) {
        files.add(file);
        YamlMap root = file.root();
        named(root, "plans", "name").forEach(this::plan);
        named(root, "tenants", "id").forEach(this::tenant);
        for (YamlNode edge : root.listOrOne("edges")) {
            String name = edge.asNonEmptyText();
            if (!isName(name) && !name.isEmpty()) {
                edge.problem("1 to 64 bytes of visible ASCII without / and \\, not beginning with a dot");
            }
            edges.add(name);
        }
        YamlNode block = root.find("billing");
        root.list("items").forEach(items::read);
        if (block != null && billing != null) {
            block.problem("one billing block in all files", "a second one, the first is at " + place(billing));
        }
        billing = billing == null ? block : billing;
        root.end();
    }

    /** The named things under a key, as a map by name or as a list whose elements carry their name. */
    private List<Map.Entry<String, YamlNode>> named(YamlMap root, String key, String nameKey) {
        YamlNode node = root.find(key);
        List<Map.Entry<String, YamlNode>> found = new ArrayList<>();
        if (node == null) {
            return found;
        }
        if (node.isMap()) {
            node.asMap().entries().forEach((name, value) -> found.add(Map.entry(name, value)));
            return found;
        }
        for (YamlNode element : node.asList()) {
            YamlNode name = element.isMap() ? element.asMap().find(nameKey) : null;
            if (name != null) {
                found.add(Map.entry(name.asNonEmptyText(), element));
            } else {
                element.problem("keys with values, '" + nameKey + "' among them");
            }
        }
        return found;
    }

    private void plan(Map.Entry<String, YamlNode> named) {
        String name = named.getKey();
        YamlNode node = named.getValue();
        YamlMap map = node.asMap();
        checkName(map, "name", name);
        Texts.check(node, name);
        Plan plan = PlanReader.read(name, map);
        map.end();
        String first = planPlaces.putIfAbsent(name, place(node));
        if (first != null) {
            node.problem("each plan once", "'" + name + "' again, first at " + first);
        } else {
            plans.put(name, plan);
            check(
                    node,
                    new TermsResolver(plans, BillingTerms.DEFAULT.calendar()).slices(Dated.always(name), Plan.EMPTY));
        }
    }

    private void tenant(Map.Entry<String, YamlNode> named) {
        YamlNode first = tenantNodes.putIfAbsent(named.getKey(), named.getValue());
        if (first != null) {
            named.getValue().problem("each tenant once", "'" + named.getKey() + "' again, first at " + place(first));
        }
    }

    private Catalog catalog() {
        BillingTerms terms =
                billing == null ? BillingTerms.DEFAULT : BillingReader.read(billing.asMap(), BillingTerms.DEFAULT);
        TenantReader reader = new TenantReader(plans, terms, items);
        SortedMap<String, Tenant> tenants = new TreeMap<>();
        tenantNodes.forEach((id, node) -> tenants.put(id, reader.read(id, node)));
        items.checkTenants(tenants);
        List<SourceFile> sources = files.stream()
                .map(file -> new SourceFile(file.name(), file.bytes()))
                .toList();
        return new Catalog(tenants, List.copyOf(plans.keySet()), List.copyOf(edges), sources);
    }

    /** Names a contradiction within terms, once. */
    static void check(YamlNode node, List<PlanSlice> slices) {
        for (PlanSlice slice : slices) {
            String[] contradiction = TermsCheck.contradiction(slice.terms());
            if (contradiction.length > 0) {
                node.problem(contradiction[0], contradiction[1]);
                return;
            }
        }
    }

    /** In a map by name, an element need not repeat its name, but must not contradict it. */
    static void checkName(YamlMap map, String nameKey, String name) {
        String stated = map.text(nameKey, name);
        if (!stated.equals(name)) {
            map.problem(nameKey, "'" + name + "', the key that it stands under, or no " + nameKey, "'" + stated + "'");
        }
    }

    /** Whether a name may stand in a file's name. */
    static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= 64
                && name.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '/' && c != '\\')
                && name.charAt(0) != '.';
    }

    static String place(YamlNode node) {
        return node.file() + ":" + node.line();
    }
}
