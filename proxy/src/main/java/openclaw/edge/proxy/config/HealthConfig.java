package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * How servers are known to be well.
 *
 * @param path asked for by checks; null: there are none, and only failed requests tell
 * @param intervalNs between two checks of a server
 * @param fall failures in a row, of checks or of requests, after which a server is left out
 * @param rise good checks in a row after which it is taken back
 * @param ejectForNs how long a server is left out after failed requests
 */
public record HealthConfig(String path, long intervalNs, int fall, int rise, long ejectForNs) {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int MAX_COUNT = 1000;

    static HealthConfig of(YamlMap map) {
        HealthConfig health = new HealthConfig(
                path(map),
                TimeoutsConfig.durationNs(map, "interval", 5 * SECOND_NS),
                map.intNumber("fall", 3, 1, MAX_COUNT),
                map.intNumber("rise", 2, 1, MAX_COUNT),
                TimeoutsConfig.durationNs(map, "eject_for", 10 * SECOND_NS));
        map.end();
        return health;
    }

    private static String path(YamlMap map) {
        YamlNode node = map.find("path");
        if (node == null) {
            return null;
        }
        String path = node.asNonEmptyText();
        boolean good = path.startsWith("/") && path.chars().allMatch(c -> c > 0x20 && c < 0x7F && c != '#');
        if (!good && !path.isEmpty()) {
            node.problem("a path like /health");
        }
        return path;
    }

    /** Whether servers are asked how they are. */
    public boolean isActive() {
        return path != null;
    }
}
