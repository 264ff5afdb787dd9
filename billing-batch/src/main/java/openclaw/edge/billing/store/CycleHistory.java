package openclaw.edge.billing.store;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.record.Life;

/**
 * What a store knows of a cycle, and of those before it.
 *
 * @param revisions the cycle's finalizations in their order; empty before the first
 * @param cutOffs of each of them
 * @param accepted what is answered for in this cycle and those before it
 * @param invoices the cycle's documents by tenant, in the order of their issue
 * @param settled the furthest settled sequence of each lane by the cycles before
 * @param known the highest sequence of each lane that this cycle's finalizations and those before knew of
 * @param earlierLives lives that they had read, and whether they had ended
 * @param broughtForward credit that each tenant's last invoice before the cycle left
 * @param creditLeft credit that all documents before each of the revisions, and before the next one, had left each tenant; none
 *     where a revision was made by a rating that did not ask for it
 * @param lastId of all finalizations in the store; 0 without any
 */
public record CycleHistory(
        List<Finalization> revisions,
        List<List<CutOffLife>> cutOffs,
        List<AcceptedMissing> accepted,
        Map<String, List<IssuedInvoice>> invoices,
        Map<Life, Map<Integer, Long>> settled,
        Map<Life, Map<Integer, Long>> known,
        Map<Life, Boolean> earlierLives,
        Map<String, BigDecimal> broughtForward,
        List<Map<String, BigDecimal>> creditLeft,
        long lastId) {
    /** The first rating whose corrections use up the credit that is left. */
    static final int CORRECTIONS_USE_CREDIT = 4;

    /** Of a store without anything. */
    static final CycleHistory EMPTY = new CycleHistory(
            List.of(), List.of(), List.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of(Map.of()), 0);

    /** The settled sequence of a lane; 0 when no earlier cycle has read it. */
    public long settledTo(Life life, int lane) {
        return settled.getOrDefault(life, Map.of()).getOrDefault(lane, 0L);
    }

    /** Credit that a tenant has left before the next revision; 0 when none. */
    public BigDecimal creditLeft(String tenantId) {
        return creditLeft.get(nextRevision()).getOrDefault(tenantId, BigDecimal.ZERO);
    }

    /** Number of the next revision. */
    public int nextRevision() {
        return revisions.size();
    }
}
