package openclaw.edge.catalog;

/** What a quota counts and a price is for. */
public enum Unit {
    /** Charged tokens. */
    TOKENS,
    /** Billed requests. */
    REQUESTS
}
