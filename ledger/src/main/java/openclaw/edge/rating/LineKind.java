package openclaw.edge.rating;

/** Kinds of invoice line, in the order in which they stand on an invoice. */
public enum LineKind {
    /** The subscription fee, by the part of the cycle for which it is owed. */
    SUBSCRIPTION,
    /** Usage within the quota; costs nothing. */
    INCLUDED,
    /** Tokens beyond the quota. */
    TOKENS,
    /** Started packages of 1,000 requests beyond the quota. */
    PACKAGES
}
