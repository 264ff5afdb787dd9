package openclaw.edge.bench.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What was seen of the requests that were due while it was measured. Each of them is in exactly one place: answered, by
 * status; failed, by kind; or never sent. Latencies are in nanoseconds. Belongs to one thread.
 */
final class LoadResult {

    /** Why a request has no answer. */
    enum Failure {
        /** The connection ended before the answer did. */
        CLOSED("connection closed"),
        /** No whole answer in time. */
        TIMED_OUT("timed out"),
        /** What came is no HTTP/1.1 response. */
        MALFORMED("malformed answer");

        private final String text;

        Failure(final String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private static final int DIGITS = 3;

    private final Map<Integer, Histogram> byStatus = new TreeMap<>();
    private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
    private final Histogram latency = new Histogram(DIGITS);
    private final Histogram service = new Histogram(DIGITS);
    private final Histogram lateness = new Histogram(DIGITS);
    private final Histogram ownLateness = new Histogram(DIGITS);
    private long sendingNs;
    private double busy;
    private long sent;
    private long neverSent;
    private long failedConnects;
    private long connects;

    /**
     * A request was sent.
     *
     * @param lateNs since it was due
     * @param ownLateNs of it, since a connection was free too: nothing but this client held it back
     * @param sinceStartNs since the first request that counts was due
     */
    void onSent(final long lateNs, final long ownLateNs, final long sinceStartNs) {
        sent++;
        lateness.recordValue(Math.max(0, lateNs));
        ownLateness.recordValue(Math.max(0, ownLateNs));
        sendingNs = Math.max(sendingNs, sinceStartNs);
    }

    /** What part of its time a sending thread used the CPU, 0 to 1. */
    void onBusy(final double share) {
        busy = Math.max(busy, share);
    }

    void onAnswer(final int status, final long sinceDueNs, final long sinceSentNs) {
        latency.recordValue(Math.max(0, sinceDueNs));
        service.recordValue(Math.max(0, sinceSentNs));
        byStatus.computeIfAbsent(status, any -> new Histogram(DIGITS)).recordValue(Math.max(0, sinceDueNs));
    }

    void onFailure(final Failure failure, final long sinceDueNs) {
        // At least so long: who waited for it in vain has waited.
        latency.recordValue(Math.max(0, sinceDueNs));
        failures.merge(failure, 1L, Long::sum);
    }

    void onNeverSent(final long requests) {
        neverSent += requests;
    }

    void onConnect(final boolean hasFailed) {
        if (hasFailed) {
            failedConnects++;
        } else {
            connects++;
        }
    }

    /** Adds what another thread has seen, which has ended. */
    void add(final LoadResult other) {
        other.byStatus.forEach((status, histogram) ->
                byStatus.computeIfAbsent(status, any -> new Histogram(DIGITS)).add(histogram));
        other.failures.forEach((failure, count) -> failures.merge(failure, count, Long::sum));
        latency.add(other.latency);
        service.add(other.service);
        lateness.add(other.lateness);
        ownLateness.add(other.ownLateness);
        sendingNs = Math.max(sendingNs, other.sendingNs);
        busy = Math.max(busy, other.busy);
        sent += other.sent;
        neverSent += other.neverSent;
        connects += other.connects;
        failedConnects += other.failedConnects;
    }

    /** Latencies by status, counted from when each request was due. */
    Map<Integer, Histogram> byStatus() {
        return byStatus;
    }

    Map<Failure, Long> failures() {
        return failures;
    }

    /** From due to answered or failed: what a client at this rate has to wait. */
    Histogram latency() {
        return latency;
    }

    /** From sent to answered: what the server took, blind to those that waited for a connection. */
    Histogram service() {
        return service;
    }

    /** From due to sent: late since this client was, or since no connection was free. */
    Histogram lateness() {
        return lateness;
    }

    /** Of {@link #lateness()}, what this client alone is the cause of: a connection was free. */
    Histogram ownLateness() {
        return ownLateness;
    }

    /** CPU time of the busiest sending thread as a part of its time, 0 to 1; of the warm-up too. */
    double busy() {
        return busy;
    }

    /**
     * The rate at which requests left.
     *
     * @param seconds in which they were due
     */
    double sentPerSecond(final int seconds) {
        return sent / Math.max(seconds, sendingNs / (double) LoadPlan.SECOND_NS);
    }

    /** Requests that were answered with 2xx, of all that were due; 1 when none was due. */
    double successRatio() {
        final long due = sent + neverSent;
        final long good = byStatus.entrySet().stream()
                .filter(each -> each.getKey() / 100 == 2)
                .mapToLong(each -> each.getValue().getTotalCount())
                .sum();
        return due == 0 ? 1 : (double) good / due;
    }

    long sent() {
        return sent;
    }

    long neverSent() {
        return neverSent;
    }

    long connects() {
        return connects;
    }

    long failedConnects() {
        return failedConnects;
    }

    long answered() {
        return service.getTotalCount();
    }

    long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }
}
