package openclaw.edge.proxy.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.yaml.YamlNode;

/** Which field names and values a configuration may name. */
final class FieldNameRules {
    private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";
    private static final Set<String> FRAMING = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "via");

    private FieldNameRules() {}

    static boolean isToken(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || TOKEN_PUNCTUATION.indexOf(c) >= 0));
    }

    /** Whether the proxy itself decides about the field in every message. */
    static boolean isFraming(String name) {
        return FRAMING.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Whether requests lose such a field on entry, since others read it as a name that means something: {@code X_Agent_Id}. */
    private static boolean isLookalike(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        int found = FieldNames.lookup(bytes, 0, bytes.length);
        return found != FieldNames.NOT_A_TOKEN && (found & FieldNames.LOOKALIKE) != 0;
    }

    /** Whether the text can stand as a field's value: visible bytes, spaces and tabs inside only. */
    static boolean isValue(String value) {
        return value.equals(value.strip()) && value.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7F));
    }

    static List<String> names(List<YamlNode> nodes, List<String> orElse) {
        List<String> names = new ArrayList<>();
        for (YamlNode node : nodes) {
            names.add(name(node));
        }
        return nodes.isEmpty() ? orElse : List.copyOf(names);
    }

    static String name(YamlNode node) {
        String name = node.asNonEmptyText();
        if (!name.isEmpty() && (!isToken(name) || isFraming(name) || isLookalike(name))) {
            node.problem("a field name that the proxy does not set itself, like X-Consumer-Id");
        }
        return name;
    }

    /** Names or, with a star at the end, beginnings of names; in lower case. */
    static List<String> patterns(List<YamlNode> nodes, List<String> orElse) {
        List<String> patterns = new ArrayList<>();
        for (YamlNode node : nodes) {
            String pattern = node.asNonEmptyText();
            String name = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern;
            if (!pattern.isEmpty() && (!isToken(name) || name.indexOf('*') >= 0 || isFraming(name))) {
                node.problem("a field name, or the beginning of one with a * at its end, like x-openclaw-*");
            }
            patterns.add(pattern.toLowerCase(Locale.ROOT));
        }
        return nodes.isEmpty() ? orElse : List.copyOf(patterns);
    }
}
