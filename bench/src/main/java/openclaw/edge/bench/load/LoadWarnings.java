package openclaw.edge.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What makes figures worth less than they look: said whenever it is so. */
final class LoadWarnings {
    /** Of what is due. */
    private static final double MISSED_SHARE = 0.01;

    /** Of a thread's time. Above it requests wait for the thread and not for the server. */
    private static final double BUSY_SHARE = 0.9;

    private static final double PERCENTILE = 99;

    /** Below this nobody blames the client. */
    private static final long LATE_NS = 1_000_000;

    /** Part of the latency that is the client's own when it is named. */
    private static final int LATE_PART = 10;

    private static final double MS = 1e6;

    private LoadWarnings() {}

    /** Sentences, each with what was seen and what to do; empty when the figures are of the server. */
    static List<String> of(final LoadPlan plan, final LoadResult result) {
        final List<String> warnings = new ArrayList<>();
        if (result.failedConnects() > 0) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%,d connections could not be made: the server refused them, or was not there for a part of the run",
                    result.failedConnects()));
        }
        final double achieved = result.sentPerSecond(plan);
        if (result.measuredSeconds(plan) > 0 && achieved < plan.rate() * (1 - MISSED_SHARE)) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "the rate was not reached: %,.0f requests/s were sent of %,d; the server answered more slowly than"
                            + " requests were due, or this client is too slow; try more --connections or --threads, or a"
                            + " lower --rate",
                    achieved,
                    plan.rate()));
        }
        if (result.busy() > BUSY_SHARE) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "the client itself did not keep up: a thread of it was busy %.0f %% of the time, so these latencies"
                            + " are partly its own; try more --threads, a lower --rate, or another machine for the client",
                    result.busy() * 100));
        }
        final long ownNs = result.ownLateness().getValueAtPercentile(PERCENTILE);
        final long latencyNs = result.latency().getValueAtPercentile(PERCENTILE);
        if (ownNs >= LATE_NS && ownNs >= latencyNs / LATE_PART) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "the client itself did not keep up: it sent 1 %% of the requests %.1f ms late or more although a"
                            + " connection was free, beside a p99 latency of %.1f ms; its threads did not get the CPU: try"
                            + " a quieter machine, or a lower --rate",
                    ownNs / MS,
                    latencyNs / MS));
        }
        return warnings;
    }
}
