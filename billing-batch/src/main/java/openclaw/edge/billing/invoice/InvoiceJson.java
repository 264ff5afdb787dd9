package openclaw.edge.billing.invoice;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.CanonicalParties;
import openclaw.edge.catalog.PathPattern;
import openclaw.edge.rating.AppliedCredit;
import openclaw.edge.rating.Money;

/** An invoice as canonical JSON, with a line feed at its end. */
public final class InvoiceJson {
    private InvoiceJson() {}

    static String write(Invoice invoice) {
        return CanonicalJson.write(fields(invoice)) + "\n";
    }

    /** Its fields by name, fit for {@link CanonicalJson}; the caller may add to them. */
    public static Map<String, Object> fields(Invoice invoice) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("invoice_number", invoice.number());
        json.put("tenant_id", invoice.tenant().id());
        json.put("billing_cycle_id", invoice.cycle().id());
        json.put("currency", invoice.currency());
        json.put(
                "period",
                Map.of(
                        "from", instant(invoice.cycle().startNs()),
                        "to", instant(invoice.cycle().endNs()),
                        "time_zone",
                                invoice.tenant().billing().calendar().zone().getId()));
        CanonicalParties.putSeller(json, invoice.tenant().billing().seller());
        CanonicalParties.putCustomer(json, invoice.tenant().customer());
        json.put("usage", usage(invoice));
        json.put(
                "lines",
                invoice.lines().stream().map(line -> line(line, invoice)).toList());
        TotalsJson.put(json, invoice.totals());
        return json;
    }

    private static Map<String, Object> usage(Invoice invoice) {
        UsageTotal usage = invoice.usage();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("requests", count(usage.requests()));
        json.put("tokens", count(usage.tokens()));
        json.put("exempt_requests", count(usage.exemptRequests()));
        json.put("in_doubt_requests", count(usage.inDoubtRequests()));
        if (!invoice.multiplied().isEmpty()) {
            json.put(
                    "multiplied",
                    invoice.multiplied().stream().map(InvoiceJson::multiplied).toList());
        }
        return json;
    }

    private static Map<String, Object> multiplied(MultipliedUsage usage) {
        Map<String, Object> json = new LinkedHashMap<>();
        PathPattern route = usage.multiplier().route();
        json.put("from", instant(usage.part().fromNs()));
        json.put("to", instant(usage.part().toNs()));
        json.put("route", route == null ? null : route.toString());
        json.put("model", usage.multiplier().model());
        json.put("multiplier", Money.quantityText(usage.multiplier().factor()));
        json.put("requests", count(usage.usage().requests()));
        json.put("tokens", count(usage.usage().tokens()));
        json.put("journal", usage.journal().stream().map(InvoiceJson::range).toList());
        return json;
    }

    private static Map<String, Object> line(InvoiceLine line, Invoice invoice) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", line.rated().kind().name().toLowerCase(Locale.ROOT));
        json.put("description", line.description());
        json.put("quantity", Money.quantityText(line.rated().quantity()));
        json.put("unit_price", Money.priceText(line.rated().unitPrice(), invoice.minorDigits()));
        json.put("amount", line.rated().amount().toPlainString());
        json.put("journal", line.journal().stream().map(InvoiceJson::range).toList());
        if (invoice.namesLineTaxes()) {
            json.put(
                    "taxes",
                    FinalInvoice.LineTax.of(line.rated().tax()).stream()
                            .map(FinalInvoice.LineTax::fields)
                            .toList());
        }
        return json;
    }

    /** The fields of journal entries behind a line. */
    public static Map<String, Object> range(JournalRange range) {
        return Map.of(
                "life", range.life().toString(),
                "lane", range.lane(),
                "from", count(range.from()),
                "to", count(range.to()),
                "count", count(range.count()),
                "digest", range.digest());
    }

    /** The fields of a credit. */
    public static Map<String, Object> credit(AppliedCredit credit) {
        return TotalsJson.credit(credit);
    }

    /** An instant as ISO 8601 in UTC. */
    public static String instant(long ns) {
        return BillingCalendar.instant(ns).toString();
    }
}
