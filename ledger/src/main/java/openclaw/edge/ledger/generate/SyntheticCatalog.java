package openclaw.edge.ledger.generate;

import java.util.List;

/** The catalog that bills a synthetic journal. */
public final class SyntheticCatalog {
    private static final String HEAD = """
            # Made by ./edge journal generate, for the journals beside it.
            plans:
            """;
    private static final String TERMS = """
                limits:
                  - {name: tenant, per: tenant, capacity: 20000, refill_rate: 10000, interval_seconds: 1}
                  - {name: agent, per: agent, capacity: 10000, refill_rate: 5000, interval_seconds: 1}
                costs:
            """;

    private SyntheticCatalog() {}

    /**
     * The catalog file.
     *
     * @param config what is made
     * @return YAML
     */
    public static String yaml(final GenerateConfig config) {
        final StringBuilder text = new StringBuilder(HEAD);
        plan(text, "starter", "subscription_fee: 9.00", "monthly_quota: 100_000", "overage_rate: 0.0001");
        plan(text, "pro", "subscription_fee: 49.00", "monthly_quota: 5_000_000", "overage_rate: 0.00002");
        plan(text, "metered", "overage_rate: 0.00005");
        final List<String> plans = List.of(
                "pro",
                "starter",
                "metered",
                "[{plan: starter}, {plan: pro, from: " + config.cycle().id() + "-15}]");
        text.append("tenants:\n");
        for (int tenant = 0; tenant < config.tenants(); tenant++) {
            text.append("  - {id: ")
                    .append(GenerateConfig.tenantId(tenant))
                    .append(", plan: ")
                    .append(plans.get(tenant % plans.size()))
                    .append("}\n");
        }
        text.append("edges: [");
        for (int node = 0; node < GenerateConfig.NODES; node++) {
            text.append(node == 0 ? "" : ", ").append(GenerateConfig.nodeName(node));
        }
        return text.append("]\nbilling: {currency: USD, invoice_day: 1, time_zone: UTC}\n")
                .toString();
    }

    /** A plan: its own money, then what all plans share. */
    private static void plan(final StringBuilder text, final String name, final String... money) {
        text.append("  ").append(name).append(":\n");
        for (final String entry : money) {
            text.append("    ").append(entry).append('\n');
        }
        text.append(TERMS);
        for (final Call call : Call.values()) {
            text.append("      - {path: ").append(call.route);
            if (call.hasModel()) {
                text.append(", model: ").append(call.model);
            }
            text.append(", tokens: ").append(call.tokens).append("}\n");
        }
    }
}
