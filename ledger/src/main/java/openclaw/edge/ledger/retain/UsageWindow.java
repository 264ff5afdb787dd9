package openclaw.edge.ledger.retain;

/** Which usage is meant: that of a billing cycle, where tenants may have calendars of their own. */
@FunctionalInterface
public interface UsageWindow {
    /**
     * Whether a record is meant.
     *
     * @param tenantId name id of its tenant, 0 for none
     * @param admittedNs its admission in cycle time, nanoseconds since the Unix epoch
     * @return the same answer for the same arguments always
     */
    boolean contains(long tenantId, long admittedNs);
}
