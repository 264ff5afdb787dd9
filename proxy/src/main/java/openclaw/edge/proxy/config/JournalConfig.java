package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlMap;

/**
 * What the usage journal promises.
 *
 * @param admitsWhenUnavailable whether requests are served on, and counted as lost, when they cannot be recorded; else 503
 */
public record JournalConfig(boolean admitsWhenUnavailable) {
    static JournalConfig of(YamlMap map) {
        if (map.oneOf("durability", "process", "power").equals("power")) {
            map.problem("durability", "process: surviving power loss is not in this version; remove it", "power");
        }
        boolean admits = map.oneOf("on_unavailable", "reject", "admit").equals("admit");
        map.end();
        return new JournalConfig(admits);
    }
}
