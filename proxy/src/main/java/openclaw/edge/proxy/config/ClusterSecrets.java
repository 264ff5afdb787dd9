package openclaw.edge.proxy.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/**
 * The secret that a cluster's members share, and for the time of a rotation a second one: the first signs, both are accepted.
 * Never printed.
 *
 * @param texts none, one or two, the first first
 */
public record ClusterSecrets(List<String> texts) {
    /** No secret. */
    public static final ClusterSecrets NONE = new ClusterSecrets(List.of());

    private static final int MIN_BYTES = 16;
    private static final int MOST = 2;

    /** Copies the list. */
    public ClusterSecrets {
        texts = List.copyOf(texts);
    }

    static ClusterSecrets of(final YamlMap map) {
        final YamlNode node = map.find("secret");
        if (node == null) {
            return NONE;
        }
        final List<YamlNode> nodes = node.asSecret().asListOrOne();
        if (nodes.isEmpty() || nodes.size() > MOST) {
            node.problem("a secret, or a list of two while one follows the other", "a list of " + nodes.size());
            return NONE;
        }
        final List<String> texts = new ArrayList<>();
        for (final YamlNode each : nodes) {
            final String text = each.asText();
            if (text.isEmpty() && nodes.size() == 1) {
                // A variable that is empty where there is no cluster.
                return NONE;
            }
            if (text.getBytes(StandardCharsets.UTF_8).length < MIN_BYTES) {
                each.problem("a secret of at least " + MIN_BYTES + " bytes");
            } else if (texts.contains(text)) {
                each.problem("another secret than the one before", "the same again");
            }
            texts.add(text);
        }
        return new ClusterSecrets(texts);
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return texts.isEmpty();
    }

    /** The secrets' bytes, the first first. */
    public List<byte[]> bytes() {
        return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    /** How many, and nothing of them. */
    @Override
    public String toString() {
        return texts.size() + " (not shown)";
    }
}
