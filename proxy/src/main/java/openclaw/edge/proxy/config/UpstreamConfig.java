package openclaw.edge.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** What stands behind this node and how it is spoken to. */
public final class UpstreamConfig {
    /** Most servers, in the file and, once their names are resolved, in all. */
    public static final int MAX_SERVERS = 64;

    private static final int MAX_COUNT = 1_000_000;
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<UpstreamUrl> servers;
    private final HealthConfig health;
    private final UpstreamTlsConfig tls;
    private final boolean http2;
    private final boolean sendsOwnHost;
    private final Map<String, String> headers;
    private final String identityHeader;
    private final String agentHeader;
    private final List<String> strip;
    private final int maxConnections;
    private final int queue;
    private final long queueTimeoutNs;
    private final long poolIdleNs;
    private final long connectTimeoutNs;
    private final long responseHeadTimeoutNs;
    private final long responseIdleTimeoutNs;

    UpstreamConfig(YamlMap map) {
        servers = servers(map);
        http2 = map.bool("http2", false);
        sendsOwnHost = map.oneOf("host", "client", "upstream").equals("upstream");
        headers = headers(map.map("headers"));
        YamlNode identity = map.find("identity_header");
        identityHeader = identity == null ? "X-Consumer-Id" : FieldNameRules.name(identity);
        YamlNode agent = map.find("agent_header");
        agentHeader = agent == null ? "X-Consumer-Agent" : FieldNameRules.name(agent);
        if (agent != null
                && agentHeader.equalsIgnoreCase(identityHeader)
                && map.isSound("identity_header", "agent_header")) {
            agent.problem("another field than identity_header=" + identityHeader);
        }
        strip = FieldNameRules.patterns(map.listOrOne("strip"), List.of("x-openclaw-*"));
        maxConnections = map.intNumber("max_connections", 1024, 1, MAX_COUNT);
        queue = map.intNumber("queue", 1024, 0, MAX_COUNT);
        queueTimeoutNs = TimeoutsConfig.durationNs(map, "queue_timeout", SECOND_NS);
        poolIdleNs = TimeoutsConfig.durationNs(map, "pool_idle", 4 * SECOND_NS);
        YamlMap timeouts = map.map("timeouts");
        connectTimeoutNs = TimeoutsConfig.durationNs(timeouts, "connect", 2 * SECOND_NS);
        responseHeadTimeoutNs = TimeoutsConfig.durationNs(timeouts, "response_head", 60 * SECOND_NS);
        responseIdleTimeoutNs = TimeoutsConfig.durationNs(timeouts, "response_idle", 60 * SECOND_NS);
        timeouts.end();
        health = HealthConfig.of(map.map("health"));
        tls = UpstreamTlsConfig.of(map.map("tls"));
        map.end();
    }

    private static List<UpstreamUrl> servers(YamlMap map) {
        List<UpstreamUrl> servers = new ArrayList<>();
        List<YamlNode> nodes = map.listOrOne("servers");
        if (nodes.isEmpty()) {
            map.problem("servers", UpstreamUrl.EXPECTED, "nothing");
        }
        for (YamlNode node : nodes) {
            UpstreamUrl server = UpstreamUrl.of(node);
            if (servers.contains(server)) {
                node.problem("each server once", server + " again");
            } else if (server != null) {
                servers.add(server);
            }
        }
        if (servers.size() > MAX_SERVERS) {
            map.problem("servers", "at most " + MAX_SERVERS + " servers", String.valueOf(servers.size()));
        }
        return servers.isEmpty() ? List.of(UpstreamUrl.STAND_IN) : List.copyOf(servers);
    }

    private static Map<String, String> headers(YamlMap map) {
        Map<String, String> headers = new LinkedHashMap<>();
        map.entries().forEach((name, node) -> {
            String value = node.asSecret().asText();
            if (!FieldNameRules.isToken(name) || FieldNameRules.isFraming(name)) {
                map.problem(name, "a field name that the proxy does not set itself", '"' + name + '"');
            } else if (!FieldNameRules.isValue(value)) {
                node.problem("a field value of visible ASCII without spaces at its ends", "another value (not shown)");
            } else {
                headers.put(name, value);
            }
        });
        return Map.copyOf(headers);
    }

    /** Whether another configuration means the same servers, reached and watched in the same way. */
    public boolean isReachedLike(UpstreamConfig other) {
        return servers.equals(other.servers)
                && health.equals(other.health)
                && tls.equals(other.tls)
                && http2 == other.http2
                && maxConnections == other.maxConnections
                && queue == other.queue
                && queueTimeoutNs == other.queueTimeoutNs
                && poolIdleNs == other.poolIdleNs
                && connectTimeoutNs == other.connectTimeoutNs;
    }

    /** Where requests go; at least one, each once. */
    public List<UpstreamUrl> servers() {
        return servers;
    }

    /** How servers are known to be well. */
    public HealthConfig health() {
        return health;
    }

    /** How {@code https://} servers are spoken to. */
    public UpstreamTlsConfig tls() {
        return tls;
    }

    /**
     * Whether requests go by HTTP/2, many on one connection: by prior knowledge to {@code http://} servers, by ALPN to
     * {@code https://} ones. Tunnels go by HTTP/1.1 all the same.
     */
    public boolean isHttp2() {
        return http2;
    }

    /** Whether the upstream's own authority is sent as Host; else the client's Host is passed on. */
    public boolean sendsOwnHost() {
        return sendsOwnHost;
    }

    /** Set on every request in place of what the client sent. Values are secret. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The field that receives the tenant's id. */
    public String identityHeader() {
        return identityHeader;
    }

    /** The field that receives the agent's id. */
    public String agentHeader() {
        return agentHeader;
    }

    /** Field names, in lower case, that never pass from clients; one that ends in a star is the beginning of names. */
    public List<String> strip() {
        return strip;
    }

    /** Most connections to one server, over all event loops; one for each loop where there are more loops. */
    public int maxConnections() {
        return maxConnections;
    }

    /** Most requests that wait for a connection, over all event loops; 0: none waits. */
    public int queue() {
        return queue;
    }

    /** How long a request waits for a connection. */
    public long queueTimeoutNs() {
        return queueTimeoutNs;
    }

    /** How long an unused connection is kept. */
    public long poolIdleNs() {
        return poolIdleNs;
    }

    /** How long connecting may take. */
    public long connectTimeoutNs() {
        return connectTimeoutNs;
    }

    /** How long the upstream may take to begin its answer, where no route says otherwise. */
    public long responseHeadTimeoutNs() {
        return responseHeadTimeoutNs;
    }

    /** How long the upstream may pause within its answer, where no route says otherwise. */
    public long responseIdleTimeoutNs() {
        return responseIdleTimeoutNs;
    }
}
