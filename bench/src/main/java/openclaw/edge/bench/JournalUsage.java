package openclaw.edge.bench;

import java.nio.charset.StandardCharsets;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;

/** The exchanges by which the ledger is measured: one request of one tenant, as an event loop records it. */
final class JournalUsage {
    /** 2026-11-20T20:00:00Z. */
    static final long ADMITTED_NS = 1_795_204_800_000_000_000L;

    private static final byte[] TENANT = "tenant-abc123".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AGENT = "crawler-7".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ROUTE = "/v1/rate".getBytes(StandardCharsets.US_ASCII);

    private JournalUsage() {}

    /** From claim to commit; answers the record's sequence. */
    static long exchange(final Lane lane, final long admittedNs) {
        final int slot = lane.claim();
        begin(lane, slot, admittedNs);
        fill(lane, slot);
        return lane.commit(slot);
    }

    /** Admission and both phases in a claimed slot. */
    static void begin(final Lane lane, final int slot, final long admittedNs) {
        lane.admission(slot)
                .admittedNs(admittedNs)
                .admittedTokens(1)
                .tenant(TENANT, 0, TENANT.length)
                .agent(AGENT, 0, AGENT.length)
                .route(ROUTE, 0, ROUTE.length);
        lane.admitted(slot);
        lane.phase(slot, Phase.SENT);
        lane.phase(slot, Phase.STREAMING);
    }

    /** All that a record says but its commit. */
    static void fill(final Lane lane, final int slot) {
        lane.record(slot).outcome(Outcome.COMPLETE).status(200).bytesOut(512).latencyNs(100_000);
    }

    /** Runs the journal's agent until nothing is left in the lanes. */
    static void drain(final Ledger ledger) {
        while (ledger.agent().doWork() > 0) {
            // Until nothing is left.
        }
    }
}
