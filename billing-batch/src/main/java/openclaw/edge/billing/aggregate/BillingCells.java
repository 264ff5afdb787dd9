package openclaw.edge.billing.aggregate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import openclaw.edge.catalog.BillMode;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Multiplier;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * All tenants' parts of one cycle, numbered: which cell a record belongs to. Each tenant's cycle is that of its own calendar. A
 * part has one cell for what no multiplier matches, and behind it one for each of its multipliers. Immutable once built; lookups
 * allocate nothing.
 */
public final class BillingCells {
    /** No cell: the instant lies in another cycle. */
    public static final int OTHER_CYCLE = -1;

    /** No tenant: the catalog has none with the id. */
    public static final int UNKNOWN_TENANT = -1;

    private static final int FIRST_PART_FIELDS = 3;

    /** In place of a cell: the part has one for each of its multipliers too. */
    private static final long MANY_CELLS = -1;

    /** Changes with what is summed up of a record, and how. */
    private static final String RULES_VERSION = "sums 1";

    private final List<Tenant> tenants;
    private final List<BillingCycle> cycles = new ArrayList<>();
    private final List<CyclePart> parts = new ArrayList<>();
    private final Long2LongHashMap tenantByNameId = new Long2LongHashMap(UNKNOWN_TENANT);
    /** What most records need, next to each other: a tenant's cycle begins, its first part ends, the only cell of that. */
    private final long[] firstParts;

    private final int[] firstPart;
    private final int[] partCell;
    private final MultiplierClasses[] partClasses;
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
        this.firstPart = new int[this.tenants.size() + 1];
        this.startNs = new long[this.tenants.size()];
        for (int i = 0; i < startNs.length; i++) {
            Tenant tenant = this.tenants.get(i);
            BillingCycle cycle = tenant.billing().calendar().cycle(cycleId);
            cycles.add(cycle);
            startNs[i] = cycle.startNs();
            firstPart[i] = parts.size();
            parts.addAll(tenant.parts(cycle));
            long other = tenantByNameId.put(nameId(tenant.id()), i);
            if (other != UNKNOWN_TENANT) {
                throw new IllegalArgumentException("tenants '" + tenant.id() + "' and '"
                        + this.tenants.get((int) other).id() + "' have the same id in journals; rename one of them");
            }
        }
        firstPart[startNs.length] = parts.size();
        this.partEndNs = parts.stream().mapToLong(CyclePart::toNs).toArray();
        this.partCell = new int[parts.size() + 1];
        this.partClasses = new MultiplierClasses[parts.size()];
        for (int part = 0; part < partEndNs.length; part++) {
            List<Multiplier> multipliers = parts.get(part).terms().price().multipliers();
            partClasses[part] = multipliers.isEmpty() ? null : new MultiplierClasses(multipliers);
            partCell[part + 1] = partCell[part] + 1 + multipliers.size();
        }
        this.isBilledAlways = new boolean[cells()];
        for (int part = 0; part < partEndNs.length; part++) {
            boolean always = parts.get(part).terms().bill() == BillMode.ADMITTED;
            Arrays.fill(isBilledAlways, partCell[part], partCell[part + 1], always);
        }
        this.firstParts = new long[startNs.length * FIRST_PART_FIELDS];
        for (int tenant = 0; tenant < startNs.length; tenant++) {
            int part = firstPart[tenant];
            boolean isNone = part == firstPart[tenant + 1];
            int at = tenant * FIRST_PART_FIELDS;
            firstParts[at] = startNs[tenant];
            firstParts[at + 1] = isNone ? Long.MIN_VALUE : partEndNs[part];
            firstParts[at + 2] = isNone || partClasses[part] != null ? MANY_CELLS : partCell[part];
        }
        BillingCycle whole = BillingTerms.DEFAULT.calendar().cycle(cycleId);
        this.earliestNs = cycles.stream().mapToLong(BillingCycle::startNs).min().orElse(whole.startNs());
        this.latestNs = cycles.stream().mapToLong(BillingCycle::endNs).max().orElse(whole.endNs());
    }

    /**
     * What decides into which cell a record goes and what is counted there, as text: where two have the same, sums by cells are
     * of the same things. Prices are not in it.
     */
    public String rules() {
        StringBuilder text = new StringBuilder(RULES_VERSION);
        for (int tenant = 0; tenant < startNs.length; tenant++) {
            text.append('\n').append(tenants.get(tenant).id()).append(' ').append(startNs[tenant]);
            for (int part = firstPart[tenant]; part < firstPart[tenant + 1]; part++) {
                text.append(" | ").append(partEndNs[part]).append(' ').append(isBilledAlways[partCell[part]]);
                for (Multiplier multiplier : parts.get(part).terms().price().multipliers()) {
                    text.append(" (")
                            .append(multiplier.route())
                            .append(") (")
                            .append(multiplier.model())
                            .append(')');
                }
            }
        }
        return text.toString();
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
        return partCell[partCell.length - 1];
    }

    /** The number of a tenant by the id in journals, or {@link #UNKNOWN_TENANT}. */
    public int tenant(long nameId) {
        return (int) tenantByNameId.get(nameId);
    }

    /** The cell of a tenant's record, by its admission, route and model; or {@link #OTHER_CYCLE}. */
    public int cell(int tenant, UsageRecord record) {
        return cell(tenant, record.admittedNs(), record);
    }

    /** The same for who has read the admission. */
    int cell(int tenant, long admittedNs, UsageRecord record) {
        int first = tenant * FIRST_PART_FIELDS;
        if (admittedNs < firstParts[first]) {
            return OTHER_CYCLE;
        }
        if (admittedNs < firstParts[first + 1] && firstParts[first + 2] != MANY_CELLS) {
            return (int) firstParts[first + 2];
        }
        return search(tenant, admittedNs, record);
    }

    private int search(int tenant, long admittedNs, UsageRecord record) {
        for (int part = firstPart[tenant]; part < firstPart[tenant + 1]; part++) {
            if (admittedNs < partEndNs[part]) {
                MultiplierClasses classes = partClasses[part];
                return partCell[part] + (classes == null ? 0 : classes.classOf(record.routeId(), record.modelId()));
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

    /**
     * The first cell of a part of a tenant's cycle; its others follow, up to the next part's first.
     *
     * @param part index of the part in the cycle, up to their number: there the cells of the tenant end
     */
    public int firstCell(int tenant, int part) {
        return partCell[firstPart[tenant] + part];
    }

    /** The parts of a tenant's cycle, in the order of its cells. */
    public List<CyclePart> parts(int tenant) {
        return parts.subList(firstPart[tenant], firstPart[tenant + 1]);
    }

    /** Whether everything admitted in the cell is billed ({@code bill: admitted}). */
    public boolean isBilledAlways(int cell) {
        return isBilledAlways[cell];
    }

    /** Says that the sums of a cell's tenant are too large. */
    IllegalArgumentException beyondRange(int cell) {
        int tenant = 0;
        while (firstCell(tenant, parts(tenant).size()) <= cell) {
            tenant++;
        }
        return BeyondRange.usage(tenants().get(tenant).id(), cycle(tenant).id());
    }

    /** Says that the sums of all tenants together are too large. */
    IllegalArgumentException beyondRangeOfAll() {
        return BeyondRange.usage(null, cycle(0).id());
    }
}
