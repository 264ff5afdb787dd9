package openclaw.edge.billing.finalize;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.billing.invoice.CycleUsage;
import openclaw.edge.billing.invoice.FinalFolder;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.Manifest;
import openclaw.edge.billing.invoice.Missing;
import openclaw.edge.billing.store.AcceptedMissing;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.Finalization;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.NewFinalization.AcceptedItem;
import openclaw.edge.billing.store.NewFinalization.Issued;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.ledger.retain.SealedArchive;

/**
 * The manifest of a finalization: that of a draft, and its documents and numbers, what was accepted as missing and by which
 * reason, and the archives of what was read. {@code missing} holds what is known and does not stand in the way: losses, damages, tenants that the catalog does
 * not have.
 */
final class FinalManifest {
    private static final List<String> TOLD = List.of("losses", "damages", "unknown_tenants", "conflicts");

    private final Map<String, Object> fields;

    FinalManifest(
            Catalog catalog,
            CycleUsage usage,
            List<Invoice> rated,
            List<AcceptedItem> accepted,
            List<SealedArchive> archives,
            String cycle) {
        BillingCells cells = usage.cells();
        UsageAggregator sums = usage.usage();
        Missing missing = new Missing(catalog, cells, sums, usage.report(), usage.names());
        Manifest manifest = new Manifest();
        rated.forEach(manifest::add);
        fields = new LinkedHashMap<>(manifest.fields(cycle, catalog, cells, sums, usage.report(), missing, Map.of()));
        fields.put("kind", "final");
        fields.put("complete", accepted.isEmpty());
        Map<String, Object> told = new LinkedHashMap<>();
        TOLD.forEach(kind -> told.put(kind, missing.json().get(kind)));
        fields.put("missing", told);
        fields.put(
                "accepted_missing",
                accepted.stream().map(FinalManifest::accepted).toList());
        fields.put("archives", archives.stream().map(FinalManifest::archive).toList());
    }

    private static Map<String, Object> archive(SealedArchive archive) {
        return Map.of(
                "tenant_id", archive.tenant(),
                "file", String.valueOf(archive.file().getFileName()),
                "records", count(archive.usageRecords()),
                "bytes", count(archive.lengthBytes()),
                "sha256", archive.sha256());
    }

    private static Map<String, Object> accepted(AcceptedItem item) {
        AcceptedMissing missing = item.missing();
        return Map.of(
                "kind", item.kind(),
                "subject", missing.subject(),
                "lane", missing.lane(),
                "sequences", missing.sequences(),
                "reason", missing.reason());
    }

    /** SHA-256 of what was read. */
    String cutOffSha256() {
        return (String) ((Map<?, ?>) fields.get("cut_off")).get("sha256");
    }

    /** With the documents that were numbered. */
    Document document(Finalization finalization, List<Issued> issued) {
        Map<String, Object> json = new LinkedHashMap<>(fields);
        json.put("revision", finalization.revision());
        json.put("issue_date", finalization.issueDate());
        List<Map<String, Object>> invoices = new ArrayList<>();
        Map<String, Object> outputs = new TreeMap<>();
        for (Issued one : issued) {
            IssuedInvoice invoice = one.invoice();
            invoices.add(Map.of(
                    "invoice_number", invoice.number(),
                    "kind", invoice.kind(),
                    "tenant_id", invoice.tenantId(),
                    "currency", invoice.currency(),
                    "total", Rendering.amount(invoice.totalMinor(), invoice.minorDigits())));
            one.documents().forEach(document -> outputs.put(document.name(), document.sha256()));
        }
        json.put("invoices", invoices);
        json.put("outputs", outputs);
        return new Document(
                Plan.folder(finalization.revision()) + FinalFolder.MANIFEST, CanonicalJson.write(json) + "\n");
    }
}
