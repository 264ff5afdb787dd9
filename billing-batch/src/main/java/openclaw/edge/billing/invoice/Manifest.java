package openclaw.edge.billing.invoice;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.Sha256;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.rating.LineKind;
import openclaw.edge.rating.Money;
import openclaw.edge.rating.RatedLine;
import openclaw.edge.rating.Rating;

/** Builds the manifest of a run while its invoices are written. */
public final class Manifest {
    private final Map<String, BigDecimal> totals = new TreeMap<>();
    private final List<Map<String, Object>> inDoubt = new ArrayList<>();
    private final SortedMap<String, BigDecimal> unpriced = new TreeMap<>();
    private final UsageTotal usage = new UsageTotal();
    private int invoices;

    /** Counts an invoice. */
    public void add(Invoice invoice) {
        invoices++;
        usage.add(invoice.usage());
        totals.merge(invoice.currency(), invoice.total(), BigDecimal::add);
        addUnpriced(invoice);
        if (invoice.usage().inDoubtRequests() > 0) {
            inDoubt.add(Map.of(
                    "tenant", invoice.tenant().id(),
                    "requests", count(invoice.usage().inDoubtRequests()),
                    "tokens", count(invoice.usage().inDoubtTokens())));
        }
    }

    private void addUnpriced(Invoice invoice) {
        for (InvoiceLine line : invoice.lines()) {
            RatedLine rated = line.rated();
            if (rated.kind() == LineKind.TOKENS
                    && rated.plan().isEmpty()
                    && rated.step() == RatedLine.NO_STEP
                    && rated.unitPrice().signum() == 0) {
                unpriced.merge(invoice.tenant().id(), rated.quantity(), BigDecimal::add);
            }
        }
    }

    /** Tokens by tenant that were used under no plan and at no price: before a plan begins, after an end, or by mistake. */
    SortedMap<String, BigDecimal> unpriced() {
        return unpriced;
    }

    /** Sums of all invoices by currency. */
    public Map<String, BigDecimal> totals() {
        return totals;
    }

    /** What all invoices bill. */
    public UsageTotal usage() {
        return usage;
    }

    /** Number of invoices. */
    int invoices() {
        return invoices;
    }

    String json(
            String cycleId,
            Catalog catalog,
            BillingCells cells,
            UsageAggregator aggregate,
            ReadReport report,
            Missing missing,
            Map<String, String> outputs) {
        return CanonicalJson.write(fields(cycleId, catalog, cells, aggregate, report, missing, outputs)) + "\n";
    }

    /** Its fields by name, fit for {@link CanonicalJson}; the caller may change them. */
    public Map<String, Object> fields(
            String cycleId,
            Catalog catalog,
            BillingCells cells,
            UsageAggregator aggregate,
            ReadReport report,
            Missing missing,
            Map<String, String> outputs) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "draft");
        json.put("billing_cycle_id", cycleId);
        json.put("rating_version", Rating.VERSION);
        json.put("catalog", catalog(catalog));
        json.put("cycles", cycles(cells));
        List<Map<String, Object>> journals = ManifestJournals.json(report);
        json.put("journals", journals);
        json.put("cut_off", cutOff(journals, aggregate));
        json.put("usage", usageJson(aggregate));
        json.put("in_doubt", inDoubt);
        json.put(
                "unpriced",
                unpriced.entrySet().stream()
                        .map(entry -> Map.of("tenant", entry.getKey(), "tokens", Money.quantityText(entry.getValue())))
                        .toList());
        json.put("complete", missing.isEmpty());
        json.put("missing", missing.json());
        Map<String, String> sums = new TreeMap<>();
        totals.forEach((currency, total) -> sums.put(currency, total.toPlainString()));
        json.put("totals", sums);
        json.put("outputs", outputs);
        return json;
    }

    private Map<String, Object> usageJson(UsageAggregator aggregate) {
        return Map.of(
                "records_read", count(aggregate.read()),
                "records_in_cycle", count(aggregate.inCycle()),
                "requests", count(usage.requests()),
                "exempt_requests", count(usage.exemptRequests()),
                "in_doubt_requests", count(usage.inDoubtRequests()),
                "tokens", count(usage.tokens()));
    }

    private static Map<String, Object> catalog(Catalog catalog) {
        List<Map<String, Object>> files = catalog.sources().stream()
                .map(source -> Map.<String, Object>of(
                        "name", String.valueOf(Path.of(source.name()).getFileName()), "sha256", source.sha256()))
                .toList();
        return Map.of("sha256", catalog.sha256(), "files", files);
    }

    /** The cycle as instants, once for each calendar in use. */
    private static List<Map<String, Object>> cycles(BillingCells cells) {
        Set<BillingCalendar> seen = new LinkedHashSet<>();
        List<Map<String, Object>> cycles = new ArrayList<>();
        for (int tenant = 0; tenant < cells.tenants().size(); tenant++) {
            BillingCalendar calendar = cells.tenants().get(tenant).billing().calendar();
            if (seen.add(calendar)) {
                BillingCycle cycle = cells.cycle(tenant);
                cycles.add(Map.of(
                        "invoice_day", calendar.invoiceDay(),
                        "time_zone", calendar.zone().getId(),
                        "zone_rules", calendar.zoneRulesVersion(),
                        "from", InvoiceJson.instant(cycle.startNs()),
                        "to", InvoiceJson.instant(cycle.endNs())));
            }
        }
        return cycles;
    }

    private static Map<String, Object> cutOff(List<Map<String, Object>> journals, UsageAggregator aggregate) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("sha256", Sha256.hex(CanonicalJson.write(journals).getBytes(StandardCharsets.UTF_8)));
        long latest = aggregate.latestAdmissionNs();
        map.put("latest_admission", latest == Long.MIN_VALUE ? null : InvoiceJson.instant(latest));
        return map;
    }
}
