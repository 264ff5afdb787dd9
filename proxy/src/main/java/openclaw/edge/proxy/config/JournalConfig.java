package openclaw.edge.proxy.config;

import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.yaml.YamlMap;

/**
 * What the usage journal promises.
 *
 * @param durability what a record survives from the instant at which the client may see its response end
 * @param admitsWhenUnavailable whether requests are served on, and counted as lost, when they cannot be recorded; else 503
 */
public record JournalConfig(Durability durability, boolean admitsWhenUnavailable) {
    static JournalConfig of(YamlMap map) {
        Durability durability =
                map.oneOf("durability", "process", "power").equals("power") ? Durability.POWER : Durability.PROCESS;
        boolean admits = map.oneOf("on_unavailable", "reject", "admit").equals("admit");
        map.end();
        return new JournalConfig(durability, admits);
    }
}
