package openclaw.edge.proxy.record;

import openclaw.edge.ledger.lane.AdmissionSlot;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.proxy.decide.Admitted;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.identify.Identity;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes an admitted exchange into its loop's lane: open from admission to end, and exactly one final record, committed before
 * the byte that completes the response is handed on.
 *
 * <pre>
 *   claim -> (refused) cancel
 *         -> (admitted) admitted -> sent -> streaming -> progress ... -> end
 * </pre>
 *
 * One per event loop. Nothing here allocates, blocks or fails after {@link #claim}.
 */
public final class UsageRecorder {
    private static final long NO_REQUEST_ID = 0;
    /** What a kill may make uncertain of one exchange's bytes. */
    private static final long INTERIM_BYTES = 1 << 20;

    private static final long INTERIM_NS = 60_000_000_000L;

    private final Lane lane;
    private final UnsafeBuffer nameBuffer = new UnsafeBuffer(new byte[0]);

    /** @param lane of the event loop */
    public UsageRecorder(final Lane lane) {
        this.lane = lane;
    }

    /** Takes a permit: after it, the record cannot fail. False: there is none, and nothing is taken. */
    public boolean claim(final OpenUsage out) {
        out.slot = lane.claim();
        return out.slot != Lane.NO_SLOT;
    }

    /** Gives the permit back: the request was refused. */
    public void cancel(final OpenUsage open) {
        if (open.isRecorded()) {
            lane.cancel(open.slot);
            open.slot = Lane.NO_SLOT;
        }
    }

    /**
     * The request was admitted. Without a permit it goes on unrecorded, as a loss.
     *
     * @param epochNs admission instant in cycle time, which decided the terms
     * @param nowNs monotonic
     */
    public void admitted(
            final Head request,
            final Identity identity,
            final Admitted decided,
            final long epochNs,
            final long nowNs,
            final OpenUsage open) {
        open.admitted = true;
        open.admittedNs = nowNs;
        open.recordedNs = nowNs;
        if (!open.isRecorded()) {
            return;
        }
        final AdmissionSlot slot = lane.admission(open.slot);
        final byte[] tenant = decided.tenant().idBytes();
        final byte[] route = decided.route().name();
        slot.admittedNs(epochNs)
                .admittedTokens(decided.tokens())
                .requestIdHash(requestIdHash(request, identity))
                .billAdmitted(decided.part().isBilledAlways())
                .tenant(tenant, 0, tenant.length)
                .agent(identity.agentBytes(request), identity.agentOffset(), identity.agentLength())
                .route(route, 0, route.length)
                .model(decided.model(), 0, decided.modelLength());
        lane.admitted(open.slot);
    }

    private long requestIdHash(final Head request, final Identity identity) {
        if (!identity.hasRequestId()) {
            return NO_REQUEST_ID;
        }
        final int length = identity.requestIdLength();
        nameBuffer.wrap(request.bytes(), identity.requestIdOffset(), length);
        return NameHash.xxh64(nameBuffer, 0, length, 0);
    }

    /** The request's head is about to go upstream. */
    public void sent(final OpenUsage open) {
        advance(open, Phase.SENT);
    }

    /** The final response's head is about to go to the client. */
    public void streaming(final OpenUsage open) {
        advance(open, Phase.STREAMING);
    }

    private void advance(final OpenUsage open, final Phase phase) {
        if (phase.code() > open.phase.code()) {
            open.phase = phase;
            if (open.isRecorded()) {
                lane.phase(open.slot, phase);
            }
        }
    }

    /**
     * More of either body, or of a tunnel, has come: notes how far it is, and every minute or 1 MiB (both directions together)
     * writes an interim record, so that a kill leaves little of a long stream in doubt. If nothing more comes, what is new is
     * recorded when its minute is over; while there is nothing new, nothing is written.
     */
    public void progress(final Exchange exchange, final OpenUsage open, final long nowNs) {
        if (!open.isRecorded()) {
            return;
        }
        final long bytesIn = exchange.requestBytes();
        final long bytesOut = exchange.responseBytes();
        lane.progress(open.slot, bytesIn, bytesOut);
        if (!open.isWatched()) {
            open.watch(this, exchange, open.recordedNs + INTERIM_NS);
        }
        if (bytesIn + bytesOut < INTERIM_BYTES && nowNs - open.recordedNs < INTERIM_NS) {
            return;
        }
        final long newIn = bytesIn - lane.recordedBytesIn(open.slot);
        final long newOut = bytesOut - lane.recordedBytesOut(open.slot);
        if (newIn + newOut < INTERIM_BYTES && nowNs - open.recordedNs < INTERIM_NS) {
            return;
        }
        interim(exchange, open, newIn, newOut, nowNs);
    }

    private void interim(
            final Exchange exchange, final OpenUsage open, final long newIn, final long newOut, final long nowNs) {
        final UsageRecord interim = lane.interim(open.slot);
        if (interim != null) {
            interim.status(exchange.response().status()).bytesIn(newIn).bytesOut(newOut);
            lane.commitInterim(open.slot);
            open.recordedNs = nowNs;
        }
    }

    /** A minute after the last record: what is new since gets one. */
    void due(final Exchange exchange, final OpenUsage open, final long nowNs) {
        final long newIn = exchange.requestBytes() - lane.recordedBytesIn(open.slot);
        final long newOut = exchange.responseBytes() - lane.recordedBytesOut(open.slot);
        final long dueNs = open.recordedNs + INTERIM_NS;
        if (nowNs < dueNs) {
            open.watch(this, exchange, dueNs);
        } else if (newIn + newOut > 0) {
            interim(exchange, open, newIn, newOut, nowNs);
            open.watch(this, exchange, nowNs + INTERIM_NS);
        }
    }

    /**
     * The exchange ends: commits its final record, or counts it as a loss.
     *
     * @param epochNs cycle time now
     * @param nowNs monotonic
     * @return tokens charged, 0 or what was admitted; the rest is to be refunded
     */
    public long end(
            final Exchange exchange,
            final Admitted decided,
            final OpenUsage open,
            final Outcome outcome,
            final long epochNs,
            final long nowNs) {
        final int status = exchange.response().status();
        final openclaw.edge.ledger.record.Outcome recorded = recorded(outcome);
        final boolean isCharged = decided.part().bill().isCharged(recorded, status, open.phase);
        final long charged = isCharged ? decided.tokens() : 0;
        open.admitted = false;
        open.unwatch(exchange);
        if (open.isRecorded()) {
            final UsageRecord record = lane.record(open.slot);
            record.outcome(recorded)
                    .status(status)
                    .bytesIn(exchange.requestBytes() - lane.recordedBytesIn(open.slot))
                    .bytesOut(exchange.responseBytes() - lane.recordedBytesOut(open.slot))
                    .latencyNs(Math.max(0, nowNs - open.admittedNs));
            if (!isCharged) {
                record.exempt(true).chargedTokens(0);
            }
            lane.commit(open.slot);
            open.slot = Lane.NO_SLOT;
        } else {
            final byte[] tenant = decided.tenant().idBytes();
            lane.loss(tenant, 0, tenant.length, charged, epochNs);
        }
        return charged;
    }

    private static openclaw.edge.ledger.record.Outcome recorded(final Outcome outcome) {
        return switch (outcome) {
            case COMPLETE -> openclaw.edge.ledger.record.Outcome.COMPLETE;
            case CLIENT_ABORT -> openclaw.edge.ledger.record.Outcome.CLIENT_ABORT;
            case UPSTREAM_FAILED -> openclaw.edge.ledger.record.Outcome.UPSTREAM_FAILED;
            case TIMEOUT -> openclaw.edge.ledger.record.Outcome.TIMEOUT;
            case SHUTDOWN -> openclaw.edge.ledger.record.Outcome.SHUTDOWN;
        };
    }

    /** Exchanges open in the lane now; the loop's own thread only. */
    public int openExchanges() {
        return lane.openExchanges();
    }
}
