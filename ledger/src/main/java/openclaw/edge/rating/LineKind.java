package openclaw.edge.rating;

/** Kinds of invoice line, in the order in which they stand on an invoice. */
public enum LineKind {
    /** The subscription fee, by the part of the cycle for which it is owed. */
    SUBSCRIPTION,
    /** Usage within the quota; costs nothing. */
    INCLUDED,
    /** Tokens beyond the quota, all or those of one step. */
    TOKENS,
    /** Requests beyond the quota, those of one step. */
    REQUESTS,
    /** Started packages beyond the quota. */
    PACKAGES,
    /** What a step of a tier costs besides its units. */
    FLAT_FEE,
    /** What fees and usage lack of the minimum commitment. */
    COMMITMENT,
    /** A one-off charge. */
    CHARGE,
    /** A disputed amount that is given back; below zero. */
    DISPUTE
}
