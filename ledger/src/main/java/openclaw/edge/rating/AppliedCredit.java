package openclaw.edge.rating;

import java.math.BigDecimal;
import openclaw.edge.catalog.Item;

/**
 * A credit of the cycle.
 *
 * @param item the credit
 * @param applied what of it pays for this invoice; the rest is carried
 */
public record AppliedCredit(Item item, BigDecimal applied) {}
