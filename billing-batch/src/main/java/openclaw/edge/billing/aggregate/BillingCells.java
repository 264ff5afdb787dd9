package openclaw.edge.billing.aggregate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import openclaw.edge.catalog.BillMode;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All tenants' parts of one cycle, numbered: which cell an admission instant belongs to. Each tenant's cycle is that of its
 * own calendar. Immutable once built; lookups allocate nothing.
 */
public final class BillingCells {
    /** No cell: the instant lies in another cycle. */
    public static final int OTHER_CYCLE = -1;

    /** No tenant: the catalog has none with the id. */
    public static final int UNKNOWN_TENANT = -1;

    private final List<Tenant> tenants;
    private final List<BillingCycle> cycles = new ArrayList<>();
    private final List<CyclePart> parts = new ArrayList<>();
    private final Long2LongHashMap tenantByNameId = new Long2LongHashMap(UNKNOWN_TENANT);
    private final int[] firstCell;
    private final long[] startNs;
    private final long[] partEndNs;
    private final boolean[] isBilledAlways;
    private final long earliestNs;
    private final long latestNs;

    /**
     * Numbers the parts.
     *
     * @throws IllegalArgumentException when the cycle's id is malformed, or two tenants cannot be told apart in journals
     */
    public BillingCells(Collection<Tenant> tenants, String cycleId) {
        this.tenants = List.copyOf(tenants);
        this.firstCell = new int[this.tenants.size() + 1];
        this.startNs = new long[this.tenants.size()];
        for (int i = 0; i < startNs.length; i++) {
            Tenant tenant = this.tenants.get(i);
            BillingCycle cycle = tenant.billing().calendar().cycle(cycleId);
            cycles.add(cycle);
            startNs[i] = cycle.startNs();
            firstCell[i] = parts.size();
            parts.addAll(tenant.parts(cycle));
            long other = tenantByNameId.put(nameId(tenant.id()), i);
            if (other != UNKNOWN_TENANT) {
                throw new IllegalArgumentException("tenants '" + tenant.id() + "' and '"
                        + this.tenants.get((int) other).id() + "' have the same id in journals; rename one of them");
            }
        }
        firstCell[startNs.length] = parts.size();
        this.partEndNs = parts.stream().mapToLong(CyclePart::toNs).toArray();
        this.isBilledAlways = new boolean[parts.size()];
        for (int i = 0; i < isBilledAlways.length; i++) {
            isBilledAlways[i] = parts.get(i).terms().bill() == BillMode.ADMITTED;
        }
        BillingCycle whole = BillingTerms.DEFAULT.calendar().cycle(cycleId);
        this.earliestNs = cycles.stream().mapToLong(BillingCycle::startNs).min().orElse(whole.startNs());
        this.latestNs = cycles.stream().mapToLong(BillingCycle::endNs).max().orElse(whole.endNs());
    }

    /** The id that journals use for a tenant. */
    public static long nameId(String tenantId) {
        UnsafeBuffer bytes = new UnsafeBuffer(tenantId.getBytes(StandardCharsets.UTF_8));
        return NameHash.id(NameKind.TENANT, 0, bytes, 0, bytes.capacity());
    }

    /** The tenants in the order of their numbers, which is that of their ids. */
    public List<Tenant> tenants() {
        return tenants;
    }

    /** Number of cells of all tenants. */
    public int cells() {
        return partEndNs.length;
    }

    /** The number of a tenant by the id in journals, or {@link #UNKNOWN_TENANT}. */
    public int tenant(long nameId) {
        return (int) tenantByNameId.get(nameId);
    }

    /** The cell of a tenant's admission instant, or {@link #OTHER_CYCLE}. */
    public int cell(int tenant, long admittedNs) {
        if (admittedNs < startNs[tenant]) {
            return OTHER_CYCLE;
        }
        for (int cell = firstCell[tenant]; cell < firstCell[tenant + 1]; cell++) {
            if (admittedNs < partEndNs[cell]) {
                return cell;
            }
        }
        return OTHER_CYCLE;
    }

    /** Whether the instant lies in the cycle of any tenant; what unknown tenants are judged by. */
    public boolean isNearCycle(long admittedNs) {
        return admittedNs >= earliestNs && admittedNs < latestNs;
    }

    /** Whether any instant from the first to the last lies in the cycle of any tenant. */
    public boolean isNearCycle(long firstNs, long lastNs) {
        return lastNs >= earliestNs && firstNs < latestNs;
    }

    /** The first instant of any tenant's cycle. */
    public long earliestNs() {
        return earliestNs;
    }

    /** The first instant after the cycles of all tenants. */
    public long latestNs() {
        return latestNs;
    }

    /** The cycle of a tenant. */
    public BillingCycle cycle(int tenant) {
        return cycles.get(tenant);
    }

    /** The first cell of a tenant; its others follow, up to the next tenant's first. */
    public int firstCell(int tenant) {
        return firstCell[tenant];
    }

    /** The parts of a tenant's cycle, in the order of its cells. */
    public List<CyclePart> parts(int tenant) {
        return parts.subList(firstCell[tenant], firstCell[tenant + 1]);
    }

    /** Whether everything admitted in the cell is billed ({@code bill: admitted}). */
    public boolean isBilledAlways(int cell) {
        return isBilledAlways[cell];
    }
}
