package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * The listener for health, metrics and usage.
 *
 * @param listen where
 * @param token what a caller must bring; null when none is needed, and then {@code listen} is a loopback address
 */
public record AdminConfig(Address listen, String token) {
    private static final Address DEFAULT_LISTEN = new Address("127.0.0.1", 9901);

    static AdminConfig of(YamlMap map) {
        YamlNode node = map.find("listen");
        Address listen = node == null ? DEFAULT_LISTEN : Address.of(node, DEFAULT_LISTEN);
        String token = map.secret("token", "");
        if (token.isEmpty() && !listen.isLoopback() && map.isSound("token")) {
            map.problem("listen", "a loopback address, or an admin.token", "listen=" + listen + " without a token");
        }
        if (!FieldNameRules.isValue(token)) {
            map.problem("token", "visible ASCII without spaces at its ends", "another value (not shown)");
        }
        map.end();
        return new AdminConfig(listen, token.isEmpty() ? null : token);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "AdminConfig[listen=" + listen + ", token=" + (token == null ? "none" : "set") + "]";
    }
}
