package openclaw.edge.load.gatling;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Latencies by the interval in which their requests began. Any thread. */
final class Timeline {
    private static final long MOST_US = TimeUnit.MINUTES.toMicros(5);
    private static final int DIGITS = 2;

    private final long intervalNs;
    private final Histogram past = new Histogram(MOST_US, DIGITS);
    private final List<Histogram> intervals = new ArrayList<>();
    private int forgotten;
    private long firstNs;

    /**
     * Of intervals so long, the first of which begins with the first request.
     *
     * @param intervalNs above 0
     */
    Timeline(final long intervalNs) {
        this.intervalNs = intervalNs;
    }

    /** A request took so long. */
    synchronized void record(final long beganNs, final long endedNs) {
        if (size() == 0) {
            firstNs = beganNs;
        }
        final int index = (int) Math.max(0, (beganNs - firstNs) / intervalNs - forgotten);
        while (intervals.size() <= index) {
            intervals.add(new Histogram(MOST_US, DIGITS));
        }
        final long us = TimeUnit.NANOSECONDS.toMicros(Math.max(0, endedNs - beganNs));
        intervals.get(index).recordValue(Math.min(us, MOST_US));
    }

    /** How many intervals have begun. */
    synchronized int size() {
        return forgotten + intervals.size();
    }

    /** Latencies of the intervals from {@code from} to before {@code to}, in microseconds; none beyond the last, or forgotten. */
    synchronized Histogram between(final int from, final int to) {
        final Histogram sum = new Histogram(MOST_US, DIGITS);
        for (int i = Math.max(0, from - forgotten); i < Math.min(to - forgotten, intervals.size()); i++) {
            sum.add(intervals.get(i));
        }
        return sum;
    }

    /** As above for all that is not forgotten before {@code to}, of which then only the sum of all is kept. */
    synchronized Histogram forget(final int to) {
        final Histogram sum = between(0, to);
        past.add(sum);
        final List<Histogram> gone = intervals.subList(0, Math.max(0, Math.min(to - forgotten, intervals.size())));
        forgotten += gone.size();
        gone.clear();
        return sum;
    }

    /** All of them. */
    synchronized Histogram all() {
        final Histogram all = between(0, Integer.MAX_VALUE);
        all.add(past);
        return all;
    }

    /** The percentiles that people ask for. */
    static String text(final Histogram us) {
        return "p50 " + ms(us, 50) + ", p99 " + ms(us, 99) + ", p99.9 " + ms(us, 99.9) + " ms";
    }

    /** One percentile in milliseconds. */
    static String ms(final Histogram us, final double percentile) {
        return String.format("%.2f", us.getValueAtPercentile(percentile) / 1000.0);
    }
}
