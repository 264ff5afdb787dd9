package openclaw.edge.billing.einvoice;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.catalog.Party;
import openclaw.edge.catalog.Seller;

/** What a document lacks to be an electronic invoice, by the catalog's key. Use once. */
final class EInvoiceCheck {
    private static final int MAX_DECIMALS = 2;

    private final EInvoice document;
    private final List<String> problems = new ArrayList<>();

    private EInvoiceCheck(EInvoice document) {
        this.document = document;
    }

    /** Each problem names its key; empty when there is none. */
    static List<String> problems(EInvoice document) {
        EInvoiceCheck check = new EInvoiceCheck(document);
        check.seller();
        check.customer();
        check.taxes();
        check.amounts();
        return check.problems;
    }

    private void seller() {
        Seller seller = document.seller();
        require(seller.party().name(), "billing.seller.name");
        require(seller.party().country(), "billing.seller.country");
        boolean vat = TaxRegistration.isVatId(seller.party().taxId());
        if (isOutOfScope() || !vat) {
            // BR-CO-26: beside a number of the tax office that is no VAT identifier, or where none may stand.
            if (seller.party().registration().isEmpty()) {
                problems.add(
                        "billing.seller.registration, or a VAT identifier as billing.seller.tax_id, is not stated");
            }
        }
        if (has("G") && !vat) {
            problems.add("billing.seller.tax_id is no VAT identifier, which exports (category G) need");
        } else if (!isOutOfScope()) {
            require(seller.party().taxId(), "billing.seller.tax_id");
        }
        boolean asks = document.signed(document.invoice().amountDue()).signum() > 0;
        if (asks && seller.paymentTerms().isEmpty() && seller.paymentDays() == Seller.NO_DUE_DATE) {
            problems.add("billing.seller.payment_days or billing.seller.payment_terms is not stated");
        }
    }

    private void customer() {
        Party customer = document.customer();
        require(customer.name(), "customer.name");
        require(customer.country(), "customer.country");
        if (has("AE")
                && !TaxRegistration.isVatId(customer.taxId())
                && customer.registration().isEmpty()) {
            problems.add(
                    "customer.tax_id (a VAT identifier) or customer.registration is not stated, and the customer owes"
                            + " the tax (category AE)");
        }
    }

    private void taxes() {
        for (int i = 0; i < document.lines().size(); i++) {
            FinalInvoice.Line line = document.lines().get(i).line();
            if (line.taxes().isEmpty() && !document.seller().party().country().isEmpty()) {
                problems.add("tax (a rate, or 'exempt' with its reason) is not stated for line " + (i + 1) + ", '"
                        + line.description() + "'");
            } else if (line.taxes().size() > 1) {
                problems.add("tax: line " + (i + 1) + ", '" + line.description() + "', bears "
                        + line.taxes().size() + " taxes, and a line of an electronic invoice one");
            }
        }
        if (isOutOfScope() && document.taxes().size() > 1) {
            problems.add("tax: category O (outside of the scope of VAT) stands beside other lines' taxes");
        }
        if (problems.isEmpty()) {
            BigDecimal sum =
                    document.taxes().stream().map(TaxBreakdown::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
            if (sum.compareTo(document.signed(document.invoice().tax())) != 0) {
                problems.add("tax: the lines do not say which taxes "
                        + document.invoice().tax() + " consists of");
            }
        }
    }

    private void amounts() {
        if (document.invoice().total().scale() > MAX_DECIMALS) {
            problems.add("billing.currency: " + document.invoice().currency() + " has "
                    + document.invoice().total().scale() + " decimals, and electronic invoices have at most "
                    + MAX_DECIMALS);
        }
    }

    private boolean isOutOfScope() {
        return has("O");
    }

    private boolean has(String category) {
        return document.taxes().stream().anyMatch(tax -> tax.category().equals(category));
    }

    private void require(String text, String key) {
        if (text.isEmpty()) {
            problems.add(key + " is not stated");
        }
    }
}
