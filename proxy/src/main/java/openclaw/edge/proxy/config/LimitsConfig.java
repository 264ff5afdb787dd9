package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlMap;

/**
 * What one client, and all clients together, may take.
 *
 * @param headBytes longest request head
 * @param fields most fields in a head
 * @param targetBytes longest request target
 * @param bodyBytes longest request body
 * @param connections most client connections, over all event loops
 * @param buffersBytes bound of all bytes held for clients
 */
public record LimitsConfig(
        int headBytes, int fields, int targetBytes, long bodyBytes, int connections, long buffersBytes) {
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    private static final long TIB = 1024 * 1024 * MIB;

    static LimitsConfig of(YamlMap map) {
        int head = Math.toIntExact(map.sizeBytes("head", 16 * KIB, KIB, MIB));
        int fields = map.intNumber("fields", 100, 1, 10_000);
        int target = Math.toIntExact(map.sizeBytes("target", 8 * KIB, 64, MIB));
        long body = map.sizeBytes("body", 10 * MIB, 0, 16 * TIB);
        int connections = map.intNumber("connections", 100_000, 1, 10_000_000);
        long buffers = map.sizeBytes("buffers", 128 * MIB, MIB, TIB);
        map.end();
        if (target > head && map.isSound("target", "head")) {
            map.problem("target", "target <= head", "target=" + target + "B > head=" + head + "B");
        }
        if (buffers < 16L * head && map.isSound("buffers", "head")) {
            map.problem("buffers", "buffers >= 16 heads", "buffers=" + buffers + "B < 16 * head=" + 16L * head + "B");
        }
        return new LimitsConfig(head, fields, target, body, connections, buffers);
    }
}
