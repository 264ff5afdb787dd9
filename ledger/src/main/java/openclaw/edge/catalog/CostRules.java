package openclaw.edge.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a request costs in tokens: the first rule that matches, else 1. Rules look at the path, at the model named in the
 * body, or at both. Whatever could be read in two ways costs the dearer: neither an escape nor a second model makes a
 * call cheaper. Evaluation allocates nothing.
 */
public final class CostRules {
    /** The answer of {@link #tokens} when the model must be known first. */
    public static final long NEEDS_MODEL = -1;

    /** What a request costs where no rule matches. */
    public static final long DEFAULT_TOKENS = 1;

    /** Every request costs 1. */
    public static final CostRules NONE = new CostRules(List.of());

    /** Most tokens that a rule may ask. */
    public static final long MAX_TOKENS = 1_000_000_000_000L;

    /**
     * One rule.
     *
     * @param path which paths it is for; null for every path
     * @param model exact name of the model it is for; null when the model does not matter
     * @param tokens what the request costs, from 0
     */
    public record Rule(PathPattern path, String model, long tokens) {}

    private final List<Rule> rules;
    private final byte[][] models;
    private final long dearest;

    /** From rules in their order. */
    public CostRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        this.models = new byte[rules.size()][];
        long most = DEFAULT_TOKENS;
        for (int i = 0; i < models.length; i++) {
            String model = rules.get(i).model();
            models[i] = model == null ? null : model.getBytes(StandardCharsets.UTF_8);
            most = Math.max(most, rules.get(i).tokens());
        }
        this.dearest = most;
    }

    /** The rules in their order. */
    public List<Rule> rules() {
        return rules;
    }

    /** The most that any rule, or none, asks. */
    public long dearestTokens() {
        return dearest;
    }

    /** Whether every request costs exactly 1. */
    public boolean isAlwaysOne() {
        return rules.stream().allMatch(rule -> rule.tokens() == 1);
    }

    /**
     * The cost by the path alone.
     *
     * @param target the request target's bytes; its query takes no part
     * @param offset where the target begins
     * @param length of the target in bytes
     * @param hasBody whether the request has a body; without one it names no model, and model rules do not apply
     * @return tokens from 0, or {@link #NEEDS_MODEL}: then read the body's model and ask {@link #tokensForModel}
     */
    public long tokens(byte[] target, int offset, int length, boolean hasBody) {
        if (rules.isEmpty()) {
            return DEFAULT_TOKENS;
        }
        if (RequestPaths.isAmbiguous(target, offset, length)) {
            return dearest;
        }
        int pathLength = RequestPaths.lengthOfPath(target, offset, length);
        long asWritten = firstMatch(target, offset, pathLength, false, hasBody);
        if (asWritten == NEEDS_MODEL || !RequestPaths.hasReservedEscape(target, offset, pathLength)) {
            return asWritten;
        }
        long decoded = firstMatch(target, offset, pathLength, true, hasBody);
        return decoded == NEEDS_MODEL ? NEEDS_MODEL : Math.max(asWritten, decoded);
    }

    private long firstMatch(byte[] target, int offset, int pathLength, boolean decodeAll, boolean hasBody) {
        for (int i = 0; i < models.length; i++) {
            Rule rule = rules.get(i);
            boolean matches =
                    (models[i] == null || hasBody) && matchesPath(rule, target, offset, pathLength, decodeAll);
            if (matches) {
                return models[i] == null ? rule.tokens() : NEEDS_MODEL;
            }
        }
        return DEFAULT_TOKENS;
    }

    /**
     * The cost of a request with a body whose model is known: its first top-level {@code model}, unescaped. Where the body
     * names none, or more than one, or is not JSON, the cost is {@link #dearestTokens()}.
     *
     * @return tokens from 0
     */
    public long tokensForModel(byte[] target, int offset, int length, byte[] model, int modelOffset, int modelLength) {
        if (RequestPaths.isAmbiguous(target, offset, length)) {
            return dearest;
        }
        int pathLength = RequestPaths.lengthOfPath(target, offset, length);
        long most = 0;
        for (int reading = 0; reading < 2; reading++) {
            most = Math.max(
                    most, firstMatch(target, offset, pathLength, reading == 1, model, modelOffset, modelLength));
        }
        return most;
    }

    private long firstMatch(
            byte[] target,
            int offset,
            int pathLength,
            boolean decodeAll,
            byte[] model,
            int modelOffset,
            int modelLength) {
        for (int i = 0; i < models.length; i++) {
            Rule rule = rules.get(i);
            boolean isModel = models[i] == null
                    || Arrays.equals(models[i], 0, models[i].length, model, modelOffset, modelOffset + modelLength);
            if (isModel && matchesPath(rule, target, offset, pathLength, decodeAll)) {
                return rule.tokens();
            }
        }
        return DEFAULT_TOKENS;
    }

    private static boolean matchesPath(Rule rule, byte[] target, int offset, int pathLength, boolean decodeAll) {
        return rule.path() == null || rule.path().matches(target, offset, pathLength, decodeAll);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CostRules costs && costs.rules.equals(rules);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }
}
