package openclaw.edge.proxy.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final int eventLoopsAsWritten;
    private final Map<String, Integer> lines = new HashMap<>();
    private final AddressRanges trustedProxies;
    private final IdentityConfig identity;
    private final UpstreamConfig upstream;
    private final List<RouteConfig> routes;
    private final RouteConfig defaultRoute;
    private final LimitsConfig limits;
    private final TimeoutsConfig timeouts;
    private final List<Path> catalog;
    private final Path data;
    private final Path dataAsWritten;
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
        eventLoopsAsWritten = root.intNumber("event_loops", 0, 0, MAX_EVENT_LOOPS);
        eventLoops = eventLoopsAsWritten == 0 ? Runtime.getRuntime().availableProcessors() : eventLoopsAsWritten;
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
        dataAsWritten = (dataNode == null ? Path.of("data") : dataNode.asPathAsWritten()).normalize();
        data = file.directory().resolve(dataAsWritten);
        YamlMap clusterMap = root.map("cluster");
        cluster = ClusterConfig.of(clusterMap);
        YamlMap journalMap = root.map("journal");
        journal = JournalConfig.of(journalMap);
        YamlMap adminMap = root.map("admin");
        admin = AdminConfig.of(adminMap);
        log = LogConfig.of(root.map("log"));
        strictPaths = root.bool("strict_paths", false);
        via = root.bool("via", true);
        NotYet.refuseKey(root, "decision", "the decision API");
        NotYet.refuseKey(root, "portal", "the portal");
        root.end();
        note(root, "listen", "event_loops", "data");
        note(clusterMap, "name", "node", "bind", "peers");
        note(journalMap, "durability");
        note(adminMap, "listen");
        if (root.isSound("listen", "admin.listen")) {
            checkAddressesDiffer(root);
        }
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

    private void note(YamlMap map, String... keys) {
        for (String key : keys) {
            lines.put(map.path().isEmpty() ? key : map.path() + "." + key, map.lineOf(key));
        }
    }

    /** The line of a key that {@link RestartOnly} knows, from 1; of what holds it where it is absent. */
    int lineOf(String key) {
        int bracket = key.indexOf('[');
        return lines.get(bracket < 0 ? key : key.substring(0, bracket));
    }

    /**
     * The other files that this one names and a node reads, absolute: a reload of the node is due when one of them, or this
     * file, has changed.
     */
    public List<Path> files() {
        List<Path> files = new ArrayList<>(catalog);
        files.addAll(filesRead().keySet());
        return files;
    }

    /** The SHA-256, in hexadecimal digits, of each file that was read along with this one, as it was then. */
    public Map<Path, String> filesRead() {
        Map<Path, String> files = new LinkedHashMap<>();
        files.putAll(upstream.tls().files());
        listen.stream()
                .filter(ListenConfig::isSecure)
                .forEach(listener -> listener.tls().files().forEach((path, digest) -> {
                    if (!digest.isEmpty()) {
                        files.put(path, digest);
                    }
                }));
        return files;
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

    /** What is unwise and no error, by file, line and key. */
    public List<String> warnings() {
        return listen.stream()
                .filter(ListenConfig::isSecure)
                .flatMap(listener -> listener.tls().warnings().stream())
                .toList();
    }

    /** How many event loops, at least 1. */
    public int eventLoops() {
        return eventLoops;
    }

    /** As written: 0 stands for one per core, however many there are now. */
    int eventLoopsAsWritten() {
        return eventLoopsAsWritten;
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

    /** As written, so perhaps relative to the file. */
    Path dataAsWritten() {
        return dataAsWritten;
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
