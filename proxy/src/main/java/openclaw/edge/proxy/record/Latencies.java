package openclaw.edge.proxy.record;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * How long exchanges of one event loop took, in microseconds: in all, and of that until the upstream began to answer. Written by
 * the loop, at the resolution of its turns; each reading by another thread takes what came since the last one.
 */
public final class Latencies {
    private static final long HIGHEST_US = TimeUnit.HOURS.toMicros(1);
    private static final int DIGITS = 2;
    private static final long NS_PER_US = 1000;

    private final SingleWriterRecorder total = new SingleWriterRecorder(HIGHEST_US, DIGITS);
    private final SingleWriterRecorder upstream = new SingleWriterRecorder(HIGHEST_US, DIGITS);
    private final SingleWriterRecorder own = new SingleWriterRecorder(HIGHEST_US, DIGITS);

    /**
     * Records an exchange that was forwarded and answered. Does not allocate.
     *
     * @param totalNs from the complete request head to the end of the response
     * @param upstreamNs from the sending of the request to the head of the response
     */
    public void record(final long totalNs, final long upstreamNs) {
        final long totalUs = clamp(totalNs);
        final long upstreamUs = Math.min(totalUs, clamp(upstreamNs));
        total.recordValue(totalUs);
        upstream.recordValue(upstreamUs);
        own.recordValue(totalUs - upstreamUs);
    }

    /** Adds to three histograms what was recorded since the last call. One reader at a time. */
    public void drainTo(final Histogram totals, final Histogram upstreams, final Histogram owns) {
        totals.add(total.getIntervalHistogram());
        upstreams.add(upstream.getIntervalHistogram());
        owns.add(own.getIntervalHistogram());
    }

    /** A histogram that takes what {@link #drainTo} gives. */
    public static Histogram histogram() {
        return new Histogram(HIGHEST_US, DIGITS);
    }

    private static long clamp(final long ns) {
        return Math.max(0, Math.min(HIGHEST_US, ns / NS_PER_US));
    }
}
