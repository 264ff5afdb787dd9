package openclaw.edge.rating;

import java.math.BigDecimal;
import openclaw.edge.catalog.Tax;

/**
 * One tax of an invoice.
 *
 * @param rate its name and percentage
 * @param base the sum of the lines that it is due on
 * @param amount the percentage of the base, rounded once to the minor unit
 */
public record TaxLine(Tax.Rate rate, BigDecimal base, BigDecimal amount) {}
