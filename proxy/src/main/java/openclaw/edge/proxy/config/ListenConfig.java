package openclaw.edge.proxy.config;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * One address that clients connect to.
 *
 * @param address where it listens
 * @param proxyProtocol whether each connection begins with a PROXY protocol header, which is believed then; without one a
 *     connection is closed
 * @param http2 whether HTTP/2 is spoken: by ALPN on TLS, by prior knowledge without
 * @param tls what is presented to clients; null: no TLS
 */
public record ListenConfig(Address address, boolean proxyProtocol, boolean http2, TlsConfig tls) {
    private static final Address DEFAULT_ADDRESS = new Address("127.0.0.1", 8080);

    /** A listener without PROXY protocol and TLS. */
    public static ListenConfig plain(Address address) {
        return new ListenConfig(address, false, true, null);
    }

    /** What stands under {@code listen}: an address, keys with values, or a list of these; at least one. */
    static List<ListenConfig> of(YamlMap root) {
        List<ListenConfig> listeners = new ArrayList<>();
        for (YamlNode node : root.listOrOne("listen")) {
            listeners.add(node.isMap() ? ofMap(node.asMap()) : plain(Address.of(node, DEFAULT_ADDRESS)));
        }
        return listeners.isEmpty() ? List.of(plain(DEFAULT_ADDRESS)) : List.copyOf(listeners);
    }

    private static ListenConfig ofMap(YamlMap map) {
        YamlNode node = map.find("address");
        if (node == null) {
            map.problem("address", Address.EXPECTED, "nothing");
        }
        Address address = node == null ? DEFAULT_ADDRESS : Address.of(node, DEFAULT_ADDRESS);
        boolean proxyProtocol = map.bool("proxy_protocol", false);
        boolean http2 = map.bool("http2", true);
        TlsConfig tls = map.has("tls") ? TlsConfig.of(map.map("tls")) : null;
        map.end();
        return new ListenConfig(address, proxyProtocol, http2, tls);
    }

    /** Whether clients connect by TLS: the scheme of their requests is {@code https}. */
    public boolean isSecure() {
        return tls != null;
    }
}
