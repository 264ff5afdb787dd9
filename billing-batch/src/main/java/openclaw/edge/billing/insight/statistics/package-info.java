/**
 * Statistics of usage: the one place of billing with floating point. Whole numbers go in and whole numbers come out, so that
 * no fraction of it can reach an amount of money: prices apply to the rounded number of tokens that a forecast gives. Only the
 * four operations, square roots and {@link StrictMath} are used, which every JVM computes to the same bit. A rule test holds both walls.
 */
package openclaw.edge.billing.insight.statistics;
