package openclaw.edge.catalog;

/** What happens past the quota of the cycle. */
public enum Overage {
    /** Requests go on and are billed at the overage rate. */
    ALLOW,
    /** Requests are refused with 429. */
    DENY
}
