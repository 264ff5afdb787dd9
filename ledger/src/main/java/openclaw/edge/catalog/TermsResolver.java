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

    TermsResolver(Map<String, Plan> plans, BillingCalendar calendar) {
        this.plans = plans;
        this.calendar = calendar;
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
        // Before its first plan begins a tenant owes nothing, but is no less limited than after it.
        Plan limiting = name == null && assignments != null ? plan(assignments.first()) : plan;
        Resolution at = new Resolution(own, plan, atNs);
        return new Terms(
                name == null ? "" : name,
                new Price(
                        at.value(Plan.Money::fee, BigDecimal.ZERO),
                        at.value(Plan.Money::overageRate, BigDecimal.ZERO),
                        at.value(Plan.Money::per1000Requests, null)),
                new Quota(at.value(Plan.Money::quota, Quota.NONE), at.value(Plan.Money::overage, Overage.ALLOW)),
                at.value(Plan.Money::bill, BillMode.SUCCESS),
                own(own, limiting, Plan::limits, List.of()),
                own(own, limiting, Plan::costs, CostRules.NONE),
                own(own, limiting, Plan::maxAgents, Terms.DEFAULT_MAX_AGENTS));
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
