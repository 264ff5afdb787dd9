package openclaw.edge.proxy.config;

import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.retain.RetentionPolicy;
import openclaw.edge.yaml.YamlMap;

/**
 * What the usage journal promises.
 *
 * @param durability what a record survives from the instant at which the client may see its response end
 * @param admitsWhenUnavailable whether requests are served on, and counted as lost, when they cannot be recorded; else 503
 * @param retain what need not be kept once every registered reader has committed it
 */
public record JournalConfig(Durability durability, boolean admitsWhenUnavailable, RetentionPolicy retain) {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long MOST_NS = 100L * 365 * 24 * HOUR_NS;
    private static final long LEAST_BYTES = 64L << 20;
    private static final long MOST_BYTES = 1L << 50;

    static JournalConfig of(YamlMap map) {
        Durability durability =
                map.oneOf("durability", "process", "power").equals("power") ? Durability.POWER : Durability.PROCESS;
        boolean admits = map.oneOf("on_unavailable", "reject", "admit").equals("admit");
        RetentionPolicy retain = retain(map.map("retain"));
        map.end();
        return new JournalConfig(durability, admits, retain);
    }

    private static RetentionPolicy retain(YamlMap map) {
        long ageNs = map.durationNs("age", Long.MAX_VALUE, HOUR_NS, MOST_NS);
        long sizeBytes = map.sizeBytes("size", Long.MAX_VALUE, LEAST_BYTES, MOST_BYTES);
        map.end();
        return new RetentionPolicy(ageNs, sizeBytes);
    }
}
