package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** Makes a tenant's terms over time out of its plans and its own values: the tenant's own value beats its plan's. */
final class TermsResolver {
    private final Map<String, Plan> plans;
    private final BillingCalendar calendar;
    private final long beginsNs;
    private final long endsNs;

    TermsResolver(Map<String, Plan> plans, BillingCalendar calendar) {
        this(plans, calendar, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** Of a tenant that owes nothing before one instant and from another on. */
    TermsResolver(Map<String, Plan> plans, BillingCalendar calendar, long beginsNs, long endsNs) {
        this.plans = plans;
        this.calendar = calendar;
        this.beginsNs = beginsNs;
        this.endsNs = endsNs;
    }

    /**
     * The slices from always to ever.
     *
     * @param assignments names of plans over time; null when the tenant has none
     * @param own the tenant's own values
     */
    List<PlanSlice> slices(Dated<String> assignments, Plan own) {
        TreeSet<Long> boundaries = new TreeSet<>();
        boundaries.add(Long.MIN_VALUE);
        boundaries.add(beginsNs);
        if (endsNs != Long.MAX_VALUE) {
            boundaries.add(endsNs);
        }
        own.addBoundaries(boundaries, calendar);
        if (assignments != null) {
            assignments.addBoundaries(boundaries, calendar);
            assignments.entries().forEach(entry -> plan(entry.value()).addBoundaries(boundaries, calendar));
        }
        List<PlanSlice> slices = new ArrayList<>();
        for (long from : boundaries) {
            Long next = boundaries.higher(from);
            PlanSlice slice = new PlanSlice(from, next == null ? Long.MAX_VALUE : next, terms(assignments, own, from));
            PlanSlice last = slices.isEmpty() ? null : slices.get(slices.size() - 1);
            if (last != null && last.terms().equals(slice.terms())) {
                slices.set(slices.size() - 1, new PlanSlice(last.fromNs(), slice.toNs(), last.terms()));
            } else {
                slices.add(slice);
            }
        }
        return slices;
    }

    private Terms terms(Dated<String> assignments, Plan own, long atNs) {
        String name = assignments == null ? null : assignments.at(atNs, calendar);
        Plan plan = name == null ? Plan.EMPTY : plan(name);
        // Before it begins and after its end a tenant owes nothing, but is no less limited than between.
        Plan limiting = name == null && assignments != null ? plan(assignments.first()) : plan;
        Resolution at = new Resolution(own, plan, atNs);
        boolean owes = atNs >= beginsNs && atNs < endsNs;
        Price price = owes ? price(at) : Price.FREE;
        return new Terms(
                name == null || !owes ? "" : name,
                price,
                owes
                        ? new Quota(
                                at.value(Plan.Money::quota, Quota.NONE), at.value(Plan.Money::overage, Overage.ALLOW))
                        : Quota.UNLIMITED,
                at.value(Plan.Money::bill, BillMode.SUCCESS),
                own(own, limiting, Plan::limits, List.of()),
                costs(own(own, limiting, Plan::costs, CostRules.NONE), price.multipliers()),
                own(own, limiting, Plan::maxAgents, Terms.DEFAULT_MAX_AGENTS));
    }

    private static Price price(Resolution at) {
        return new Price(
                at.value(Plan.Money::fee, BigDecimal.ZERO),
                at.value(Plan.Money::overageRate, BigDecimal.ZERO),
                at.value(Plan.Money::packages, null),
                at.value(Plan.Money::tiers, null),
                at.value(Plan.Money::minimumCommitment, BigDecimal.ZERO),
                at.value(Plan.Money::multipliers, List.of()),
                at.value(Plan.Money::tax, Tax.NONE));
    }

    /** A record names the model only where a cost rule asks for it: one of 1 token for each model that a multiplier names. */
    private static CostRules costs(CostRules stated, List<Multiplier> multipliers) {
        List<CostRules.Rule> rules = new ArrayList<>(stated.rules());
        for (Multiplier multiplier : multipliers) {
            if (multiplier.model() != null) {
                rules.add(new CostRules.Rule(multiplier.route(), multiplier.model(), CostRules.DEFAULT_TOKENS));
            }
        }
        return rules.size() == stated.rules().size() ? stated : new CostRules(rules);
    }

    private Plan plan(String name) {
        return plans.getOrDefault(name, Plan.EMPTY);
    }

    private static <T> T own(Plan own, Plan plan, Function<Plan, T> field, T orElse) {
        if (field.apply(own) != null) {
            return field.apply(own);
        }
        return field.apply(plan) != null ? field.apply(plan) : orElse;
    }

    private final class Resolution {
        private final Plan own;
        private final Plan plan;
        private final long atNs;

        Resolution(Plan own, Plan plan, long atNs) {
            this.own = own;
            this.plan = plan;
            this.atNs = atNs;
        }

        <T> T value(Function<Plan.Money, Dated<T>> field, T orElse) {
            T ownValue = at(field.apply(own.money()));
            if (ownValue != null) {
                return ownValue;
            }
            T planValue = at(field.apply(plan.money()));
            return planValue != null ? planValue : orElse;
        }

        private <T> T at(Dated<T> dated) {
            return dated == null ? null : dated.at(atNs, calendar);
        }
    }
}
