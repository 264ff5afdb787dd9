package openclaw.edge.proxy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.YamlFile;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;
import openclaw.edge.yaml.YamlReader;

/** {@code edge.yaml}: how this node runs. Only {@code upstream.servers} and {@code catalog} have no default. */
public final class EdgeConfig {
    private static final int MAX_EVENT_LOOPS = 1024;

    private final String fileName;
    private final byte[] fileBytes;
    private final List<ListenConfig> listen;
    private final int eventLoops;
    private final AddressRanges trustedProxies;
    private final IdentityConfig identity;
    private final UpstreamConfig upstream;
    private final List<RouteConfig> routes;
    private final RouteConfig defaultRoute;
    private final LimitsConfig limits;
    private final TimeoutsConfig timeouts;
    private final List<Path> catalog;
    private final Path data;
    private final ClusterConfig cluster;
    private final JournalConfig journal;
    private final AdminConfig admin;
    private final LogConfig log;
    private final boolean strictPaths;
    private final boolean via;

    private EdgeConfig(YamlFile file) {
        YamlMap root = file.root();
        fileName = file.name();
        fileBytes = file.bytes();
        listen = ListenConfig.of(root);
        int loops = root.intNumber("event_loops", 0, 0, MAX_EVENT_LOOPS);
        eventLoops = loops == 0 ? Runtime.getRuntime().availableProcessors() : loops;
        trustedProxies = AddressRanges.of(root.listOrOne("trusted_proxies"), AddressRanges.NONE);
        identity = IdentityConfig.of(root);
        YamlMap upstreamMap = root.map("upstream");
        upstream = new UpstreamConfig(upstreamMap);
        if (!identity.agentFromModel().isEmpty() && !upstreamMap.has("agent_header")) {
            // Two servers may read two models in one body: the upstream must be told which one was counted.
            root.problem("identity", "upstream.agent_header beside agent_from_model", "no upstream.agent_header");
        }
        routes = RouteConfig.of(root, upstream);
        defaultRoute = RouteConfig.everything(upstream);
        limits = LimitsConfig.of(root.map("limits"));
        timeouts = TimeoutsConfig.of(root.map("timeouts"));
        catalog = catalog(root);
        YamlNode dataNode = root.find("data");
        data = dataNode == null ? file.directory().resolve("data") : dataNode.asPath();
        cluster = ClusterConfig.of(root.map("cluster"));
        journal = JournalConfig.of(root.map("journal"));
        admin = AdminConfig.of(root.map("admin"));
        log = LogConfig.of(root.map("log"));
        strictPaths = root.bool("strict_paths", false);
        via = root.bool("via", true);
        NotYet.refuseKey(root, "decision", "the decision API");
        NotYet.refuseKey(root, "portal", "the portal");
        root.end();
        checkAddressesDiffer(root);
    }

    /**
     * Reads a file with this process's environment.
     *
     * @throws ConfigurationException naming everything that is wrong in it
     */
    public static EdgeConfig read(Path path) {
        YamlReader reader = new YamlReader();
        EdgeConfig config = read(reader, path);
        reader.problems().throwIfAny();
        return config;
    }

    /**
     * Reads a file first of all, leaving what is wrong in the reader's problems: then the result is fit for finding more
     * only.
     *
     * @throws ConfigurationException when the file is absent or no YAML: nothing more can be found then
     */
    public static EdgeConfig read(YamlReader reader, Path path) {
        YamlFile file = reader.read(path);
        reader.problems().throwIfAny();
        return of(file);
    }

    /** Reads a file that is in memory, leaving what is wrong in the problems of the reader it came from. */
    public static EdgeConfig of(YamlFile file) {
        return new EdgeConfig(file);
    }

    private static List<Path> catalog(YamlMap root) {
        List<Path> paths = new ArrayList<>();
        for (YamlNode node : root.listOrOne("catalog")) {
            paths.add(node.asPath());
        }
        if (paths.isEmpty()) {
            root.problem("catalog", "a list of catalog files like [billing.yaml]", "nothing");
        }
        return List.copyOf(paths);
    }

    private void checkAddressesDiffer(YamlMap root) {
        for (int i = 0; i < listen.size(); i++) {
            Address address = listen.get(i).address();
            boolean again = listen.subList(0, i).stream()
                    .anyMatch(earlier -> earlier.address().equals(address));
            if (address.port() != 0 && (again || address.equals(admin.listen()))) {
                String with = again ? "listen[" + i + "]=" + address + " twice" : "admin.listen=listen=" + address;
                root.problem("listen", "an address of its own for each listener", with);
            }
        }
    }

    /** The file as the user named it. */
    public String fileName() {
        return fileName;
    }

    /** A copy of the file's content, before variables. */
    public byte[] fileBytes() {
        return fileBytes.clone();
    }

    /** Where, and how, clients connect; at least one. */
    public List<ListenConfig> listen() {
        return listen;
    }

    /** How many event loops, at least 1. */
    public int eventLoops() {
        return eventLoops;
    }

    /** Whose forwarding fields are believed. */
    public AddressRanges trustedProxies() {
        return trustedProxies;
    }

    /** How tenants and agents are known. */
    public IdentityConfig identity() {
        return identity;
    }

    /** What stands behind this node. */
    public UpstreamConfig upstream() {
        return upstream;
    }

    /** Special rules by path, first match wins; may be empty. */
    public List<RouteConfig> routes() {
        return routes;
    }

    /** What holds for a request that no route matches: it is forwarded all the same. */
    public RouteConfig defaultRoute() {
        return defaultRoute;
    }

    /** What clients may take. */
    public LimitsConfig limits() {
        return limits;
    }

    /** How long clients may take. */
    public TimeoutsConfig timeouts() {
        return timeouts;
    }

    /** The catalog's files, absolute; at least one. */
    public List<Path> catalog() {
        return catalog;
    }

    /** The directory of buckets, lanes, journal and catalog versions; absolute. */
    public Path data() {
        return data;
    }

    /** Where the journal's files are: {@code data/journal}. */
    public Path journalDirectory() {
        return data.resolve("journal");
    }

    /** This node's name and place. */
    public ClusterConfig cluster() {
        return cluster;
    }

    /** What the journal promises. */
    public JournalConfig journal() {
        return journal;
    }

    /** The listener for health, metrics and usage. */
    public AdminConfig admin() {
        return admin;
    }

    /** What is logged. */
    public LogConfig log() {
        return log;
    }

    /** Whether a path that another server might read otherwise is answered 400. */
    public boolean strictPaths() {
        return strictPaths;
    }

    /** Whether requests carry {@code Via}. */
    public boolean via() {
        return via;
    }
}
