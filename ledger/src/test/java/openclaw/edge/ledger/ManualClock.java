package openclaw.edge.ledger;

import org.agrona.concurrent.EpochNanoClock;

/** Cycle time moved by hand. */
public final class ManualClock implements EpochNanoClock {
    /** 2026-11-20T20:00:00Z. */
    public static final long START_NS = 1_795_204_800_000_000_000L;

    private long nowNs = START_NS;

    @Override
    public long nanoTime() {
        return nowNs;
    }

    public void advanceNs(final long byNs) {
        nowNs += byNs;
    }
}
