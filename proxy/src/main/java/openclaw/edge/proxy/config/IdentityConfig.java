package openclaw.edge.proxy.config;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.identify.IdentityRules;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * How a request's tenant and agent are known.
 *
 * @param mode what is believed
 * @param defaultTenant the tenant of requests without a credential; null when such requests are refused
 * @param trustedSources who may send {@code X-Tenant-Id} under {@link Mode#TRUSTED_HEADER}
 * @param agentHeaders fields that name the agent, the first present one wins
 * @param defaultAgent the agent of requests that name none
 * @param agentFromModel what a body's model begins with that names an agent; empty: models name none
 */
public record IdentityConfig(
        Mode mode,
        String defaultTenant,
        AddressRanges trustedSources,
        List<String> agentHeaders,
        String defaultAgent,
        List<String> agentFromModel) {
    /** What is believed. */
    public enum Mode {
        /** An API key names its tenant. */
        API_KEY,
        /** {@code X-Tenant-Id}, from trusted sources only. */
        TRUSTED_HEADER
    }

    private static final String[] MODES = {"api-key", "trusted-header"};
    private static final AddressRanges LOOPBACK = AddressRanges.of("127.0.0.0/8", "::1/128");
    private static final List<String> AGENT_HEADERS = List.of("X-Agent-Id", "x-openclaw-agent-id");
    private static final String DEFAULT_AGENT = "default";
    private static final int MAX_PREFIX = 64;

    static IdentityConfig of(YamlMap root) {
        YamlNode node = root.find("identity");
        if (node == null || node.isScalar()) {
            return new IdentityConfig(
                    mode(node == null ? MODES[0] : node.asOneOf(MODES)),
                    null,
                    LOOPBACK,
                    AGENT_HEADERS,
                    DEFAULT_AGENT,
                    List.of());
        }
        YamlMap map = node.asMap();
        Mode mode = mode(map.oneOf("mode", MODES));
        String defaultTenant = map.has("default_tenant") ? map.text("default_tenant") : null;
        AddressRanges sources = AddressRanges.of(map.listOrOne("trusted_sources"), LOOPBACK);
        List<String> agentHeaders = FieldNameRules.names(map.listOrOne("agent_headers"), AGENT_HEADERS);
        String defaultAgent = defaultAgent(map.find("default_agent"));
        List<String> prefixes = prefixes(map.listOrOne("agent_from_model"));
        map.end();
        if (mode == Mode.API_KEY && map.has("trusted_sources")) {
            map.problem("trusted_sources", "it only with mode: trusted-header", "it with mode=api-key");
        }
        return new IdentityConfig(mode, defaultTenant, sources, agentHeaders, defaultAgent, prefixes);
    }

    private static String defaultAgent(YamlNode node) {
        if (node == null) {
            return DEFAULT_AGENT;
        }
        String name = node.asNonEmptyText();
        if (!name.isEmpty() && !isVisible(name, IdentityRules.MAX_ID_BYTES)) {
            node.problem("an agent's id: at most 128 visible ASCII characters");
            return DEFAULT_AGENT;
        }
        return name;
    }

    private static List<String> prefixes(List<YamlNode> nodes) {
        List<String> prefixes = new ArrayList<>();
        for (YamlNode node : nodes) {
            String prefix = node.asNonEmptyText();
            if (!prefix.isEmpty() && !isVisible(prefix, MAX_PREFIX)) {
                node.problem("what models begin with that name an agent, like openclaw/");
            } else {
                prefixes.add(prefix);
            }
        }
        return List.copyOf(prefixes);
    }

    private static boolean isVisible(String text, int maxLength) {
        return text.length() <= maxLength && text.chars().allMatch(c -> c >= 0x21 && c <= 0x7E);
    }

    private static Mode mode(String word) {
        return word.equals(MODES[0]) ? Mode.API_KEY : Mode.TRUSTED_HEADER;
    }
}
