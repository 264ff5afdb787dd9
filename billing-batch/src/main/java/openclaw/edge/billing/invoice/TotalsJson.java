package openclaw.edge.billing.invoice;

import java.util.List;
import java.util.Map;
import openclaw.edge.rating.AppliedCredit;
import openclaw.edge.rating.Money;
import openclaw.edge.rating.TaxLine;
import openclaw.edge.rating.Totals;

/** What an invoice comes to, as JSON. */
final class TotalsJson {
    private TotalsJson() {}

    static void put(Map<String, Object> json, Totals totals) {
        json.put("net", totals.net().toPlainString());
        json.put("taxes", totals.taxes().stream().map(TotalsJson::tax).toList());
        json.put("tax", totals.tax().toPlainString());
        json.put("total", totals.total().toPlainString());
        if (!totals.exempt().isEmpty()) {
            json.put("tax_exempt", totals.exempt());
        }
        List<AppliedCredit> credits = totals.credits();
        if (totals.broughtForward().signum() > 0
                || !credits.isEmpty()
                || totals.carriedForward().signum() > 0) {
            json.put("credit_brought_forward", totals.broughtForward().toPlainString());
            json.put("credits", credits.stream().map(TotalsJson::credit).toList());
            json.put("credit_carried_forward", totals.carriedForward().toPlainString());
        }
        json.put("amount_due", totals.amountDue().toPlainString());
    }

    private static Map<String, Object> tax(TaxLine tax) {
        return Map.of(
                "name", tax.rate().name(),
                "percent", Money.quantityText(tax.rate().percent()),
                "base", tax.base().toPlainString(),
                "amount", tax.amount().toPlainString());
    }

    static Map<String, Object> credit(AppliedCredit credit) {
        int digits = credit.applied().scale();
        return Map.of(
                "id", credit.item().id(),
                "date", InvoiceJson.instant(credit.item().atNs()),
                "description", credit.item().description(),
                "amount", credit.item().amount().setScale(digits).toPlainString(),
                "applied", credit.applied().toPlainString());
    }
}
