package openclaw.edge.billing.stripe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.Finalization;
import openclaw.edge.billing.store.FinalizedCycles;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.billing.store.NewFinalization;
import openclaw.edge.billing.store.NewFinalization.Issued;
import openclaw.edge.billing.store.NewFinalization.Numberable;
import openclaw.edge.billing.store.NewFinalization.TenantRow;
import openclaw.edge.billing.store.Store;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.Catalog;

/** A store with a cycle that was finalized and corrected, of documents as finalization writes them. */
final class FinalizedStore {
    static final String CATALOG = """
            billing: {stripe: {collection: send_invoice, days_until_due: 14}}
            tenants:
              - {id: acme, billing: {stripe: {customer: cus_acme}}}
              - {id: bolt, billing: {stripe: {customer: cus_bolt, collection: charge_automatically, auto_advance: false}}}
              - {id: idle, billing: {stripe: {customer: cus_idle}}}
            """;
    static final String METERS = """
            billing: {stripe: {mode: meter_events, tokens_event: edge_tokens, requests_event: edge_requests}}
            tenants:
              - {id: acme, billing: {stripe: {customer: cus_acme}}}
              - {id: bolt, billing: {stripe: {customer: cus_bolt}}}
              - {id: idle, billing: {stripe: {customer: cus_idle}}}
            """;

    private FinalizedStore() {}

    /** INV 1 of acme, 2 of bolt, 3 of idle; then INV 4 corrects 1, and CN 1 gives back of 2. */
    static void fill(Store store, Catalog catalog) throws IOException {
        append(
                store,
                catalog,
                0,
                List.of(
                        document(
                                "acme", "INV", "invoice", null, 0, 3, 7, "7.40", "10.00", "4.71", "40.00", "-4.00",
                                "2.50"),
                        document("bolt", "INV", "invoice", null, 0, 0, 2, "0.00", "0.00", "0.00", "49.00"),
                        document("idle", "INV", "invoice", null, 0, 0, 0, "0.00", "0.00", "0.00")));
        append(
                store,
                catalog,
                1,
                List.of(
                        document("acme", "INV", "correction", "INV-2026-000001", 1, 1, 3, "0.57", null, null, "3.00"),
                        document(
                                "bolt",
                                "CN",
                                "credit_note",
                                "INV-2026-000002",
                                1,
                                1,
                                -1,
                                "0.00",
                                null,
                                null,
                                "-60.00",
                                "50.00")));
    }

    static void append(Store store, Catalog catalog, int revision, List<Numberable> documents) throws IOException {
        new FinalizedCycles(store)
                .append(new NewFinalization(
                        new Finalization(0, "2026-10", revision, "2026-11-02", "c", "d", 1),
                        List.of(),
                        List.of(),
                        documents.stream()
                                .map(document -> new TenantRow(document.tenantId(), "EUR", 2, "UTC"))
                                .toList(),
                        documents,
                        issued -> new Document((revision == 0 ? "" : "correction-1/") + "manifest.json", "{}"),
                        issued -> StripeOutbox.entries(
                                issued.invoice(),
                                "2026-10",
                                catalog.tenant(issued.invoice().tenantId())
                                        .billing()
                                        .stripe()),
                        List.of()));
    }

    /** Amounts of lines; with a tax, a credit of the cycle and one brought forward where they are given. */
    static Numberable document(
            String tenant,
            String series,
            String kind,
            String corrects,
            int revision,
            long requests,
            long tokens,
            String tax,
            String brought,
            String credit,
            String... lines) {
        return new Numberable() {
            @Override
            public String tenantId() {
                return tenant;
            }

            @Override
            public String series() {
                return series;
            }

            @Override
            public Issued numbered(String number) {
                return issued(number, this, kind, corrects, revision, requests, tokens, tax, brought, credit, lines);
            }
        };
    }

    private static long minor(String amount) {
        return Long.parseLong(amount.replace(".", ""));
    }

    private static String decimal(long minor) {
        return java.math.BigDecimal.valueOf(minor, 2).toPlainString();
    }

    private static Issued issued(
            String number,
            Numberable of,
            String kind,
            String corrects,
            int revision,
            long requests,
            long tokens,
            String tax,
            String brought,
            String credit,
            String... lines) {
        List<IssuedLine> rows = new ArrayList<>();
        List<Map<String, Object>> fields = new ArrayList<>();
        long net = 0;
        for (String line : lines) {
            int index = rows.size() + 1;
            String text = "Line " + index;
            rows.add(new IssuedLine(index, text + "|x|1", text, "2", "0.5", minor(line), null, 0, 0, 1, List.of()));
            fields.add(Map.of(
                    "description", text, "quantity", "2", "unit_price", "0.5", "amount", line, "journal", List.of()));
            net += minor(line);
        }
        long total = net + minor(tax);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("invoice_number", number);
        json.put("kind", kind);
        if (corrects != null) {
            json.put("corrects", corrects);
        }
        json.put("tenant_id", of.tenantId());
        json.put("billing_cycle_id", "2026-10");
        json.put("currency", "EUR");
        json.put("issue_date", "2026-11-02");
        json.put("period", Map.of("from", "2026-10-01T00:00:00Z", "to", "2026-11-01T00:00:00Z", "time_zone", "UTC"));
        json.put("usage", new TreeMap<>(Map.of("requests", requests, "tokens", tokens)));
        json.put("lines", fields);
        json.put("net", decimal(net));
        json.put("tax", tax);
        json.put("total", decimal(total));
        if (credit != null) {
            json.put(
                    "taxes",
                    minor(tax) == 0
                            ? List.of()
                            : List.of(Map.of("name", "VAT", "percent", "19", "base", decimal(net), "amount", tax)));
            json.put(
                    "credits",
                    minor(credit) == 0
                            ? List.of()
                            : List.of(Map.of("description", "Voucher", "amount", credit, "applied", credit)));
            json.put("credit_carried_forward", "0.00");
            json.put("amount_due", decimal(total - minor(brought) - minor(credit)));
        }
        IssuedInvoice invoice = new IssuedInvoice(
                number,
                revision,
                kind,
                corrects,
                of.tenantId(),
                "EUR",
                2,
                "2026-11-02",
                requests,
                0,
                0,
                tokens,
                total,
                0,
                rows);
        String folder = revision == 0 ? "" : "correction-1/";
        return new Issued(invoice, List.of(new Document(folder + of.tenantId() + ".json", CanonicalJson.write(json))));
    }
}
