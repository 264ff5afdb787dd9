package openclaw.edge.catalog;

import java.util.ArrayList;
import java.util.List;

/** What terms may not say at the same time. */
final class TermsCheck {
    private static final String[] NONE = {};

    private TermsCheck() {}

    /** What was expected and what was found; empty when terms agree with themselves. */
    static String[] contradiction(Terms terms) {
        if (terms.quota().overage() == Overage.DENY && !terms.quota().isSet()) {
            return of("a monthly_quota beside 'overage: deny'", "none");
        }
        List<String> prices = usagePrices(terms.price());
        if (prices.size() > 1) {
            return of("one of overage_rate, price_per_1000_requests, package and tiers", String.join(" and ", prices));
        }
        if (terms.price().unit() == Unit.REQUESTS
                && terms.quota().isSet()
                && !terms.costs().isAlwaysOne()) {
            return of(
                    "costs of 1 token beside a monthly_quota and a price of requests, since the quota then counts requests",
                    "other costs");
        }
        return multipliers(terms);
    }

    private static List<String> usagePrices(Price price) {
        List<String> found = new ArrayList<>();
        if (price.overageRate().signum() > 0) {
            found.add("overage_rate");
        }
        if (price.packages() != null) {
            found.add(price.packages().isPer1000Requests() ? "price_per_1000_requests" : "package");
        }
        if (price.tiers() != null) {
            found.add("tiers");
        }
        return found;
    }

    private static String[] multipliers(Terms terms) {
        List<Multiplier> multipliers = terms.price().multipliers();
        if (!multipliers.isEmpty() && terms.quota().overage() == Overage.DENY) {
            return of(
                    "'overage: allow' beside multipliers, since nodes count the quota before anything is multiplied",
                    "'overage: deny'");
        }
        for (Multiplier multiplier : multipliers) {
            for (CostRules.Rule rule : terms.costs().rules()) {
                if (rule.tokens() != CostRules.DEFAULT_TOKENS && multiplier.overlaps(rule)) {
                    return of(
                            "costs or a multiplier for a request, not both: costs act at admission, multipliers afterwards",
                            "a multiplier for " + text(multiplier.route(), multiplier.model()) + " and a cost for "
                                    + text(rule.path(), rule.model()));
                }
            }
        }
        return NONE;
    }

    private static String text(PathPattern path, String model) {
        if (path == null) {
            return "model " + model;
        }
        return model == null ? path.toString() : path + " with model " + model;
    }

    private static String[] of(String expected, String found) {
        return new String[] {expected, found};
    }
}
