package openclaw.edge.proxy.config;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.catalog.PathPattern;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * What holds for requests whose path matches.
 *
 * @param pattern which paths match
 * @param responseHeadTimeoutNs how long the upstream may take to begin its answer
 * @param responseIdleTimeoutNs how long the upstream may pause within its answer
 * @param errors in which shape this node's own errors are answered
 * @param idempotent whether requests may be sent twice whatever their method
 * @param webSocket whether connections may become WebSocket tunnels
 */
public record RouteConfig(
        PathPattern pattern,
        long responseHeadTimeoutNs,
        long responseIdleTimeoutNs,
        ErrorShape errors,
        boolean idempotent,
        boolean webSocket) {
    /** The shape of this node's own errors. */
    public enum ErrorShape {
        /** {@code application/problem+json}. */
        PROBLEM,
        /** What the OpenAI SDKs understand. */
        OPENAI,
        /** What the Anthropic SDKs understand. */
        ANTHROPIC
    }

    private static final PathPattern EVERYTHING = PathPattern.of("/*");

    static List<RouteConfig> of(YamlMap root, UpstreamConfig upstream) {
        List<RouteConfig> routes = new ArrayList<>();
        for (YamlNode node : root.list("routes")) {
            routes.add(route(node.asMap(), upstream));
        }
        return List.copyOf(routes);
    }

    /** What holds where no route matches. */
    static RouteConfig everything(UpstreamConfig upstream) {
        return new RouteConfig(
                EVERYTHING,
                upstream.responseHeadTimeoutNs(),
                upstream.responseIdleTimeoutNs(),
                ErrorShape.PROBLEM,
                false,
                false);
    }

    private static RouteConfig route(YamlMap map, UpstreamConfig upstream) {
        PathPattern pattern = pattern(map);
        YamlMap timeouts = map.map("timeouts");
        long headNs = TimeoutsConfig.durationNs(timeouts, "response_head", upstream.responseHeadTimeoutNs());
        long idleNs = TimeoutsConfig.durationNs(timeouts, "response_idle", upstream.responseIdleTimeoutNs());
        timeouts.end();
        ErrorShape errors = switch (map.oneOf("errors", "problem", "openai", "anthropic")) {
            case "openai" -> ErrorShape.OPENAI;
            case "anthropic" -> ErrorShape.ANTHROPIC;
            default -> ErrorShape.PROBLEM;
        };
        boolean idempotent = map.bool("idempotent", false);
        boolean webSocket = webSocket(map);
        map.end();
        return new RouteConfig(pattern, headNs, idleNs, errors, idempotent, webSocket);
    }

    /** To what connections may be upgraded: WebSocket is all there is. */
    private static boolean webSocket(YamlMap map) {
        List<YamlNode> protocols = map.listOrOne("upgrade");
        protocols.forEach(protocol -> protocol.asOneOf("websocket"));
        return !protocols.isEmpty();
    }

    private static PathPattern pattern(YamlMap map) {
        String path = map.text("path");
        try {
            return path.startsWith("/")
                    ? PathPattern.of(path)
                    : refused(map, "a path like /v1/rate or /v1/chat/*", path);
        } catch (IllegalArgumentException e) {
            return refused(map, e.getMessage(), path);
        }
    }

    private static PathPattern refused(YamlMap map, String expected, String path) {
        if (!path.isEmpty()) {
            map.problem("path", expected, '"' + path + '"');
        }
        return EVERYTHING;
    }
}
