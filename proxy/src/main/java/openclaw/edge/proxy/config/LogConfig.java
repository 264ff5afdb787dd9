package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlMap;

/**
 * What this node says on standard error. Nothing is ever logged per request.
 *
 * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}
 * @param isJson one JSON object per line instead of text
 */
public record LogConfig(String level, boolean isJson) {
    static LogConfig of(YamlMap map) {
        String level = map.oneOf("level", "info", "error", "warn", "debug", "trace");
        boolean isJson = map.oneOf("format", "text", "json").equals("json");
        if (!map.oneOf("access", "off", "on").equals("off")) {
            map.problem("access", "off: an access log is not in this version; remove it", "on");
        }
        map.end();
        return new LogConfig(level, isJson);
    }
}
