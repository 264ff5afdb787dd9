package openclaw.edge.catalog;

import java.math.BigDecimal;

/**
 * Units of some requests weigh more, or less, than others when a cycle is rated: the first multiplier that matches counts,
 * else 1. What is charged at admission, and so what limits and the nodes' quota count, is not multiplied.
 *
 * @param route the route as nodes name it ({@code routes[].path}); null when it does not matter
 * @param model exact name of the model; null when it does not matter
 * @param factor from 0
 */
public record Multiplier(PathPattern route, String model, BigDecimal factor) {
    /** Most multipliers of one plan. */
    public static final int MAX_MULTIPLIERS = 1_000;

    /** Most decimals of a factor. */
    public static final int MAX_DECIMALS = 6;

    /** With the factor in its shortest form. */
    public Multiplier {
        factor = Price.shortest(factor);
    }

    /** Whether some request could be meant by both this and a cost rule. */
    boolean overlaps(CostRules.Rule rule) {
        boolean models = model == null || rule.model() == null || model.equals(rule.model());
        return models && (route == null || rule.path() == null || route.overlaps(rule.path()));
    }
}
