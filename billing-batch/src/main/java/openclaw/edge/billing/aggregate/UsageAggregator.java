package openclaw.edge.billing.aggregate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.catalog.BillMode;
import openclaw.edge.ledger.read.FileSums;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;

/**
 * Sums up the usage records of one cycle as a journal reader passes them, each once. Not thread-safe: each thread has its own,
 * and they are added up afterwards, in any order with the same result.
 */
public final class UsageAggregator implements FileSums {
    private final BillingCells cells;
    private final Map<Life, List<LaneSums>> lanesByLife = new HashMap<>();
    private final Map<Long, UsageTotal> unknownTenants = new TreeMap<>(Long::compareUnsigned);
    private UsageAggregator ofFile;
    private LaneSums lastLane;
    private Life lastLife;
    private List<LaneSums> lastLanes;
    private long read;
    private long inCycle;
    private long latestAdmissionNs = Long.MIN_VALUE;

    /**
     * An aggregator that has seen nothing.
     *
     * @param cells what to sum up by
     */
    public UsageAggregator(BillingCells cells) {
        this.cells = cells;
    }

    @Override
    public void onUsages(UsageBatch batch) {
        UsageAggregator sums = ofFile == null ? this : ofFile;
        int size = batch.size();
        LaneSums lane = null;
        for (int i = 0; i < size; i++) {
            lane = sums.add(batch.get(i), lane);
        }
    }

    @Override
    public void onFileBegin() {
        ofFile = new UsageAggregator(cells);
    }

    @Override
    public byte[] onFileEnd() {
        UsageAggregator sums = ofFile;
        ofFile = null;
        add(sums);
        return SavedSums.encode(sums);
    }

    @Override
    public void onFileSums(Path file, byte[] sums) {
        add(SavedSums.decode(sums, cells));
    }

    @Override
    public void onUsage(UsageRecord record) {
        add(record, null);
    }

    /**
     * Adds a record.
     *
     * @param lane of the record, or null to look for it
     * @return its lane, if that was asked for
     */
    private LaneSums add(UsageRecord record, LaneSums lane) {
        read++;
        int tenant = cells.tenant(record.tenantId());
        if (tenant == BillingCells.UNKNOWN_TENANT) {
            addUnknown(record);
            return lane;
        }
        long admittedNs = record.admittedNs();
        int cell = cells.cell(tenant, admittedNs, record);
        if (cell == BillingCells.OTHER_CYCLE) {
            return lane;
        }
        inCycle++;
        latestAdmissionNs = Math.max(latestAdmissionNs, admittedNs);
        LaneSums sums = lane == null ? lane(record) : lane;
        long tokens = record.chargedTokens();
        try {
            if (record.isFinal()) {
                boolean billed = tokens > 0 || isBilled(record, tokens, cells.isBilledAlways(cell));
                sums.request(
                        cell, record.sequence(), record.crc(), tokens, billed, record.outcome() == Outcome.IN_DOUBT);
            } else {
                sums.interim(cell, record.sequence(), record.crc(), tokens);
            }
        } catch (LaneSums.SumTooLarge e) {
            throw cells.beyondRange(e.cell());
        }
        return sums;
    }

    /** The record's own word decides; where it debited nothing, and so exempts nothing, the rule itself does. */
    public static boolean isBilled(UsageRecord record, long tokens, boolean isBilledAlways) {
        if (tokens > 0 || record.isExempt() || record.admittedTokens() > 0) {
            return tokens > 0 || !record.isExempt();
        }
        BillMode bill = isBilledAlways ? BillMode.ADMITTED : BillMode.SUCCESS;
        return record.outcome() == null || bill.isCharged(record.outcome(), record.status(), record.phase());
    }

    private LaneSums lane(UsageRecord record) {
        LaneSums last = lastLane;
        boolean isSameLife = last != null
                && last.life().high() == record.lifeHigh()
                && last.life().low() == record.lifeLow();
        if (!isSameLife || last.lane() != record.lane()) {
            // Lanes of one life take turns: its object is made once, not each time.
            lastLane = findLane(isSameLife ? last.life() : record.life(), record.lane());
        }
        return lastLane;
    }

    LaneSums findLane(Life life, int lane) {
        if (!life.equals(lastLife)) {
            lastLife = life;
            lastLanes = lanesByLife.computeIfAbsent(life, absent -> new ArrayList<>());
        }
        for (LaneSums candidate : lastLanes) {
            if (candidate.lane() == lane) {
                return candidate;
            }
        }
        LaneSums added = new LaneSums(life, lane, cells.cells());
        lastLanes.add(added);
        return added;
    }

    @Override
    public boolean restart() {
        lanesByLife.clear();
        unknownTenants.clear();
        ofFile = null;
        lastLane = null;
        lastLife = null;
        read = 0;
        inCycle = 0;
        latestAdmissionNs = Long.MIN_VALUE;
        return true;
    }

    /**
     * Checks that what each tenant used, and all together, can be counted: what is made of it then can, too.
     *
     * @throws IllegalArgumentException that names the tenant otherwise
     */
    public void checkRange() {
        UsageTotal all = new UsageTotal();
        List<LaneSums> lanes = lanes();
        for (int tenant = 0; tenant < cells.tenants().size(); tenant++) {
            int end = cells.firstCell(tenant, cells.parts(tenant).size());
            UsageTotal total = new UsageTotal();
            try {
                for (LaneSums lane : lanes) {
                    lane.addTo(total, cells.firstCell(tenant, 0), end);
                }
            } catch (ArithmeticException e) {
                throw cells.beyondRange(cells.firstCell(tenant, 0));
            }
            try {
                all.add(total);
            } catch (ArithmeticException e) {
                throw cells.beyondRangeOfAll();
            }
        }
    }

    /** Adds what another thread summed up by the same cells. */
    public void add(UsageAggregator other) {
        try {
            for (LaneSums sums : other.lanes()) {
                findLane(sums.life(), sums.lane()).add(sums);
            }
        } catch (LaneSums.SumTooLarge e) {
            throw cells.beyondRange(e.cell());
        }
        other.unknownTenants.forEach((tenant, total) -> unknownTenants
                .computeIfAbsent(tenant, absent -> new UsageTotal())
                .add(total));
        addCounts(other.read, other.inCycle, other.latestAdmissionNs);
    }

    private void addUnknown(UsageRecord record) {
        if (!cells.isNearCycle(record.admittedNs())) {
            return;
        }
        UsageTotal total = unknownTenants.computeIfAbsent(record.tenantId(), absent -> new UsageTotal());
        boolean billed = record.isFinal() && !record.isExempt();
        boolean exempt = record.isFinal() && record.isExempt();
        total.addUsage(billed ? 1 : 0, exempt ? 1 : 0, record.chargedTokens());
    }

    /** Takes counts that stand for themselves, not by lane. */
    void addCounts(long moreRead, long moreInCycle, long latestNs) {
        read += moreRead;
        inCycle += moreInCycle;
        latestAdmissionNs = Math.max(latestAdmissionNs, latestNs);
    }

    /** All lanes with usage in the cycle, by life and lane. */
    public List<LaneSums> lanes() {
        return lanesByLife.values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparing(LaneSums::life).thenComparingInt(LaneSums::lane))
                .toList();
    }

    /** Usage of tenants that the catalog does not have, in the cycle, by the id in journals. */
    public Map<Long, UsageTotal> unknownTenants() {
        return unknownTenants;
    }

    /** Distinct usage records passed. */
    public long read() {
        return read;
    }

    /** Those of the cycle and of a known tenant. */
    public long inCycle() {
        return inCycle;
    }

    /** The latest admission among those; {@link Long#MIN_VALUE} when there is none. */
    public long latestAdmissionNs() {
        return latestAdmissionNs;
    }
}
