package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.util.List;

/**
 * Taxes on a tenant's lines.
 *
 * @param rates each is computed on the same net sum; empty when nothing is taxed
 * @param exempt why nothing is taxed, as it stands on the invoice; empty when there is nothing to say
 * @param exemptCategory what kind of exemption that is
 */
public record Tax(List<Rate> rates, String exempt, ExemptCategory exemptCategory) {
    /** No tax, and nothing to say about it. */
    public static final Tax NONE = new Tax(List.of(), "", ExemptCategory.E);

    /** Most rates at a time. */
    public static final int MAX_RATES = 10;

    /** Most decimals of a percentage. */
    public static final int MAX_DECIMALS = 6;

    /** Kinds of exemption by their codes in electronic invoices (UN/CEFACT code list 5305, as EN 16931 uses it). */
    public enum ExemptCategory {
        /** Exempt from tax. */
        E,
        /** The buyer owes the tax (reverse charge). */
        AE,
        /** Export out of the European Union. */
        G,
        /** Outside of the scope of the tax. */
        O
    }

    /**
     * One rate.
     *
     * @param name as it stands on the invoice, for example {@code VAT}
     * @param percent from 0 to 100
     */
    public record Rate(String name, BigDecimal percent) {
        /** With the percentage in its shortest form. */
        public Rate {
            percent = Price.shortest(percent);
        }

        /** Its code in electronic invoices: {@code S}, the standard; {@code Z} of a rate of zero. */
        public String category() {
            return percent.signum() == 0 ? "Z" : "S";
        }
    }

    /** With an unmodifiable copy of the rates. */
    public Tax {
        rates = List.copyOf(rates);
    }
}
