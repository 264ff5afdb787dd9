package openclaw.edge.yaml;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One value in a file. The {@code asX} methods give the value as the asked kind; where it is of another kind or out of
 * range they add a problem and give a harmless stand-in (the empty text, the range's minimum, an empty map), so that
 * reading goes on and finds the rest. Ranges include both ends. Not thread-safe.
 */
public final class YamlNode {
    private static final int SHOWN_CHARS = 60;
    private static final Set<Tag> PLAIN_TAGS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.TIMESTAMP, Tag.MERGE);

    private final YamlContext context;
    private final String key;
    private final Node node;
    private final boolean secret;

    YamlNode(YamlContext context, String key, Node node, boolean secret) {
        this.context = context;
        this.key = key;
        this.node = node;
        this.secret = secret;
    }

    /** The path of keys that leads here, for example {@code tenants[2].plan}. */
    public String key() {
        return key;
    }

    /** The file as the user named it. */
    public String file() {
        return context.file();
    }

    /** The line where the value begins, from 1. */
    public int line() {
        return node.getStartMark().getLine() + 1;
    }

    /** Whether this is a single value. */
    public boolean isScalar() {
        return node instanceof ScalarNode;
    }

    /** Whether this is a list. */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Whether this holds keys with values. */
    public boolean isMap() {
        return node instanceof MappingNode;
    }

    /** Whether nothing is written: an empty value, {@code null} or {@code ~}, unquoted. */
    public boolean isNull() {
        return Tag.NULL.equals(node.getTag());
    }

    /** The same value, never shown in any message. */
    public YamlNode asSecret() {
        return new YamlNode(context, key, node, true);
    }

    /** Adds a problem with this value. */
    public void problem(String expected) {
        problem(expected, shown());
    }

    /** Adds a problem with this value; {@code found} must not hold a secret. */
    public void problem(String expected, String found) {
        context.problem(line(), key, expected, found);
    }

    /** Text, exactly as written, with variables replaced; numbers and words like {@code off} are text too. */
    public String asText() {
        return scalar("text", "", Function.identity());
    }

    /** Text that is not empty. */
    public String asNonEmptyText() {
        String text = scalar("text", null, Function.identity());
        if (text != null && text.isEmpty()) {
            problem("text that is not empty");
        }
        return text == null ? "" : text;
    }

    /** One of some words; the first of them after a problem. */
    public String asOneOf(String... words) {
        List<String> known = Arrays.asList(words);
        String text = scalar("one of " + String.join(", ", known), words[0], Function.identity());
        if (known.contains(text)) {
            return text;
        }
        problem("one of " + String.join(", ", known), shown() + (secret ? "" : Suggestion.of(text, known)));
        return words[0];
    }

    /** A whole number, {@code 5_000_000} allowed. */
    public long asLong(long min, long max) {
        String expected = "a whole number from " + min + " to " + max;
        long value = scalar(expected, min, Scalars::whole);
        return inRange(value, min, max, expected);
    }

    /** A decimal number with at most {@code maxScale} digits after the point; exact, never a double. */
    public BigDecimal asDecimal(BigDecimal min, BigDecimal max, int maxScale) {
        String expected = "a decimal number from " + min.toPlainString() + " to " + max.toPlainString()
                + " with at most " + maxScale + " decimals";
        BigDecimal value = scalar(expected, min, Scalars::decimal);
        boolean fits = value.compareTo(min) >= 0
                && value.compareTo(max) <= 0
                && value.stripTrailingZeros().scale() <= maxScale;
        if (!fits) {
            problem(expected);
        }
        return fits ? value : min;
    }

    /** {@code true} or {@code false}; {@code yes} and {@code on} are errors. */
    public boolean asBoolean() {
        return scalar("true or false", false, Scalars::bool);
    }

    /** A duration in nanoseconds: {@code 20ms}, {@code 1s}, {@code 10m}, {@code 2h}, {@code 1d}. */
    public long asDurationNs(long minNs, long maxNs) {
        long value = scalar(Scalars.DURATION, minNs, Scalars::durationNs);
        return inRange(value, minNs, maxNs, Scalars.DURATION + ", from " + minNs + "ns to " + maxNs + "ns");
    }

    /** A size in bytes: {@code 16KiB}, {@code 10MiB}, {@code 1GiB}, or plain bytes. */
    public long asSizeBytes(long minBytes, long maxBytes) {
        long value = scalar(Scalars.SIZE, minBytes, Scalars::sizeBytes);
        return inRange(value, minBytes, maxBytes, Scalars.SIZE + ", from " + minBytes + "B to " + maxBytes + "B");
    }

    /** A path; relative ones are relative to the file that names them. */
    public Path asPath() {
        return context.directory().resolve(asPathAsWritten());
    }

    /** A path that may be relative; the empty one after a problem. */
    public Path asPathAsWritten() {
        String text = asNonEmptyText();
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            problem("a path without the character U+0000");
            return Path.of("");
        }
    }

    /** The elements of a list. */
    public List<YamlNode> asList() {
        if (!(node instanceof SequenceNode sequence)) {
            problem("a list");
            return List.of();
        }
        List<YamlNode> elements = new ArrayList<>(sequence.getValue().size());
        for (Node element : sequence.getValue()) {
            elements.add(new YamlNode(context, key + "[" + elements.size() + "]", element, secret));
        }
        return elements;
    }

    /** The elements of a list, or the one value that stands in its place. */
    public List<YamlNode> asListOrOne() {
        return isList() ? asList() : List.of(this);
    }

    /** Keys with values. Each call reports duplicate keys anew; ask once. */
    public YamlMap asMap() {
        if (!isMap()) {
            problem("keys with values");
        }
        return new YamlMap(context, key, node instanceof MappingNode mapping ? mapping : null, line());
    }

    private long inRange(long value, long min, long max, String expected) {
        if (value < min || value > max) {
            problem(expected);
            return min;
        }
        return value;
    }

    private <T> T scalar(String expected, T standIn, Function<String, T> parse) {
        if (!(node instanceof ScalarNode) || isNull() || hasForeignTag()) {
            problem(expected);
            return standIn;
        }
        String text = ((ScalarNode) node).getValue();
        if (Variables.in(text)) {
            try {
                text = Variables.replace(text, context.environment());
            } catch (IllegalArgumentException e) {
                problem(e.getMessage());
                return standIn;
            }
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            problem(expected);
            return standIn;
        }
    }

    /** Whether the value was given a type by hand ({@code !!binary}, {@code !thing}). */
    private boolean hasForeignTag() {
        return !PLAIN_TAGS.contains(node.getTag());
    }

    /** The value as it may appear in a message: as written, so that no variable's content is ever shown. */
    private String shown() {
        if (node instanceof SequenceNode) {
            return "a list";
        }
        if (node instanceof MappingNode) {
            return "keys with values";
        }
        if (isNull()) {
            return "nothing";
        }
        String text = ((ScalarNode) node).getValue();
        if (secret && Variables.in(text)) {
            // Its length is not that of the value; the variable's name helps whoever has to set it.
            return Variables.isOne(text) ? text + ", whose value is not shown" : "a value with a variable (not shown)";
        }
        if (secret) {
            return "a value of " + text.length() + " characters (not shown)";
        }
        String cut = text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "...";
        boolean plain = ((ScalarNode) node).getScalarStyle() == ScalarStyle.PLAIN;
        return plain && !cut.contains("\n") ? cut : "\"" + cut.replace("\n", "\\n") + "\"";
    }
}
