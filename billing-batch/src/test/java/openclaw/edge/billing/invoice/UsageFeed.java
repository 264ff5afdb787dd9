package openclaw.edge.billing.invoice;

import static openclaw.edge.ledger.record.UsageRecordDescriptor.FLAG_FINAL;

import java.nio.charset.StandardCharsets;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;

/** Passes usage records to an aggregator as a journal reader would, without a journal. */
final class UsageFeed {
    private static final int STATUS_OK = 200;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[UsageRecordDescriptor.LENGTH]);
    private final UsageRecord record = new UsageRecord();
    private final UsageAggregator to;
    private long sequence;

    UsageFeed(UsageAggregator to) {
        this.to = to;
    }

    /** One request that succeeded. */
    void request(String tenant, long admittedNs, long tokens, String route, String model) {
        request(++sequence, tenant, admittedNs, tokens, route, model);
    }

    /** One request that succeeded, of life 1 and lane 0. */
    void request(long number, String tenant, long admittedNs, long tokens, String route, String model) {
        record.begin(buffer, 0, 0, 1, 0)
                .sequence(number)
                .outcome(Outcome.COMPLETE)
                .flags(FLAG_FINAL)
                .status(STATUS_OK)
                .requests(1)
                .phase(Phase.STREAMING.code())
                .admittedNs(admittedNs)
                .tenantId(BillingCells.nameId(tenant))
                .routeId(id(NameKind.ROUTE, route))
                .modelId(id(NameKind.MODEL, model))
                .admittedTokens(tokens)
                .chargedTokens(tokens);
        to.onUsage(record);
    }

    private static long id(NameKind kind, String name) {
        UnsafeBuffer bytes = new UnsafeBuffer(name.getBytes(StandardCharsets.UTF_8));
        return NameHash.id(kind, 0, bytes, 0, bytes.capacity());
    }
}
