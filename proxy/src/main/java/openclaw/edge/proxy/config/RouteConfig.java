package openclaw.edge.proxy.config;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * What holds for requests whose path matches.
 *
 * @param path the path, or the part before the star
 * @param isPrefix whether every path that begins so matches
 * @param responseHeadTimeoutNs how long the upstream may take to begin its answer
 * @param responseIdleTimeoutNs how long the upstream may pause within its answer
 * @param errors in which shape this node's own errors are answered
 * @param idempotent whether requests may be sent twice whatever their method
 */
public record RouteConfig(
        String path,
        boolean isPrefix,
        long responseHeadTimeoutNs,
        long responseIdleTimeoutNs,
        ErrorShape errors,
        boolean idempotent) {
    /** The shape of this node's own errors. */
    public enum ErrorShape {
        /** {@code application/problem+json}. */
        PROBLEM,
        /** What the OpenAI SDKs understand. */
        OPENAI,
        /** What the Anthropic SDKs understand. */
        ANTHROPIC
    }

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
                "/",
                true,
                upstream.responseHeadTimeoutNs(),
                upstream.responseIdleTimeoutNs(),
                ErrorShape.PROBLEM,
                false);
    }

    private static RouteConfig route(YamlMap map, UpstreamConfig upstream) {
        String path = map.text("path");
        boolean isPrefix = path.endsWith("*");
        String fixed = isPrefix ? path.substring(0, path.length() - 1) : path;
        boolean good =
                fixed.startsWith("/") && fixed.chars().allMatch(c -> c > 0x20 && c < 0x7F && "*?#\\".indexOf(c) < 0);
        if (!path.isEmpty() && !good) {
            map.problem("path", "a path like /v1/rate, or a beginning like /v1/chat/*", '"' + path + '"');
        }
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
        for (YamlNode protocol : map.listOrOne("upgrade")) {
            NotYet.refuse(protocol, "an upgrade of the connection", "remove it");
        }
        map.end();
        return new RouteConfig(fixed, isPrefix, headNs, idleNs, errors, idempotent);
    }
}
