package openclaw.edge.proxy.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** What stands behind this node and how it is spoken to. */
public final class UpstreamConfig {
    private static final String SERVER = "a URL like http://127.0.0.1:9000, without a path";
    private static final String HTTP = "http://";
    private static final Address STAND_IN = new Address("127.0.0.1", 9000);
    private static final int DEFAULT_PORT = 80;
    private static final int MAX_COUNT = 1_000_000;
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<Address> servers;
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
        sendsOwnHost = map.oneOf("host", "client", "upstream").equals("upstream");
        headers = headers(map.map("headers"));
        YamlNode identity = map.find("identity_header");
        identityHeader = identity == null ? "X-Consumer-Id" : FieldNameRules.name(identity);
        YamlNode agent = map.find("agent_header");
        agentHeader = agent == null ? "X-Consumer-Agent" : FieldNameRules.name(agent);
        if (agent != null && agentHeader.equalsIgnoreCase(identityHeader)) {
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
        NotYet.refuseKey(map, "health", "an active health check");
        NotYet.refuseKey(map, "tls", "TLS to the upstream");
        map.end();
    }

    private static List<Address> servers(YamlMap map) {
        List<Address> servers = new ArrayList<>();
        List<YamlNode> nodes = map.listOrOne("servers");
        if (nodes.isEmpty()) {
            map.problem("servers", SERVER, "nothing");
        }
        for (YamlNode node : nodes) {
            servers.add(server(node));
        }
        if (nodes.size() > 1) {
            NotYet.refuse(nodes.get(1), "more than one server", "name one");
        }
        return servers.isEmpty() ? List.of(STAND_IN) : List.copyOf(servers);
    }

    private static Address server(YamlNode node) {
        String url = node.asNonEmptyText();
        if (url.startsWith("https://")) {
            NotYet.refuse(node, "TLS to the upstream", "use an http:// URL");
            return STAND_IN;
        }
        if (!url.startsWith(HTTP)) {
            if (!url.isEmpty()) {
                node.problem(SERVER);
            }
            return STAND_IN;
        }
        String authority = url.substring(HTTP.length(), url.endsWith("/") ? url.length() - 1 : url.length());
        boolean hasPort = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        try {
            Address server = Address.parse(hasPort ? authority : authority + ":" + DEFAULT_PORT);
            if (server.port() != 0) {
                return server;
            }
            node.problem("a port from 1 to 65535");
        } catch (IllegalArgumentException e) {
            // A URL may carry a password before its host.
            node.problem(SERVER, authority.indexOf('@') >= 0 ? "a user in the URL (not shown)" : '"' + url + '"');
        }
        return STAND_IN;
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

    /** Where requests go; one in this version. */
    public List<Address> servers() {
        return servers;
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

    /** Most connections to one server, over all event loops. */
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
