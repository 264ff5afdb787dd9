package openclaw.edge.rating;

import java.math.BigDecimal;

/**
 * A quantity at a price, not yet rounded.
 *
 * @param kind of the line that it becomes
 * @param step of a tier, or {@link RatedLine#NO_STEP}
 * @param quantity how many
 * @param unitPrice for one
 */
record Charge(LineKind kind, int step, BigDecimal quantity, BigDecimal unitPrice) {}
