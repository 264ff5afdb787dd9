package openclaw.edge.billing.insight;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.UnsafeBuffer;

/** Sums up the records of cycles that are not finalized, by hour. For one thread. */
final class HourVisitor implements JournalVisitor {
    private final List<BillingCells> cells;
    private final boolean[] isStored;
    private final long asOfNs;
    private final long firstHour;
    private final String agent;
    private final long modelId;
    private final UsageAggregator usage;
    private final HourSums[] sums;
    private final long[] agentIds;
    private long latestNs = Long.MIN_VALUE;

    HourVisitor(InsightRequest request, List<BillingCells> cells, Set<String> finalized, long firstHour) {
        this.cells = cells;
        this.firstHour = firstHour;
        this.asOfNs = Math.multiplyExact(request.asOfHour(), UsageHistory.HOUR_NS);
        this.agent = request.agent();
        this.modelId = request.model() == null ? 0 : id(NameKind.MODEL, 0, request.model());
        this.isStored = new boolean[cells.size()];
        for (int i = 0; i < isStored.length; i++) {
            isStored[i] = finalized.contains(UsageHistory.id(cells.get(i)));
        }
        int tenants = cells.get(0).tenants().size();
        this.usage = new UsageAggregator(cells.get(0));
        this.sums = new HourSums[tenants];
        this.agentIds = new long[tenants];
        for (int i = 0; agent != null && i < tenants; i++) {
            agentIds[i] = id(
                    NameKind.AGENT,
                    BillingCells.nameId(cells.get(0).tenants().get(i).id()),
                    agent);
        }
    }

    private static long id(NameKind kind, long scope, String name) {
        UnsafeBuffer bytes = new UnsafeBuffer(name.getBytes(StandardCharsets.UTF_8));
        return NameHash.id(kind, scope, bytes, 0, bytes.capacity());
    }

    @Override
    public void onUsage(UsageRecord record) {
        long admittedNs = record.admittedNs();
        latestNs = Math.max(latestNs, admittedNs);
        int tenant = cells.get(0).tenant(record.tenantId());
        if (tenant == BillingCells.UNKNOWN_TENANT
                || admittedNs >= asOfNs
                || (agent != null && record.agentId() != agentIds[tenant])
                || (modelId != 0 && record.modelId() != modelId)) {
            return;
        }
        for (int i = 0; i < isStored.length; i++) {
            int cell = cells.get(i).cell(tenant, record);
            if (cell != BillingCells.OTHER_CYCLE) {
                if (!isStored[i]) {
                    add(tenant, record, i == 0, cells.get(i).isBilledAlways(cell));
                }
                return;
            }
        }
    }

    private void add(int tenant, UsageRecord record, boolean isOfCycle, boolean isBilledAlways) {
        long tokens = record.chargedTokens();
        long requests = record.isFinal() && UsageAggregator.isBilled(record, tokens, isBilledAlways) ? 1 : 0;
        HourSums sum = sums[tenant];
        if (sum == null) {
            sum = new HourSums(firstHour);
            sums[tenant] = sum;
        }
        sum.add(record.admittedNs() / UsageHistory.HOUR_NS, requests, tokens);
        if (isOfCycle) {
            sum.addAgent(record.agentId(), requests, tokens);
            sum.addModel(record.modelId(), requests, tokens);
            usage.onUsage(record);
        }
    }

    @Override
    public void onTick(TickRecord record) {
        latestNs = Math.max(latestNs, record.timeNs());
    }

    @Override
    public boolean restart() {
        java.util.Arrays.fill(sums, null);
        return usage.restart();
    }

    /** Adds the sums of all tenants, names spelled out. */
    void addTo(List<HourSums> all, NameDictionary names) {
        for (int tenant = 0; tenant < sums.length; tenant++) {
            if (sums[tenant] != null) {
                all.get(tenant).addAll(sums[tenant].spelled(firstHour, names));
            }
        }
    }

    /** The cycle's usage by cells. */
    UsageAggregator usage() {
        return usage;
    }

    /** The last instant that a record tells of. */
    long latestNs() {
        return latestNs;
    }
}
