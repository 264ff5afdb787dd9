package openclaw.edge.ledger.generate;

/**
 * What is asked for: a route, the model where there is one, and what the catalog's cost rules charge for it. The weights are
 * per mille.
 */
enum Call {
    RATE("/v1/rate", "", 1, 780),
    BULK("/v1/bulk", "", 5, 110),
    HEALTH("/v1/health", "", 0, 20),
    CHAT_LARGE("/v1/chat/completions", "gpt-4", 10, 30),
    CHAT_SMALL("/v1/chat/completions", "rep-2-mini", 2, 60);

    private static final Call[] CALLS = values();
    private static final Weighted WEIGHTS = Weighted.of(weights());

    final String route;
    final String model;
    final long tokens;
    private final long weight;

    Call(final String route, final String model, final long tokens, final long weight) {
        this.route = route;
        this.model = model;
        this.tokens = tokens;
        this.weight = weight;
    }

    private static long[] weights() {
        final long[] weights = new long[CALLS.length];
        for (final Call call : CALLS) {
            weights[call.ordinal()] = call.weight;
        }
        return weights;
    }

    static Call draw(final Chance chance) {
        return CALLS[WEIGHTS.draw(chance.bits())];
    }

    boolean hasModel() {
        return !model.isEmpty();
    }
}
