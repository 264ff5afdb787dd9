package openclaw.edge.yaml;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Keys with values. Readers ask for each key they know and then call {@link #end()}, which makes an error of every key
 * that nobody asked for. A getter with a default gives it when the key is absent or its value empty; one without adds
 * a problem. Ranges include both ends; stand-ins after a problem are those of {@link YamlNode}. Not thread-safe.
 */
public final class YamlMap {
    /** Values under such keys are never shown, even where a reader forgets to ask for a secret. */
    private static final Pattern SECRET_KEY =
            Pattern.compile("token$|secret|passw|authorization|api[-_]?key|cookie", Pattern.CASE_INSENSITIVE);

    private final YamlContext context;
    private final String path;
    private final int line;
    private final boolean present;
    private final Map<String, YamlNode> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    YamlMap(YamlContext context, String path, MappingNode mapping, int line) {
        this.context = context;
        this.path = path;
        this.line = line;
        this.present = mapping != null;
        if (mapping != null) {
            mapping.getValue().forEach(this::put);
        }
    }

    private void put(NodeTuple tuple) {
        int keyLine = tuple.getKeyNode().getStartMark().getLine() + 1;
        if (!(tuple.getKeyNode() instanceof ScalarNode keyNode)) {
            context.problem(keyLine, path, "a plain key", "a list or map as a key");
            return;
        }
        String key = keyNode.getValue();
        Integer first = lines.putIfAbsent(key, keyLine);
        if (first != null) {
            context.problem(keyLine, pathOf(key), "each key once", "it again, first on line " + first);
            return;
        }
        values.put(
                key,
                new YamlNode(
                        context,
                        pathOf(key),
                        tuple.getValueNode(),
                        SECRET_KEY.matcher(key).find()));
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The path of keys that leads here; empty at the top level. */
    public String path() {
        return path;
    }

    /** The line where this begins, from 1. */
    public int line() {
        return line;
    }

    /** Adds a problem at a key of this map, present or not. */
    public void problem(String key, String expected, String found) {
        context.problem(lines.getOrDefault(key, line), pathOf(key), expected, found);
    }

    /**
     * Whether nothing was found wrong so far at any of some keys, nor below them. A rule about several values asks first: of
     * stand-ins it would tell a second thing that is wrong, and nobody wrote it.
     */
    public boolean isSound(String... keys) {
        return Stream.of(keys).allMatch(key -> context.problems().isSound(context.file(), pathOf(key)));
    }

    /** Whether the key is there with a value; asking makes it known. */
    public boolean has(String key) {
        return find(key) != null;
    }

    /** The key's value, or null when it is absent or empty; asking makes it known. */
    public YamlNode find(String key) {
        asked.add(key);
        YamlNode node = values.get(key);
        return node == null || node.isNull() ? null : node;
    }

    /** The line of a key, from 1; of this map when the key is absent. */
    public int lineOf(String key) {
        return lines.getOrDefault(key, line);
    }

    /** All values by key, in the file's order, for maps whose keys are names; all become known. */
    public Map<String, YamlNode> entries() {
        asked.addAll(values.keySet());
        return Collections.unmodifiableMap(values);
    }

    /** Makes keys known without reading them. */
    public void known(String... keys) {
        asked.addAll(List.of(keys));
    }

    /** Required text that is not empty. */
    public String text(String key) {
        YamlNode node = require(key, "text");
        return node == null ? "" : node.asNonEmptyText();
    }

    /** Text. */
    public String text(String key, String orElse) {
        YamlNode node = find(key);
        return node == null ? orElse : node.asText();
    }

    /** Text that no message ever shows. */
    public String secret(String key, String orElse) {
        YamlNode node = find(key);
        return node == null ? orElse : node.asSecret().asText();
    }

    /** One of some words; the first of them when the key is absent. */
    public String oneOf(String key, String... words) {
        YamlNode node = find(key);
        return node == null ? words[0] : node.asOneOf(words);
    }

    /** A required whole number. */
    public long number(String key, long min, long max) {
        YamlNode node = require(key, "a whole number from " + min + " to " + max);
        return node == null ? min : node.asLong(min, max);
    }

    /** A whole number. */
    public long number(String key, long orElse, long min, long max) {
        YamlNode node = find(key);
        return node == null ? orElse : node.asLong(min, max);
    }

    /** A whole number that fits an int. */
    public int intNumber(String key, int orElse, int min, int max) {
        return Math.toIntExact(number(key, orElse, min, max));
    }

    /** A decimal number with at most {@code maxScale} digits after the point. */
    public BigDecimal decimal(String key, BigDecimal orElse, BigDecimal min, BigDecimal max, int maxScale) {
        YamlNode node = find(key);
        return node == null ? orElse : node.asDecimal(min, max, maxScale);
    }

    /** {@code true} or {@code false}. */
    public boolean bool(String key, boolean orElse) {
        YamlNode node = find(key);
        return node == null ? orElse : node.asBoolean();
    }

    /** A duration in nanoseconds. */
    public long durationNs(String key, long orElseNs, long minNs, long maxNs) {
        YamlNode node = find(key);
        return node == null ? orElseNs : node.asDurationNs(minNs, maxNs);
    }

    /** A size in bytes. */
    public long sizeBytes(String key, long orElseBytes, long minBytes, long maxBytes) {
        YamlNode node = find(key);
        return node == null ? orElseBytes : node.asSizeBytes(minBytes, maxBytes);
    }

    /** A list; empty when the key is absent. */
    public List<YamlNode> list(String key) {
        YamlNode node = find(key);
        return node == null ? List.of() : node.asList();
    }

    /** A list, or the one value in its place; empty when the key is absent. */
    public List<YamlNode> listOrOne(String key) {
        YamlNode node = find(key);
        return node == null ? List.of() : node.asListOrOne();
    }

    /** A list of texts, or the one text in its place; empty when the key is absent. */
    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (YamlNode node : listOrOne(key)) {
            texts.add(node.asNonEmptyText());
        }
        return texts;
    }

    /** Keys with values under a key; an empty map when the key is absent. Ask once per key. */
    public YamlMap map(String key) {
        YamlNode node = find(key);
        return node == null ? new YamlMap(context, pathOf(key), null, lineOf(key)) : node.asMap();
    }

    /** Whether this stands in the file; false for the stand-in of an absent or unusable map. */
    public boolean isPresent() {
        return present;
    }

    /** Makes an error of every key that nobody asked for. */
    public void end() {
        for (Map.Entry<String, Integer> entry : lines.entrySet()) {
            if (!asked.contains(entry.getKey())) {
                String found = "the unknown key '" + entry.getKey() + "'" + Suggestion.of(entry.getKey(), asked);
                String expected = "one of " + String.join(", ", asked);
                context.problem(entry.getValue(), pathOf(entry.getKey()), expected, found);
            }
        }
    }

    private YamlNode require(String key, String expected) {
        YamlNode node = find(key);
        if (node == null && present) {
            problem(key, expected, "nothing");
        }
        return node;
    }
}
