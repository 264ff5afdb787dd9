package openclaw.edge.billing.insight;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.insight.Insight.Amount;
import openclaw.edge.billing.insight.Insight.Before;
import openclaw.edge.billing.insight.Insight.Share;
import openclaw.edge.billing.insight.statistics.Anomalies;
import openclaw.edge.billing.insight.statistics.SeasonalForecast;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.Tenant;

/** Makes insights of usage: a function of catalog, journals, store and the request. */
public final class InsightRun {
    private static final long HOUR_NS = UsageHistory.HOUR_NS;

    private final InsightRequest request;
    private final UsageHistory history;
    private final Map<String, List<IssuedInvoice>> issued;

    private InsightRun(InsightRequest request, UsageHistory history, Map<String, List<IssuedInvoice>> issued) {
        this.request = request;
        this.history = history;
        this.issued = issued;
    }

    /**
     * Looks.
     *
     * @throws IOException when journals or store cannot be read
     * @throws IllegalArgumentException when the cycle is neither finalized nor were journals named
     */
    public static InsightReport of(InsightRequest request) throws IOException {
        UsageHistory history = UsageHistory.read(request);
        Map<String, List<IssuedInvoice>> issued = history.finalized().contains(request.cycle())
                ? new FinalizedCycles(request.store()).history(request.cycle()).invoices()
                : Map.of();
        InsightRun run = new InsightRun(request, history, issued);
        List<Insight> tenants = new ArrayList<>();
        for (int tenant = 0; tenant < history.sums().size(); tenant++) {
            tenants.add(run.tenant(tenant));
        }
        return new InsightReport(
                request.cycle(), request.agent(), request.model(), run.total(tenants), tenants, history.latestNs());
    }

    private Insight tenant(int number) {
        BillingCells now = history.cells().get(0);
        Tenant tenant = now.tenants().get(number);
        List<BillingCycle> cycles =
                history.cells().stream().map(cells -> cells.cycle(number)).toList();
        Insight without = insight(tenant.id(), cycles, history.sums().get(number));
        if (!request.isWhole()) {
            return without;
        }
        HourSums sums = history.sums().get(number);
        long[] requests = sums.requestsByHour(start(sums, without), without.asOfHour());
        SeasonalForecast restRequests = without.isRunning()
                ? SeasonalForecast.of(start(sums, without), requests, (int) (without.toHour() - without.asOfHour()))
                : null;
        Amount amount = history.finalized().contains(request.cycle())
                ? invoiced(tenant)
                : new AmountForecast(now, history.usage().lanes(), number).amount(without, restRequests);
        return with(without, List.of(amount));
    }

    private static Insight with(Insight insight, List<Amount> amounts) {
        return new Insight(
                insight.tenantId(),
                insight.cycle(),
                insight.fromHour(),
                insight.toHour(),
                insight.asOfHour(),
                insight.requests(),
                insight.tokens(),
                insight.before(),
                insight.agents(),
                insight.models(),
                insight.anomalies(),
                insight.rest(),
                amounts);
    }

    /** The sum of the tenant's documents. */
    private Amount invoiced(Tenant tenant) {
        BigDecimal sum = BigDecimal.ZERO.setScale(tenant.billing().minorDigits());
        for (IssuedInvoice invoice : issued.getOrDefault(tenant.id(), List.of())) {
            sum = sum.add(BigDecimal.valueOf(invoice.totalMinor(), invoice.minorDigits()));
        }
        return new Amount(tenant.billing().currency(), sum, null, null, null);
    }

    /** All together, from the first beginning of a tenant's cycle to the last end of one. */
    private Insight total(List<Insight> tenants) {
        HourSums all =
                new HourSums(history.cells().get(history.cells().size() - 1).earliestNs() / HOUR_NS);
        history.sums().forEach(all::addAll);
        List<BillingCycle> cycles = history.cells().stream()
                .map(cells -> new BillingCycle(UsageHistory.id(cells), cells.earliestNs(), cells.latestNs()))
                .toList();
        Map<String, Amount> amounts = new TreeMap<>();
        tenants.forEach(
                tenant -> tenant.amounts().forEach(amount -> amounts.merge(amount.currency(), amount, Amount::plus)));
        return with(insight(null, cycles, all), List.copyOf(amounts.values()));
    }

    private Insight insight(String tenantId, List<BillingCycle> cycles, HourSums sums) {
        BillingCycle cycle = cycles.get(0);
        long from = cycle.startNs() / HOUR_NS;
        long to = (cycle.endNs() + HOUR_NS - 1) / HOUR_NS;
        long asOf = Math.max(from, Math.min(to, request.asOfHour()));
        List<Before> before = new ArrayList<>();
        for (BillingCycle earlier : cycles.subList(1, cycles.size())) {
            long begin = earlier.startNs() / HOUR_NS;
            long end = earlier.endNs() / HOUR_NS;
            long[] tokens = sums.tokensByHour(begin, end);
            if (sums.firstUsed() < end) {
                // A cycle that is over is compared whole, however long the others are.
                long then = asOf == to ? end : Math.min(end, begin + asOf - from);
                before.add(new Before(earlier.id(), sums.tokens(begin, then), Insight.sum(tokens), tokens));
            }
        }
        long start = Math.min(sums.firstUsed(), asOf);
        long[] known = sums.tokensByHour(start, asOf);
        return new Insight(
                tenantId,
                cycle.id(),
                from,
                to,
                asOf,
                sums.requestsByHour(from, asOf),
                sums.tokensByHour(from, asOf),
                before,
                shares(sums.agents()),
                shares(sums.models()),
                Anomalies.of(start, known, (int) Math.max(0, from - start)),
                asOf < to ? SeasonalForecast.of(start, known, (int) (to - asOf)) : null,
                List.of());
    }

    private static long start(HourSums sums, Insight insight) {
        return Math.min(sums.firstUsed(), insight.asOfHour());
    }

    private static List<Share> shares(Map<Object, long[]> sums) {
        Map<String, Share> shares = new LinkedHashMap<>();
        sums.forEach((name, sum) -> shares.put((String) name, new Share((String) name, sum[0], sum[1])));
        return shares.values().stream()
                .sorted(Comparator.comparingLong(Share::tokens).reversed().thenComparing(Share::name))
                .toList();
    }
}
