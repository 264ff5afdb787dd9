package openclaw.edge.catalog;

/**
 * One billing cycle, half-open.
 *
 * @param id year and month in which it begins, for example {@code 2026-11}
 * @param startNs first instant
 * @param endNs first instant of the next cycle
 */
public record BillingCycle(String id, long startNs, long endNs) {
    /** Whether the instant lies in the cycle. */
    public boolean contains(long instantNs) {
        return instantNs >= startNs && instantNs < endNs;
    }

    /** Length in nanoseconds. */
    public long lengthNs() {
        return endNs - startNs;
    }
}
