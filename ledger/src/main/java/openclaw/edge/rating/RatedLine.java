package openclaw.edge.rating;

import java.math.BigDecimal;

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
 * @param amount rounded to the currency's minor unit
 */
public record RatedLine(
        LineKind kind,
        String plan,
        int fromPart,
        int toPart,
        BigDecimal quantity,
        BigDecimal unitPrice,
        BigDecimal amount) {}
