package openclaw.edge.billing.insight;

import java.io.IOException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.billing.store.ConsumptionSums;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.NameDictionary;

/**
 * The usage of a cycle and of those before it, by tenant: of finalized cycles from the store, of others from the journals.
 *
 * @param cells of the cycle, then of the cycles before it, the latest first
 * @param finalized ids of those of them that are finalized
 * @param sums by the number of the tenant
 * @param names spellings of ids in the sums; null when there are none
 * @param usage of the cycle by cells, up to the hour that is looked from; empty when it is finalized
 * @param latestNs last instant that journals tell of; {@link Long#MIN_VALUE} when none was read
 */
record UsageHistory(
        List<BillingCells> cells,
        Set<String> finalized,
        List<HourSums> sums,
        NameDictionary names,
        UsageAggregator usage,
        long latestNs) {
    /** Cycles that are looked at before the one that is asked for. */
    static final int CYCLES_BEFORE = 3;

    static final long HOUR_NS = 3_600_000_000_000L;

    /** Reads all. */
    static UsageHistory read(InsightRequest request) throws IOException {
        List<BillingCells> cells = cells(request);
        Set<String> finalized = new TreeSet<>();
        if (request.store() != null) {
            finalized.addAll(new FinalizedCycles(request.store()).cycles());
        }
        finalized.retainAll(cells.stream().map(UsageHistory::id).toList());
        if (!finalized.contains(request.cycle()) && request.journals().isEmpty()) {
            throw new IllegalArgumentException("cycle " + request.cycle() + " is not finalized in "
                    + (request.store() == null
                            ? "a store that was named"
                            : request.store().toString())
                    + ": name the journals of its nodes with --journal");
        }
        long firstHour = cells.get(cells.size() - 1).earliestNs() / HOUR_NS;
        List<HourSums> sums = new ArrayList<>();
        for (int tenant = 0; tenant < cells.get(0).tenants().size(); tenant++) {
            sums.add(new HourSums(firstHour));
        }
        UsageAggregator usage = new UsageAggregator(cells.get(0));
        NameDictionary names = null;
        long latestNs = Long.MIN_VALUE;
        if (!request.journals().isEmpty()) {
            JournalReader reader = new JournalReader(request.journals());
            List<HourVisitor> visitors = new ArrayList<>();
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                visitors.add(new HourVisitor(request, cells, finalized, firstHour));
            }
            reader.read(visitors);
            names = reader.names();
            for (HourVisitor visitor : visitors) {
                visitor.addTo(sums, names);
                usage.add(visitor.usage());
                latestNs = Math.max(latestNs, visitor.latestNs());
            }
        }
        fromStore(request, finalized, cells.get(0).tenants(), sums);
        return new UsageHistory(cells, finalized, sums, names, usage, latestNs);
    }

    /** The id of cells' cycle. */
    static String id(BillingCells cells) {
        return cells.cycle(0).id();
    }

    private static List<BillingCells> cells(InsightRequest request) {
        List<Tenant> tenants = List.copyOf(request.catalog().tenants());
        if (tenants.isEmpty()) {
            throw new IllegalArgumentException("the catalog has no tenants: there is nothing to report on");
        }
        List<BillingCells> cells = new ArrayList<>();
        YearMonth month = YearMonth.parse(request.cycle());
        for (int before = 0; before <= CYCLES_BEFORE && month.getYear() >= 1970; before++) {
            cells.add(new BillingCells(tenants, month.toString()));
            month = month.minusMonths(1);
        }
        return cells;
    }

    private static void fromStore(
            InsightRequest request, Set<String> finalized, List<Tenant> tenants, List<HourSums> sums)
            throws IOException {
        Map<String, HourSums> byId = new TreeMap<>();
        for (int i = 0; i < tenants.size(); i++) {
            byId.put(tenants.get(i).id(), sums.get(i));
        }
        Instant asOf = Instant.ofEpochSecond(request.asOfHour() * 3_600);
        for (String cycle : finalized) {
            ConsumptionSums stored = new ConsumptionSums(request.store(), request.agent(), request.model());
            for (ConsumptionSums.Sum sum : stored.hours(cycle, asOf)) {
                long hour = Instant.parse(sum.name()).getEpochSecond() / 3_600;
                if (byId.containsKey(sum.tenantId())) {
                    byId.get(sum.tenantId()).add(hour, sum.requests(), sum.tokens());
                }
            }
            if (cycle.equals(request.cycle())) {
                stored.agents(cycle, asOf).stream()
                        .filter(sum -> byId.containsKey(sum.tenantId()))
                        .forEach(sum -> byId.get(sum.tenantId()).addAgent(sum.name(), sum.requests(), sum.tokens()));
                stored.models(cycle, asOf).stream()
                        .filter(sum -> byId.containsKey(sum.tenantId()))
                        .forEach(sum -> byId.get(sum.tenantId()).addModel(sum.name(), sum.requests(), sum.tokens()));
            }
        }
    }
}
