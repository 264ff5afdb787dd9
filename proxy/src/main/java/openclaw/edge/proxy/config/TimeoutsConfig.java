package openclaw.edge.proxy.config;

import openclaw.edge.yaml.YamlMap;

/**
 * How long clients may take, in nanoseconds.
 *
 * @param clientHeadNs from a head's first byte to its last
 * @param bodyIdleNs without a byte of a body read from, or taken by, a client
 * @param keepAliveNs between two requests
 * @param tlsHandshakeNs for a TLS handshake
 * @param tunnelIdleNs without a byte in a tunnel
 * @param drainDelayNs from SIGTERM to the end of accepting, answering "not ready" meanwhile
 * @param drainNs from then on, after which open exchanges are cut
 */
public record TimeoutsConfig(
        long clientHeadNs,
        long bodyIdleNs,
        long keepAliveNs,
        long tlsHandshakeNs,
        long tunnelIdleNs,
        long drainDelayNs,
        long drainNs) {
    private static final long MILLISECOND_NS = 1_000_000L;
    private static final long SECOND_NS = 1000 * MILLISECOND_NS;
    private static final long DAY_NS = 86_400 * SECOND_NS;

    static TimeoutsConfig of(YamlMap map) {
        TimeoutsConfig timeouts = new TimeoutsConfig(
                durationNs(map, "client_head", 10 * SECOND_NS),
                durationNs(map, "body_idle", 30 * SECOND_NS),
                durationNs(map, "keep_alive", 75 * SECOND_NS),
                durationNs(map, "tls_handshake", 10 * SECOND_NS),
                durationNs(map, "tunnel_idle", 600 * SECOND_NS),
                map.durationNs("drain_delay", 0, 0, DAY_NS),
                map.durationNs("drain", 30 * SECOND_NS, 0, DAY_NS));
        map.end();
        return timeouts;
    }

    /** A time-out: from a millisecond to a day. Finer than the wheel's tick is legal and strikes at the next tick. */
    static long durationNs(YamlMap map, String key, long orElseNs) {
        return map.durationNs(key, orElseNs, MILLISECOND_NS, DAY_NS);
    }
}
