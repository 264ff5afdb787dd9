package openclaw.edge.billing.finalize;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.InvoiceJson;
import openclaw.edge.billing.invoice.InvoiceMaker;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.billing.store.NewFinalization.Issued;
import openclaw.edge.billing.store.NewFinalization.Numberable;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.rating.Money;

/**
 * What a tenant's cycle costs now, less what was finalized of it: a correction, or a credit note when that is negative. Each
 * line names the line that it corrects. A function of its arguments; what was finalized is not changed.
 */
final class Correction implements Numberable {
    /** Series of corrections that give something back. */
    static final String CREDIT_NOTES = "CN";

    private final Invoice invoice;
    private final List<IssuedInvoice> earlier;
    private final String issueDate;
    private final int revision;
    private final List<IssuedLine> lines = new ArrayList<>();
    private final long totalMinor;

    /** What the documents so far say of one line, added up. */
    private static final class Finalized {
        final IssuedLine first;
        final String number;
        BigDecimal quantity = BigDecimal.ZERO;
        long amountMinor;

        Finalized(IssuedLine first, String number) {
            this.first = first;
            this.number = number;
        }
    }

    private Correction(Invoice invoice, List<IssuedInvoice> earlier, String issueDate, int revision, Lines made) {
        this.invoice = invoice;
        this.earlier = earlier;
        this.issueDate = issueDate;
        this.revision = revision;
        Map<String, Finalized> finalized = finalized(earlier);
        for (IssuedLine line : made.now) {
            add(line, finalized.remove(line.key()), made.late(line.line() - 1));
        }
        // What is no longer on the invoice at all.
        for (Finalized gone : finalized.values()) {
            add(null, gone, List.of());
        }
        // Not the sum of the lines: the taxes on them change with them.
        long total = Issue.minor(invoice.total().toPlainString(), invoice.minorDigits());
        for (IssuedInvoice document : earlier) {
            total = Math.subtractExact(total, document.totalMinor());
        }
        this.totalMinor = total;
    }

    /** The lines as they are now, with the late entries behind each. */
    private record Lines(List<IssuedLine> now, Invoice invoice, InvoiceMaker lateMaker, int tenantNumber) {
        List<JournalRange> late(int index) {
            return lateMaker.journal(invoice.lines().get(index).rated(), tenantNumber);
        }
    }

    /**
     * Compares.
     *
     * @param invoice as it would be now
     * @param parts of the tenant's cycle
     * @param tenantNumber of the tenant
     * @param lateMaker knows the entries that are late
     * @param earlier the tenant's documents of the cycle, in the order of their issue
     * @return null when nothing has changed
     */
    static Correction of(
            Invoice invoice,
            List<CyclePart> parts,
            int tenantNumber,
            InvoiceMaker lateMaker,
            List<IssuedInvoice> earlier,
            String issueDate,
            int revision) {
        Lines lines = new Lines(Issue.lines(invoice, parts), invoice, lateMaker, tenantNumber);
        Correction correction = new Correction(invoice, earlier, issueDate, revision, lines);
        return correction.isNothing() ? null : correction;
    }

    private boolean isNothing() {
        return lines.isEmpty() && totalMinor == 0 && requests() == 0 && tokens() == 0;
    }

    private static Map<String, Finalized> finalized(List<IssuedInvoice> earlier) {
        Map<String, Finalized> byKey = new LinkedHashMap<>();
        for (IssuedInvoice document : earlier) {
            for (IssuedLine line : document.lines()) {
                Finalized sum = byKey.computeIfAbsent(line.key(), absent -> new Finalized(line, document.number()));
                sum.quantity = sum.quantity.add(new BigDecimal(line.quantity()));
                sum.amountMinor = Math.addExact(sum.amountMinor, line.amountMinor());
            }
        }
        return byKey;
    }

    private void add(IssuedLine now, Finalized before, List<JournalRange> journal) {
        BigDecimal quantity = now == null ? BigDecimal.ZERO : new BigDecimal(now.quantity());
        long amountMinor = now == null ? 0 : now.amountMinor();
        if (before != null) {
            quantity = quantity.subtract(before.quantity);
            amountMinor = Math.subtractExact(amountMinor, before.amountMinor);
        }
        if (quantity.signum() == 0 && amountMinor == 0) {
            return;
        }
        IssuedLine like = now == null ? before.first : now;
        String plain = like.key().substring(0, like.key().indexOf('|'));
        String description = before == null
                ? "Addition to " + earlier.get(0).number() + ": " + plain
                : "Correction of " + before.number + ", line " + before.first.line() + ": " + plain;
        lines.add(new IssuedLine(
                lines.size() + 1,
                like.key(),
                description,
                Money.quantityText(quantity),
                like.unitPrice(),
                amountMinor,
                before == null ? null : before.number,
                before == null ? 0 : before.first.line(),
                like.fromNs(),
                like.toNs(),
                journal));
    }

    private long requests() {
        long before = earlier.stream().mapToLong(IssuedInvoice::requests).sum();
        return Math.subtractExact(invoice.usage().requests(), before);
    }

    private long tokens() {
        long before = earlier.stream().mapToLong(IssuedInvoice::tokens).sum();
        return Math.subtractExact(invoice.usage().tokens(), before);
    }

    private long exemptRequests() {
        return invoice.usage().exemptRequests()
                - earlier.stream().mapToLong(IssuedInvoice::exemptRequests).sum();
    }

    private long inDoubtRequests() {
        return invoice.usage().inDoubtRequests()
                - earlier.stream().mapToLong(IssuedInvoice::inDoubtRequests).sum();
    }

    private boolean isCredit() {
        return totalMinor < 0;
    }

    @Override
    public String tenantId() {
        return invoice.tenant().id();
    }

    @Override
    public String series() {
        return isCredit() ? CREDIT_NOTES : Issue.INVOICES;
    }

    @Override
    public Issued numbered(String number) {
        IssuedInvoice issued = new IssuedInvoice(
                number,
                revision,
                isCredit() ? "credit_note" : "correction",
                earlier.get(0).number(),
                invoice.tenant().id(),
                invoice.currency(),
                invoice.minorDigits(),
                issueDate,
                requests(),
                exemptRequests(),
                inDoubtRequests(),
                tokens(),
                totalMinor,
                0,
                lines);
        return new Issued(
                issued, Rendering.documents(issued, invoice.cycle().id(), fields(issued), Plan.folder(revision)));
    }

    private Map<String, Object> fields(IssuedInvoice issued) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("invoice_number", issued.number());
        fields.put("kind", issued.kind());
        fields.put("corrects", issued.corrects());
        fields.put("tenant_id", issued.tenantId());
        fields.put("billing_cycle_id", invoice.cycle().id());
        fields.put("currency", issued.currency());
        fields.put("issue_date", issueDate);
        fields.put("period", InvoiceJson.fields(invoice).get("period"));
        fields.put(
                "usage",
                Map.of(
                        "requests", count(issued.requests()),
                        "tokens", count(issued.tokens()),
                        "exempt_requests", count(issued.exemptRequests()),
                        "in_doubt_requests", count(issued.inDoubtRequests())));
        fields.put(
                "lines",
                lines.stream().map(line -> line(line, issued.minorDigits())).toList());
        long netMinor = 0;
        for (IssuedLine line : lines) {
            netMinor = Math.addExact(netMinor, line.amountMinor());
        }
        fields.put("net", Rendering.amount(netMinor, issued.minorDigits()));
        fields.put("tax", Rendering.amount(Math.subtractExact(totalMinor, netMinor), issued.minorDigits()));
        fields.put("total", Rendering.amount(totalMinor, issued.minorDigits()));
        return fields;
    }

    private static Map<String, Object> line(IssuedLine line, int minorDigits) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("description", line.description());
        fields.put("quantity", line.quantity());
        fields.put("unit_price", line.unitPrice());
        fields.put("amount", Rendering.amount(line.amountMinor(), minorDigits));
        fields.put(
                "corrects",
                line.correctsNumber() == null
                        ? null
                        : Map.of("invoice_number", line.correctsNumber(), "line", line.correctsLine()));
        fields.put("journal", line.journal().stream().map(InvoiceJson::range).toList());
        return fields;
    }
}
