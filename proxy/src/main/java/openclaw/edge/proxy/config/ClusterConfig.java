package openclaw.edge.proxy.config;

import java.util.Locale;
import openclaw.edge.catalog.OnPartition;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * This node's place among its peers.
 *
 * @param name of the cluster: members of different names never hear one another
 * @param node this node's name, as journals and the catalog's {@code edges} know it
 * @param bind where gossip is received once there are peers
 * @param peers where the others are; none: a lone node
 * @param secrets what members know one another by; none only among loopback addresses
 * @param onPartition what limits do while members are silent, where the catalog does not say
 * @param times how long members wait for one another
 */
public record ClusterConfig(
        String name,
        String node,
        Address bind,
        PeersConfig peers,
        ClusterSecrets secrets,
        OnPartition onPartition,
        ClusterTimes times) {
    private static final String DEFAULT_NAME = "default";
    private static final String DEFAULT_NODE = "edge";
    private static final Address DEFAULT_BIND = new Address("127.0.0.1", 7947);
    private static final int MAX_NAME_CHARS = 64;

    static ClusterConfig of(final YamlMap map) {
        final String name = name(map, "name", DEFAULT_NAME);
        final String node = name(map, "node", DEFAULT_NODE);
        final YamlNode bindNode = map.find("bind");
        final Address bind = bindNode == null ? DEFAULT_BIND : Address.of(bindNode, DEFAULT_BIND);
        final ClusterSecrets secrets = ClusterSecrets.of(map);
        // What was meant for one is wrong already, and says so.
        final boolean hasSecret = !secrets.isEmpty() || !map.isSound("secret");
        if (!hasSecret && !bind.isLoopback()) {
            map.problem("bind", "a loopback address, or a cluster.secret", "bind=" + bind + " without a secret");
        }
        final ClusterConfig cluster = new ClusterConfig(
                name,
                node,
                bind,
                PeersConfig.of(map, bind, hasSecret),
                secrets,
                OnPartition.valueOf(
                        map.oneOf("on_partition", "share", "open", "closed").toUpperCase(Locale.ROOT)),
                ClusterTimes.of(map));
        map.end();
        return cluster;
    }

    private static String name(final YamlMap map, final String key, final String orElse) {
        final String name = map.has(key) ? map.text(key) : orElse;
        final boolean good = name.length() <= MAX_NAME_CHARS && name.matches("[A-Za-z0-9][A-Za-z0-9._-]*");
        if (!good && !name.isEmpty()) {
            map.problem(key, "a name of at most 64 letters, digits, '.', '_' and '-'", '"' + name + '"');
        }
        return name;
    }

    /** Whether nobody shares this node's limits. */
    public boolean isLone() {
        return peers.isEmpty();
    }
}
