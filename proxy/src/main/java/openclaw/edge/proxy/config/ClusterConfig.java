package openclaw.edge.proxy.config;

import java.util.List;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * This node's place among its peers. This version is a lone node.
 *
 * @param node this node's name, as journals and the catalog's {@code edges} know it
 * @param bind where gossip is received once there are peers
 * @param onPartition what limits do while peers are silent
 */
public record ClusterConfig(String node, Address bind, OnPartition onPartition) {
    /** What limits do while peers are silent. */
    public enum OnPartition {
        /** Reachable nodes keep their share. */
        SHARE,
        /** Every node keeps the full limit. */
        OPEN,
        /** Deny. */
        CLOSED
    }

    private static final String DEFAULT_NODE = "edge";
    private static final Address DEFAULT_BIND = new Address("127.0.0.1", 7947);
    private static final int MAX_NODE_CHARS = 64;

    static ClusterConfig of(YamlMap map) {
        String node = map.has("node") ? map.text("node") : DEFAULT_NODE;
        boolean named = node.length() <= MAX_NODE_CHARS && node.matches("[A-Za-z0-9][A-Za-z0-9._-]*");
        if (!named && !node.isEmpty()) {
            map.problem("node", "a name of at most 64 letters, digits, '.', '_' and '-'", '"' + node + '"');
        }
        YamlNode bindNode = map.find("bind");
        Address bind = bindNode == null ? DEFAULT_BIND : Address.of(bindNode, DEFAULT_BIND);
        boolean hasSecret = !map.secret("secret", "").isEmpty();
        if (!hasSecret && !bind.isLoopback()) {
            map.problem("bind", "a loopback address, or a cluster.secret", "bind=" + bind + " without a secret");
        }
        List<YamlNode> peers = map.listOrOne("peers");
        if (!peers.isEmpty()) {
            NotYet.refuse(peers.get(0), "sharing limits with peers", "remove it, or every node admits the full limit");
        }
        NotYet.refuseKey(map, "dns", "finding peers by DNS");
        OnPartition onPartition = switch (map.oneOf("on_partition", "share", "open", "closed")) {
            case "open" -> OnPartition.OPEN;
            case "closed" -> OnPartition.CLOSED;
            default -> OnPartition.SHARE;
        };
        map.end();
        return new ClusterConfig(node, bind, onPartition);
    }
}
