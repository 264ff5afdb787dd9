package openclaw.edge.ledger;

import java.nio.charset.StandardCharsets;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;

/** Exchanges as an event loop would make them. */
public final class Exchanges {
    private static final byte[] TENANT = bytes("tenant-abc123");
    private static final byte[] AGENT = bytes("crawler-7");
    private static final byte[] ROUTE = bytes("/v1/rate");
    private static final byte[] NO_MODEL = {};

    private Exchanges() {}

    public static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Claims and admits with one token. */
    public static int admit(final Lane lane, final long admittedNs) {
        return admit(lane, admittedNs, TENANT, 1, false);
    }

    public static int admit(
            final Lane lane,
            final long admittedNs,
            final byte[] tenant,
            final long tokens,
            final boolean billAdmitted) {
        final int slot = lane.claim();
        if (slot == Lane.NO_SLOT) {
            return slot;
        }
        lane.admission(slot)
                .admittedNs(admittedNs)
                .admittedTokens(tokens)
                .requestIdHash(77)
                .billAdmitted(billAdmitted)
                .tenant(tenant, 0, tenant.length)
                .agent(AGENT, 0, AGENT.length)
                .route(ROUTE, 0, ROUTE.length)
                .model(NO_MODEL, 0, 0);
        lane.admitted(slot);
        return slot;
    }

    public static long complete(final Lane lane, final int slot) {
        lane.phase(slot, Phase.STREAMING);
        lane.record(slot)
                .outcome(Outcome.COMPLETE)
                .status(200)
                .bytesIn(0)
                .bytesOut(512)
                .latencyNs(1_000_000);
        return lane.commit(slot);
    }

    public static long whole(final Lane lane, final long admittedNs) {
        return complete(lane, admit(lane, admittedNs));
    }
}
