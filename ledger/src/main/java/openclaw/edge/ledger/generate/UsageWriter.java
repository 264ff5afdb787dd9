package openclaw.edge.ledger.generate;

import static openclaw.edge.ledger.record.UsageRecordDescriptor.FLAG_EXEMPT;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.FLAG_FINAL;
import static openclaw.edge.ledger.record.UsageRecordDescriptor.FLAG_RECOVERED;

import openclaw.edge.ledger.journal.JournalAppender;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;

/** Writes one node's usage records, and counts them. Nothing is allocated for an exchange that is over at once. */
final class UsageWriter {
    private static final int STATUS_OK = 200;
    private static final long INTERIM_BYTES = 1 << 20;
    private static final long TIMEOUT_NS = 60_000_000_000L;
    private static final long MIN_LATENCY_NS = 500_000;

    private final Traffic traffic;
    private final Chance chance;
    private final NodeNames names;
    private final Totals totals;
    private final UsageRecord usage = new UsageRecord();
    private JournalAppender appender;

    UsageWriter(final Traffic traffic, final Chance chance, final NodeNames names, final Totals totals) {
        this.traffic = traffic;
        this.chance = chance;
        this.names = names;
        this.totals = totals;
    }

    void appender(final JournalAppender newAppender) {
        appender = newAppender;
    }

    /** An exchange of a lane that ends now. */
    void whole(final LifeState state, final int lane, final Ending ending, final long nowNs) {
        final int tenant = traffic.drawTenant(chance);
        final int agent = traffic.drawAgent(chance);
        final Call call = Call.draw(chance);
        final long bits = chance.bits();
        final long latencyNs =
                MIN_LATENCY_NS + (bits & 0x3FF_FFFF) + (ending.outcome == Outcome.TIMEOUT ? TIMEOUT_NS : 0);
        final long charged = ending.isBilled ? call.tokens : 0;
        begin(state, lane, ++state.exchanges[lane], tenant, agent, call)
                .outcome(ending.outcome)
                .flags(ending.isBilled ? FLAG_FINAL : FLAG_FINAL | FLAG_EXEMPT)
                .status(ending.status)
                .requests(1)
                .phase(ending.phase.code())
                .admittedNs(nowNs - latencyNs)
                .latencyNs(latencyNs)
                .bytesIn(bits >>> 26 & 0x7FF)
                .bytesOut(ending.phase == Phase.STREAMING ? bits >>> 37 & 0x3FFF : 0)
                .requestIdHash(bits >>> 62 == 0 ? bits | 1 : 0)
                .admittedTokens(call.tokens)
                .chargedTokens(charged);
        if (call.hasModel() && ending.isBilled) {
            usage.inputTokens(bits >>> 26 & 0x7FF).outputTokens(bits >>> 37 & 0x3FF);
        }
        appender.append();
        totals.last(tenant, ending.isBilled, charged);
    }

    /** An exchange of a lane that begins now. */
    OpenCall open(final LifeState state, final int lane, final long nowNs) {
        return new OpenCall(
                lane,
                ++state.exchanges[lane],
                traffic.drawTenant(chance),
                traffic.drawAgent(chance),
                Call.draw(chance),
                nowNs);
    }

    /** A stream goes on: bytes, and a token of what it was admitted with. */
    void interim(final LifeState state, final OpenCall open) {
        final long charged = Math.min(1, open.rest);
        open.rest -= charged;
        open.interims--;
        begin(state, open.lane, open.exchange, open.tenant, open.agent, open.call)
                .status(STATUS_OK)
                .phase(Phase.STREAMING.code())
                .admittedNs(open.admittedNs)
                .bytesOut(INTERIM_BYTES + chance.below(1 << 14))
                .chargedTokens(charged);
        appender.append();
        totals.interim(open.tenant, charged);
    }

    /** An open exchange ends. What interim records charged before stays charged: only streaming ones have them. */
    void last(final LifeState state, final OpenCall open, final Ending ending, final long nowNs) {
        final boolean isInDoubt = ending.outcome == Outcome.IN_DOUBT;
        final long charged = ending.isBilled ? open.rest : 0;
        begin(state, open.lane, open.exchange, open.tenant, open.agent, open.call)
                .outcome(ending.outcome)
                .flags(FLAG_FINAL | (ending.isBilled ? 0 : FLAG_EXEMPT) | (isInDoubt ? FLAG_RECOVERED : 0))
                .status(ending.status)
                .requests(1)
                .phase(ending.phase.code())
                .admittedNs(open.admittedNs)
                .latencyNs(isInDoubt ? 0 : nowNs - open.admittedNs)
                .bytesOut(ending.phase == Phase.STREAMING ? chance.below(1 << 14) : 0)
                .admittedTokens(open.call.tokens)
                .chargedTokens(charged);
        appender.append();
        totals.last(open.tenant, ending.isBilled, charged);
    }

    private UsageRecord begin(
            final LifeState state,
            final int lane,
            final long exchange,
            final int tenant,
            final int agent,
            final Call call) {
        names.define(tenant, agent, call);
        return usage.begin(appender.record(), 0, state.life.high(), state.life.low(), lane)
                .sequence(++state.sequences[lane])
                .exchange(exchange)
                .tenantId(traffic.tenantId(tenant))
                .agentId(traffic.agentId(tenant, agent))
                .routeId(traffic.routeId(call))
                .modelId(traffic.modelId(call));
    }
}
