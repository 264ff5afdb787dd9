package openclaw.edge.billing.finalize;

import static openclaw.edge.catalog.CanonicalJson.count;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import openclaw.edge.billing.aggregate.BeyondRange;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.invoice.FinalInvoice.LineTax;
import openclaw.edge.billing.invoice.Invoice;
import openclaw.edge.billing.invoice.InvoiceJson;
import openclaw.edge.billing.store.IssuedInvoice;
import openclaw.edge.billing.store.IssuedLine;
import openclaw.edge.billing.store.NewFinalization.Issued;
import openclaw.edge.billing.store.NewFinalization.Numberable;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Item;
import openclaw.edge.rating.AppliedCredit;
import openclaw.edge.rating.RatedLine;

/**
 * What a tenant's cycle costs now, less what was finalized of it: a correction, or a credit note when that is negative. Each
 * line names the line that it corrects. Credit that earlier documents have left, of whatever cycle, pays for it first; a credit of
 * the cycle that came late is carried to the next invoice or correction, since what was finalized is due as it stands. A function of
 * its arguments; what was finalized is not changed.
 */
final class Correction implements Numberable {
    /** Series of corrections that give something back. */
    static final String CREDIT_NOTES = "CN";

    private final Invoice invoice;
    private final EarlierDocuments earlier;
    private final String issueDate;
    private final int revision;
    private final CorrectionLines lines;
    private final List<FinalInvoice.Tax> taxes;
    private final List<Item> lateCredits;
    private final long totalMinor;
    private final BigDecimal creditLeft;

    private Correction(
            Invoice invoice,
            EarlierDocuments earlier,
            BigDecimal creditLeft,
            String issueDate,
            int revision,
            CorrectionLines lines) {
        this.creditLeft = creditLeft.setScale(invoice.minorDigits());
        this.invoice = invoice;
        this.earlier = earlier;
        this.issueDate = issueDate;
        this.revision = revision;
        this.lines = lines;
        this.taxes = CorrectionTaxes.of(invoice, earlier);
        Set<String> known = earlier.creditIds();
        this.lateCredits = invoice.totals().credits().stream()
                .map(AppliedCredit::item)
                .filter(item -> !known.contains(item.id()))
                .toList();
        // Not the sum of the lines: the taxes on them change with them.
        this.totalMinor = Math.subtractExact(
                Issue.minor(invoice.total(), invoice, "the total"), earlier.sum(IssuedInvoice::totalMinor));
    }

    /**
     * Compares.
     *
     * @param invoice as it would be now
     * @param parts of the tenant's cycle
     * @param late the late entries behind a line
     * @param earlier the tenant's documents of the cycle
     * @param creditLeft what all the tenant's documents before this one have left
     * @return null when nothing has changed
     */
    static Correction of(
            Invoice invoice,
            List<CyclePart> parts,
            Function<RatedLine, List<JournalRange>> late,
            EarlierDocuments earlier,
            BigDecimal creditLeft,
            String issueDate,
            int revision) {
        try {
            CorrectionLines lines = CorrectionLines.of(invoice, parts, late, earlier);
            Correction correction = new Correction(invoice, earlier, creditLeft, issueDate, revision, lines);
            return correction.isNothing() ? null : correction;
        } catch (ArithmeticException e) {
            // Two amounts that can be final, and a difference that cannot.
            throw BeyondRange.amount(
                    invoice.tenant().id(),
                    invoice.cycle().id(),
                    "the difference to " + earlier.number(),
                    invoice.total(),
                    invoice.currency(),
                    invoice.minorDigits());
        }
    }

    private boolean isNothing() {
        return lines.lines().isEmpty() && totalMinor == 0 && requests() == 0 && tokens() == 0 && lateCredits.isEmpty();
    }

    /**
     * Whether it is of changed terms: of more than charges, disputes and credits that were added. Asked of what was made without
     * any late usage.
     */
    boolean isOfTerms() {
        List<RatedLine> items = lines.lateItems();
        // Each item is a line: as many lines as items are the items.
        if (requests() != 0 || tokens() != 0 || lines.lines().size() != items.size()) {
            return true;
        }
        return taxes == null ? items.isEmpty() && totalMinor != 0 : CorrectionTaxes.areOfMoreThan(items, taxes);
    }

    /** For people: whose it is, what it corrects, and by how much. */
    String summary() {
        return "tenant " + tenantId() + ": " + (totalMinor > 0 ? "+" : "")
                + Rendering.amount(totalMinor, invoice.minorDigits()) + " " + invoice.currency() + " to "
                + earlier.number();
    }

    private long requests() {
        return Math.subtractExact(invoice.usage().requests(), earlier.sum(IssuedInvoice::requests));
    }

    private long tokens() {
        return Math.subtractExact(invoice.usage().tokens(), earlier.sum(IssuedInvoice::tokens));
    }

    private long exemptRequests() {
        return Math.subtractExact(invoice.usage().exemptRequests(), earlier.sum(IssuedInvoice::exemptRequests));
    }

    private long inDoubtRequests() {
        return Math.subtractExact(invoice.usage().inDoubtRequests(), earlier.sum(IssuedInvoice::inDoubtRequests));
    }

    private boolean isCredit() {
        return totalMinor < 0;
    }

    private BigDecimal total() {
        return BigDecimal.valueOf(totalMinor, invoice.minorDigits());
    }

    /** What of the credit that is left pays for this. */
    private BigDecimal used() {
        return creditLeft.min(total()).max(BigDecimal.ZERO.setScale(invoice.minorDigits()));
    }

    private BigDecimal late() {
        BigDecimal carried = BigDecimal.ZERO.setScale(invoice.minorDigits());
        for (Item credit : lateCredits) {
            carried = carried.add(credit.amount());
        }
        return carried;
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
                earlier.number(),
                invoice.tenant().id(),
                invoice.currency(),
                invoice.minorDigits(),
                issueDate,
                requests(),
                exemptRequests(),
                inDoubtRequests(),
                tokens(),
                totalMinor,
                Issue.minor(late().subtract(used()), invoice, "the credit carried forward"),
                lines.lines());
        return new Issued(
                issued,
                Rendering.documents(
                        issued, taxes, sums(), invoice.cycle().id(), fields(issued), Plan.folder(revision)));
    }

    /** What stands below the total, as on invoices. */
    private Map<String, BigDecimal> sums() {
        Map<String, BigDecimal> sums = new LinkedHashMap<>();
        if (used().signum() > 0) {
            sums.put("Credit brought forward", used().negate());
            sums.put("Amount due", total().subtract(used()));
        }
        if (carried().signum() > 0) {
            sums.put("Credit carried forward", carried());
        }
        return sums;
    }

    /** What is left of the credit that has paid for this, if it has, and what came late. */
    private BigDecimal carried() {
        return used().signum() > 0 ? creditLeft.subtract(used()).add(late()) : late();
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
                lines.lines().stream()
                        .map(line -> line(line, issued.minorDigits()))
                        .toList());
        long netMinor = lines.netMinor();
        fields.put("net", Rendering.amount(netMinor, issued.minorDigits()));
        // None as before taxes were named: the bytes of what is final stay.
        if (taxes != null && !taxes.isEmpty()) {
            fields.put("taxes", taxes.stream().map(Correction::tax).toList());
        }
        fields.put("tax", Rendering.amount(Math.subtractExact(totalMinor, netMinor), issued.minorDigits()));
        fields.put("total", Rendering.amount(totalMinor, issued.minorDigits()));
        if (used().signum() > 0) {
            fields.put("credit_brought_forward", creditLeft.toPlainString());
        }
        if (used().signum() > 0 || !lateCredits.isEmpty()) {
            fields.put("credits", lateCredits.stream().map(this::credit).toList());
            fields.put("credit_carried_forward", carried().toPlainString());
            fields.put("amount_due", total().subtract(used()).toPlainString());
        }
        return fields;
    }

    private static Map<String, Object> tax(FinalInvoice.Tax tax) {
        return Map.of(
                "name", tax.name(),
                "percent", tax.percent(),
                "base", tax.base().toPlainString(),
                "amount", tax.amount().toPlainString());
    }

    private Map<String, Object> credit(Item item) {
        return InvoiceJson.credit(new AppliedCredit(item, BigDecimal.ZERO.setScale(invoice.minorDigits())));
    }

    private Map<String, Object> line(IssuedLine line, int minorDigits) {
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
        if (!lines.taxes(line).isEmpty()) {
            fields.put("taxes", lines.taxes(line).stream().map(LineTax::fields).toList());
        }
        return fields;
    }
}
