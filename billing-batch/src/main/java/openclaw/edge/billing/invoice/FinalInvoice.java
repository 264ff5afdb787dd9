package openclaw.edge.billing.invoice;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import openclaw.edge.catalog.Party;
import openclaw.edge.catalog.Seller;
import openclaw.edge.rating.Money;

/**
 * A finalized document as its JSON says: an invoice, a correction or a credit note.
 *
 * @param number for example {@code INV-2026-000001}
 * @param kind {@code invoice}, {@code correction} or {@code credit_note}
 * @param corrects number of the invoice that it corrects; null of an invoice
 * @param tenantId whose it is
 * @param cycle for example {@code 2026-11}
 * @param currency ISO 4217 code
 * @param issueDate {@code YYYY-MM-DD}
 * @param period what it is for
 * @param seller who invoices; {@link Seller#UNKNOWN} when it does not say
 * @param customer who is invoiced; {@link Party#UNKNOWN} when it does not say
 * @param requests billed; of corrections the change
 * @param tokens charged; of corrections the change
 * @param lines in their order; below zero where something is given back
 * @param taxes by rate; empty where it does not say, of corrections of before they were named
 * @param exempt why nothing is taxed
 * @param net the sum of the lines
 * @param tax the sum of the taxes
 * @param total net and tax
 * @param credits what pays for it: credit brought forward, then credits of the cycle
 * @param carriedForward credit that is left for the next invoice
 * @param amountDue what has to be paid; of a credit note what is given back, below zero
 */
public record FinalInvoice(
        String number,
        String kind,
        String corrects,
        String tenantId,
        String cycle,
        String currency,
        String issueDate,
        Period period,
        Seller seller,
        Party customer,
        long requests,
        long tokens,
        List<Line> lines,
        List<Tax> taxes,
        List<String> exempt,
        BigDecimal net,
        BigDecimal tax,
        BigDecimal total,
        List<Credit> credits,
        BigDecimal carriedForward,
        BigDecimal amountDue) {
    /** From and to as instants of ISO 8601, and the zone that they are days in. */
    public record Period(String from, String to, String timeZone) {}

    /**
     * A line; decimals as its JSON writes them.
     *
     * @param taxes that it bears; empty where its JSON does not say
     */
    public record Line(String description, String quantity, String unitPrice, BigDecimal amount, List<LineTax> taxes) {
        /** With an unmodifiable copy of the taxes. */
        public Line {
            taxes = List.copyOf(taxes);
        }

        /** Where nothing is said of taxes. */
        public Line(String description, String quantity, String unitPrice, BigDecimal amount) {
            this(description, quantity, unitPrice, amount, List.of());
        }
    }

    /**
     * A tax on a line.
     *
     * @param category its code: S, Z, E, AE, G or O
     * @param percent as its JSON writes it
     * @param name of a rate; empty of an exemption
     * @param exempt why nothing is taxed; empty of a rate
     */
    public record LineTax(String category, String percent, String name, String exempt) {
        /** What is said of a line's tax; empty where there is neither a rate nor an exemption. */
        public static List<LineTax> of(openclaw.edge.catalog.Tax tax) {
            if (!tax.exempt().isEmpty()) {
                return List.of(new LineTax(tax.exemptCategory().name(), "0", "", tax.exempt()));
            }
            return tax.rates().stream()
                    .map(rate -> new LineTax(rate.category(), Money.quantityText(rate.percent()), rate.name(), ""))
                    .toList();
        }

        /** Its fields in JSON. */
        public Map<String, Object> fields() {
            return exempt.isEmpty()
                    ? Map.of("category", category, "percent", percent, "name", name)
                    : Map.of("category", category, "percent", percent, "exempt", exempt);
        }
    }

    /** A tax; the percentage as its JSON writes it. */
    public record Tax(String name, String percent, BigDecimal base, BigDecimal amount) {}

    /** A credit and what of it pays for this invoice, from 0; the id is empty of what was brought forward. */
    public record Credit(String id, String description, BigDecimal applied) {}

    /** With unmodifiable copies of the lists. */
    public FinalInvoice {
        lines = List.copyOf(lines);
        taxes = List.copyOf(taxes);
        exempt = List.copyOf(exempt);
        credits = List.copyOf(credits);
    }

    /** Whether it gives something back. */
    public boolean isCreditNote() {
        return kind.equals("credit_note");
    }

    /** The day on which payment is due; null when the seller states no days. */
    public LocalDate dueDate(Seller by) {
        return by.paymentDays() == Seller.NO_DUE_DATE
                ? null
                : LocalDate.parse(issueDate).plusDays(by.paymentDays());
    }

    /** First day of the period, in its zone. */
    public LocalDate firstDay() {
        return LocalDate.ofInstant(Instant.parse(period.from()), ZoneId.of(period.timeZone()));
    }

    /** Last day of the period, in its zone. */
    public LocalDate lastDay() {
        return LocalDate.ofInstant(Instant.parse(period.to()), ZoneId.of(period.timeZone()))
                .minusDays(1);
    }

    /** Reads a document's JSON, as it was finalized. */
    public static FinalInvoice parse(String json) {
        JsonObject root = JsonParser.parseString(json).getAsJsonObject();
        JsonObject period = root.getAsJsonObject("period");
        BigDecimal total = decimal(root, "total");
        BigDecimal carried = root.has("credit_carried_forward") ? decimal(root, "credit_carried_forward") : zero(total);
        BigDecimal due = root.has("amount_due") ? decimal(root, "amount_due") : total;
        return new FinalInvoice(
                text(root, "invoice_number"),
                text(root, "kind"),
                root.has("corrects") ? text(root, "corrects") : null,
                text(root, "tenant_id"),
                text(root, "billing_cycle_id"),
                text(root, "currency"),
                text(root, "issue_date"),
                new Period(text(period, "from"), text(period, "to"), text(period, "time_zone")),
                seller(root.getAsJsonObject("seller")),
                party(root.getAsJsonObject("customer")),
                root.getAsJsonObject("usage").get("requests").getAsLong(),
                root.getAsJsonObject("usage").get("tokens").getAsLong(),
                list(root, "lines", FinalInvoice::line),
                list(root, "taxes", FinalInvoice::tax),
                list(root, "tax_exempt", JsonElement::getAsString),
                decimal(root, "net"),
                decimal(root, "tax"),
                total,
                credits(root, total, due),
                carried,
                due);
    }

    /** What was brought forward is what the credits of the cycle leave to explain. */
    private static List<Credit> credits(JsonObject root, BigDecimal total, BigDecimal due) {
        List<Credit> credits = list(root, "credits", element -> {
            JsonObject credit = element.getAsJsonObject();
            return new Credit(
                    optional(credit, "id"), "Credit: " + text(credit, "description"), decimal(credit, "applied"));
        });
        BigDecimal brought = total.max(zero(total)).subtract(due.max(zero(total)));
        for (Credit credit : credits) {
            brought = brought.subtract(credit.applied());
        }
        List<Credit> all = new ArrayList<>();
        if (brought.signum() > 0) {
            all.add(new Credit("", "Credit brought forward", brought));
        }
        all.addAll(credits);
        return all;
    }

    private static BigDecimal zero(BigDecimal like) {
        return BigDecimal.ZERO.setScale(like.scale());
    }

    private static Line line(JsonElement element) {
        JsonObject line = element.getAsJsonObject();
        return new Line(
                text(line, "description"),
                text(line, "quantity"),
                text(line, "unit_price"),
                decimal(line, "amount"),
                list(line, "taxes", FinalInvoice::lineTax));
    }

    private static LineTax lineTax(JsonElement element) {
        JsonObject tax = element.getAsJsonObject();
        return new LineTax(text(tax, "category"), text(tax, "percent"), optional(tax, "name"), optional(tax, "exempt"));
    }

    private static Tax tax(JsonElement element) {
        JsonObject tax = element.getAsJsonObject();
        return new Tax(text(tax, "name"), text(tax, "percent"), decimal(tax, "base"), decimal(tax, "amount"));
    }

    private static Seller seller(JsonObject seller) {
        return seller == null
                ? Seller.UNKNOWN
                : new Seller(
                        party(seller),
                        optional(seller, "payment_terms"),
                        seller.has("payment_days") ? seller.get("payment_days").getAsInt() : Seller.NO_DUE_DATE,
                        optional(seller, "iban"),
                        optional(seller, "bic"),
                        list(seller, "bank", JsonElement::getAsString));
    }

    private static Party party(JsonObject party) {
        return party == null
                ? Party.UNKNOWN
                : new Party(
                        optional(party, "name"),
                        list(party, "address", JsonElement::getAsString),
                        optional(party, "postcode"),
                        optional(party, "city"),
                        optional(party, "country"),
                        optional(party, "tax_id"),
                        optional(party, "registration"),
                        optional(party, "email"));
    }

    private static String optional(JsonObject object, String key) {
        return object.has(key) ? text(object, key) : "";
    }

    private static String text(JsonObject object, String key) {
        return object.get(key).getAsString();
    }

    private static BigDecimal decimal(JsonObject object, String key) {
        return new BigDecimal(text(object, key));
    }

    private static <T> List<T> list(JsonObject object, String key, Function<JsonElement, T> read) {
        JsonArray array = object.getAsJsonArray(key);
        List<T> list = new ArrayList<>();
        if (array != null) {
            array.forEach(element -> list.add(read.apply(element)));
        }
        return list;
    }
}
