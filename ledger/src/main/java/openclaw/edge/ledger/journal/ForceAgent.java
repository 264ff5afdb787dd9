package openclaw.edge.ledger.journal;

import java.io.IOException;
import openclaw.edge.ledger.lane.DurableDisk;
import openclaw.edge.ledger.lane.DurableWatermark;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.LaneForce;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces lanes under {@code durability: power}, and tells who waits for it. Run it on a thread of its own, which blocks for as
 * long as the disk takes; or by hand in tests. Under PROCESS it has nothing to do.
 *
 * <p>When a force fails the watermark stands, no permits are given, and it is tried again each second after everything was
 * stored again.
 */
public final class ForceAgent implements Agent {
    private static final Logger LOG = LoggerFactory.getLogger(ForceAgent.class);
    private static final long RETRY_NS = 1_000_000_000L;

    private final LaneForce[] lanes;
    private final JournalHealth health;
    private final LedgerCounters counters;
    private final EpochNanoClock clock;
    private boolean failing;
    private long retryAtNs;

    /**
     * An agent that has done nothing yet.
     *
     * @param store of the lanes
     * @param watermarks of the same lanes; none under PROCESS
     * @param disk that forces them
     * @param health told to the lanes
     * @param counters of the ledger
     * @param clock cycle time
     */
    public ForceAgent(
            final LaneStore store,
            final DurableWatermark[] watermarks,
            final DurableDisk disk,
            final JournalHealth health,
            final LedgerCounters counters,
            final EpochNanoClock clock) {
        this.lanes = new LaneForce[watermarks.length];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new LaneForce(store.file(i), watermarks[i], disk);
        }
        this.health = health;
        this.counters = counters;
        this.clock = clock;
    }

    @Override
    public String roleName() {
        return "force";
    }

    @Override
    public int doWork() {
        if (failing) {
            final long nowNs = clock.nanoTime();
            // Not when the wall clock was set back meanwhile.
            if (nowNs < retryAtNs && nowNs >= retryAtNs - RETRY_NS) {
                return 0;
            }
        }
        int work = 0;
        try {
            for (final LaneForce lane : lanes) {
                final int forced = lane.force();
                if (forced > 0) {
                    counters.increment(LedgerCounter.FORCES);
                }
                work += forced;
            }
            if (failing) {
                failing = false;
                health.forceFails(false);
                LOG.info("Lanes can be forced again");
            }
        } catch (final IOException e) {
            fail(e);
        }
        return work;
    }

    private void fail(final IOException cause) {
        counters.increment(LedgerCounter.FORCE_FAILURES);
        retryAtNs = clock.nanoTime() + RETRY_NS;
        health.forceFails(true);
        if (!failing) {
            failing = true;
            LOG.error(
                    "A lane cannot be forced: {}. No permits are given, and responses wait. Tried again each second",
                    cause.toString(),
                    cause);
        }
    }
}
