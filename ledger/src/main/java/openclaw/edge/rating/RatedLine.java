package openclaw.edge.rating;

import java.math.BigDecimal;
import openclaw.edge.catalog.Item;
import openclaw.edge.catalog.Tax;

/**
 * One priced line. The amount is the exact product, rounded once; the quantity of a prorated subscription is shown with 12
 * decimals, its amount comes from the exact share of the cycle's time.
 *
 * @param kind what it is for
 * @param plan the plan's name; empty when there is none
 * @param fromPart index of the first part of the cycle that it covers
 * @param toPart index after the last one
 * @param quantity how many, or the share of a whole cycle
 * @param unitPrice for one, up to 12 decimals
 * @param amount rounded to the currency's minor unit; below zero for a dispute
 * @param tax that is due on the amount
 * @param step of a tier, from 0; {@link #NO_STEP} when it is of none
 * @param item that it is for; null when it is for fees and usage
 */
public record RatedLine(
        LineKind kind,
        String plan,
        int fromPart,
        int toPart,
        BigDecimal quantity,
        BigDecimal unitPrice,
        BigDecimal amount,
        Tax tax,
        int step,
        Item item) {
    /** {@link #step} of a line that is of none. */
    public static final int NO_STEP = -1;
}
