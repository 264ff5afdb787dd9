package openclaw.edge.sync;

/** Smoothed time from sending to acknowledgement, and how long to wait before sending again (RFC 6298, simplified). */
final class RoundTrip {

    /** Shortest wait before something is sent again. */
    static final long MIN_RETRANSMIT_NS = 2_000_000L;

    private static final long INITIAL_NS = 25_000_000L;
    private static final int GAIN_SHIFT = 3;

    private long smoothedNs;

    /** Forgets what was measured. */
    void reset() {
        smoothedNs = 0;
    }

    /** A measurement, of something that was sent once only. */
    void sample(final long elapsedNs) {
        smoothedNs = smoothedNs == 0 ? Math.max(1, elapsedNs) : smoothedNs + ((elapsedNs - smoothedNs) >> GAIN_SHIFT);
    }

    /** Smoothed round trip, 0 if nothing was measured yet. */
    long smoothedNs() {
        return smoothedNs;
    }

    /** How long to wait for an acknowledgement. */
    long retransmitAfterNs() {
        return Math.max(MIN_RETRANSMIT_NS, 2 * (smoothedNs == 0 ? INITIAL_NS : smoothedNs));
    }
}
