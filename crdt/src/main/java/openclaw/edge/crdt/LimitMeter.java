package openclaw.edge.crdt;

import java.util.concurrent.atomic.AtomicLong;

/** Of one reserved bucket, what may take its admissions above the bound; counted since the process began. Any thread. */
final class LimitMeter {

    private final AtomicLong settledAboveTokens = new AtomicLong();
    private final AtomicLong cappedUnits = new AtomicLong();

    void addSettledAbove(final long tokens) {
        settledAboveTokens.getAndAdd(tokens);
    }

    void addCapped(final long units) {
        cappedUnits.getAndAdd(units);
    }

    /** S: tokens charged by settlement above what had been admitted. */
    long settledAboveTokens() {
        return settledAboveTokens.get();
    }

    /** F: units of virtual time that the debt cap forgave. */
    long cappedUnits() {
        return cappedUnits.get();
    }
}
