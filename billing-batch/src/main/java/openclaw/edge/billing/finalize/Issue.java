package openclaw.edge.billing.finalize;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.aggregate.BeyondRange;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.InvoiceCsv;
import openclaw.edge.billing.invoice.InvoiceJson;
import openclaw.edge.billing.invoice.InvoiceLine;
import openclaw.edge.billing.store.Document;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.billing.store.NewFinalization.Issued;
import openclaw.edge.billing.store.NewFinalization.Numberable;
import openclaw.edge.catalog.CanonicalJson;
import openclaw.edge.catalog.CyclePart;

/** The first invoice of a tenant and cycle, which waits for its number. A function of its arguments. */
final class Issue implements Numberable {
    /** Series of invoices, and of corrections that cost something. */
    static final String INVOICES = "INV";

    private static final String KIND = "invoice";

    private final Invoice invoice;
    private final String issueDate;
    private final int revision;
    private final List<IssuedLine> lines;
    private final long totalMinor;
    private final long carriedMinor;

    private Issue(Invoice invoice, String issueDate, int revision, List<IssuedLine> lines) {
        this.invoice = invoice;
        this.issueDate = issueDate;
        this.revision = revision;
        this.lines = lines;
        this.totalMinor = minor(invoice.total(), invoice, "the total");
        this.carriedMinor = minor(invoice.totals().carriedForward(), invoice, "the credit carried forward");
    }

    /**
     * Of an invoice.
     *
     * @param parts of the tenant's cycle
     * @param revision of the finalization
     */
    static Issue of(Invoice invoice, List<CyclePart> parts, String issueDate, int revision) {
        return new Issue(invoice, issueDate, revision, lines(invoice, parts));
    }

    /** The lines as they are kept, whatever they consist of. */
    static List<IssuedLine> lines(Invoice invoice, List<CyclePart> parts) {
        List<?> fields = (List<?>) InvoiceJson.fields(invoice).get("lines");
        Map<String, Integer> seen = new HashMap<>();
        List<IssuedLine> lines = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            InvoiceLine line = invoice.lines().get(i);
            Map<?, ?> texts = (Map<?, ?>) fields.get(i);
            String description = (String) texts.get("description");
            String unitPrice = (String) texts.get("unit_price");
            String key = description + "|" + unitPrice;
            int occurrence = seen.merge(key, 1, Integer::sum);
            lines.add(new IssuedLine(
                    i + 1,
                    key + "|" + occurrence,
                    description,
                    (String) texts.get("quantity"),
                    unitPrice,
                    minor(line.rated().amount(), invoice, "line " + (i + 1) + " ('" + description + "')"),
                    null,
                    0,
                    parts.get(line.rated().fromPart()).fromNs(),
                    parts.get(line.rated().toPart() - 1).toNs(),
                    line.journal()));
        }
        return lines;
    }

    /**
     * An amount of an invoice in minor units.
     *
     * @param what line or sum it is of
     * @throws IllegalArgumentException that names tenant, cycle, value and what to do when a long cannot hold it
     */
    static long minor(BigDecimal amount, Invoice invoice, String what) {
        try {
            return amount.movePointRight(invoice.minorDigits()).longValueExact();
        } catch (ArithmeticException e) {
            throw BeyondRange.amount(
                    invoice.tenant().id(),
                    invoice.cycle().id(),
                    what,
                    amount,
                    invoice.currency(),
                    invoice.minorDigits());
        }
    }

    @Override
    public String tenantId() {
        return invoice.tenant().id();
    }

    @Override
    public String series() {
        return INVOICES;
    }

    @Override
    public Issued numbered(String number) {
        IssuedInvoice issued = new IssuedInvoice(
                number,
                revision,
                KIND,
                null,
                invoice.tenant().id(),
                invoice.currency(),
                invoice.minorDigits(),
                issueDate,
                invoice.usage().requests(),
                invoice.usage().exemptRequests(),
                invoice.usage().inDoubtRequests(),
                invoice.usage().tokens(),
                totalMinor,
                carriedMinor,
                lines);
        Map<String, Object> fields = new LinkedHashMap<>(InvoiceJson.fields(invoice));
        fields.put("invoice_number", number);
        fields.put("issue_date", issueDate);
        fields.put("kind", KIND);
        String name = Plan.folder(revision) + issued.tenantId();
        return new Issued(
                issued,
                List.of(
                        new Document(name + ".json", CanonicalJson.write(fields) + "\n"),
                        new Document(name + ".csv", InvoiceCsv.write(invoice, number))));
    }
}
