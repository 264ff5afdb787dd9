package openclaw.edge.catalog;

import java.math.BigDecimal;
import java.util.List;

/**
 * Taxes on a tenant's lines.
 *
 * @param rates each is computed on the same net sum; empty when nothing is taxed
 * @param exempt why nothing is taxed, as it stands on the invoice; empty when there is nothing to say
 */
public record Tax(List<Rate> rates, String exempt) {
    /** No tax, and nothing to say about it. */
    public static final Tax NONE = new Tax(List.of(), "");

    /** Most rates at a time. */
    public static final int MAX_RATES = 10;

    /** Most decimals of a percentage. */
    public static final int MAX_DECIMALS = 6;

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
    }

    /** With an unmodifiable copy of the rates. */
    public Tax {
        rates = List.copyOf(rates);
    }
}
