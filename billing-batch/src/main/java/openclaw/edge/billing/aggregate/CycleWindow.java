package openclaw.edge.billing.aggregate;

import openclaw.edge.ledger.retain.UsageWindow;

/**
 * The usage of one billing cycle: of each tenant by its own calendar, and of tenants that the catalog does not have, or of none,
 * by when the cycle of any tenant runs.
 */
public final class CycleWindow implements UsageWindow {
    private final BillingCells cells;

    /**
     * The window of a cycle.
     *
     * @param cells of that cycle
     */
    public CycleWindow(BillingCells cells) {
        this.cells = cells;
    }

    @Override
    public boolean contains(long tenantId, long admittedNs) {
        int tenant = cells.tenant(tenantId);
        return tenant == BillingCells.UNKNOWN_TENANT
                ? cells.isNearCycle(admittedNs)
                : cells.cycle(tenant).contains(admittedNs);
    }
}
