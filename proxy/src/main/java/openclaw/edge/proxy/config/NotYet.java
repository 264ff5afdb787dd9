package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Refuses by name what a key asks for and this version cannot do. Nothing is ever ignored silently. */
final class NotYet {
    private NotYet() {}

    static void refuse(YamlNode node, String what, String instead) {
        node.problem(what + " is not in this version; " + instead, found(node));
    }

    /** Refuses a key that is there at all. */
    static void refuseKey(YamlMap map, String key, String what) {
        YamlNode node = map.find(key);
        if (node != null) {
            map.problem(key, "no such key: " + what + " is not in this version; remove it", found(node));
        }
    }

    /** Refuses a switch that is on. */
    static void refuseTrue(YamlMap map, String key, String what) {
        if (map.bool(key, false)) {
            map.problem(key, "false: " + what + " is not in this version; remove it", "true");
        }
    }

    private static String found(YamlNode node) {
        return node.isScalar() ? "a value" : node.isList() ? "a list" : "keys with values";
    }
}
