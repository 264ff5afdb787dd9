package openclaw.edge.yaml;

import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Variables in text values, with or without a default; a doubled dollar sign stands for itself. */
final class Variables {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private Variables() {}

    static boolean in(String text) {
        return text.contains("${");
    }

    /** Whether the text is one variable without a default, and nothing else. */
    static boolean isOne(String text) {
        return text.startsWith("${")
                && text.endsWith("}")
                && NAME.matcher(text.substring(2, text.length() - 1)).matches();
    }

    /**
     * The text with its variables replaced; as in shells, {@code :-} also replaces an empty value.
     *
     * @throws IllegalArgumentException whose message says what was expected
     */
    static String replace(String text, UnaryOperator<String> environment) {
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", from)) {
            if (at > from && text.charAt(at - 1) == '$') {
                out.append(text, from, at - 1).append("${");
                from = at + 2;
                continue;
            }
            int end = text.indexOf('}', at);
            if (end < 0) {
                throw new IllegalArgumentException("a closing } after ${");
            }
            out.append(text, from, at).append(value(text.substring(at + 2, end), environment));
            from = end + 1;
        }
        return out.append(text, from, text.length()).toString();
    }

    private static String value(String inner, UnaryOperator<String> environment) {
        int dash = inner.indexOf(":-");
        String name = dash < 0 ? inner : inner.substring(0, dash);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("${NAME} or ${NAME:-default}");
        }
        String value = environment.apply(name);
        if (dash >= 0) {
            return value == null || value.isEmpty() ? inner.substring(dash + 2) : value;
        }
        if (value == null) {
            throw new IllegalArgumentException(
                    "the environment variable " + name + " to be defined, or ${" + name + ":-default}");
        }
        return value;
    }
}
