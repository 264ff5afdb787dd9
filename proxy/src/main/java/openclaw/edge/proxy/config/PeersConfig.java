package openclaw.edge.proxy.config;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * Where a node finds the other members of its cluster.
 *
 * @param addresses as configured, the node's own left out
 * @param dns a name whose every address is a member's, with the port of all; null when there is none
 */
public record PeersConfig(List<Address> addresses, Address dns) {
    /** Nobody: a lone node. */
    public static final PeersConfig NONE = new PeersConfig(List.of(), null);

    private static final int MOST = 255;

    /** Copies the list. */
    public PeersConfig {
        addresses = List.copyOf(addresses);
    }

    static PeersConfig of(final YamlMap map, final Address bind, final boolean hasSecret) {
        final List<YamlNode> nodes = map.listOrOne("peers");
        final List<Address> addresses = new ArrayList<>();
        for (final YamlNode node : nodes) {
            final Address address = address(node, hasSecret);
            if (addresses.contains(address)) {
                node.problem("each peer once", address + " again");
            } else if (address != null) {
                addresses.add(address);
            }
        }
        if (nodes.size() > MOST) {
            map.problem("peers", "at most " + MOST + " peers", Integer.toString(nodes.size()));
        }
        // One list may serve all nodes.
        addresses.remove(bind);
        final YamlNode dns = map.find("dns");
        final PeersConfig peers = new PeersConfig(addresses, dns == null ? null : address(dns, hasSecret));
        if (hasSecret && map.isSound("bind")) {
            // Without one, a peer on another machine is wrong already.
            peers.checkReachable(map, bind);
        }
        return peers;
    }

    /** Null after a problem with the text itself. */
    private static Address address(final YamlNode node, final boolean hasSecret) {
        final Address address = Address.of(node, null);
        if (address == null) {
            return null;
        }
        if (address.port() == 0) {
            node.problem("a port from 1 to 65535");
        } else if (!hasSecret && !address.isLoopback()) {
            node.problem("a loopback address, or a cluster.secret", address + " without a secret");
        }
        return address;
    }

    /** From a loopback address nothing reaches another machine. */
    private void checkReachable(final YamlMap map, final Address bind) {
        if (!bind.isLoopback()) {
            return;
        }
        for (final Address address : addresses) {
            if (address.isLiteral() && !address.isLoopback()) {
                map.problem(
                        "bind",
                        "an address of this machine that the peer " + address + " can reach",
                        "bind=" + bind + ", which no other machine can");
                return;
            }
        }
    }

    /** Whether there is nobody to be found. */
    public boolean isEmpty() {
        return addresses.isEmpty() && dns == null;
    }
}
