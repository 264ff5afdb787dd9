package openclaw.edge.bench.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What was seen of the requests that were due while it was measured. Each of them is in exactly one place: answered, by
 * status; failed, by kind; or never sent. All of them are in {@link #latency()}. Latencies are in nanoseconds. Belongs to one
 * thread.
 */
final class LoadResult {

    /** Why a request has no answer. */
    enum Failure {
        /** The connection ended before the answer did. */
        CLOSED("connection closed"),
        /** No whole answer in time. */
        TIMED_OUT("timed out"),
        /** What came is no HTTP/1.1 response. */
        MALFORMED("malformed answer"),
        /** On its way when the run ended, for a shorter time than the timeout. */
        CUT_OFF("cut off at the end");

        private final String text;

        Failure(final String text) {
            this.text = text;
        }

        /** Whether an answer would have come later than what is known: nobody waited for it any longer. */
        boolean isAtLeast() {
            return this == TIMED_OUT || this == CUT_OFF;
        }

        String text() {
            return text;
        }
    }

    private static final int DIGITS = 3;

    private final Map<Integer, Histogram> byStatus = new TreeMap<>();
    private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
    private final Histogram latency = new Histogram(DIGITS);
    private final Histogram atLeast = new Histogram(DIGITS);
    private final Histogram service = new Histogram(DIGITS);
    private final Histogram lateness = new Histogram(DIGITS);
    private final Histogram ownLateness = new Histogram(DIGITS);
    private long sendingNs;
    private double busy;
    private long sent;
    private long neverSent;
    private long failedConnects;
    private long connects;
    private boolean hasEndedEarly;
    private long measuredNs;

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
        if (failure.isAtLeast()) {
            atLeast.recordValue(Math.max(0, sinceDueNs));
        }
    }

    /** A request was due and has not been sent until the end. */
    void onNeverSent(final long sinceDueNs) {
        neverSent++;
        latency.recordValue(Math.max(0, sinceDueNs));
        atLeast.recordValue(Math.max(0, sinceDueNs));
    }

    /**
     * It was ended before its time: what would have been due later is not counted.
     *
     * @param sinceStartNs since the first request that counts was due, 0 where none was
     */
    void onEndedEarly(final long sinceStartNs) {
        hasEndedEarly = true;
        measuredNs = Math.max(measuredNs, sinceStartNs);
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
        atLeast.add(other.atLeast);
        service.add(other.service);
        lateness.add(other.lateness);
        ownLateness.add(other.ownLateness);
        sendingNs = Math.max(sendingNs, other.sendingNs);
        busy = Math.max(busy, other.busy);
        sent += other.sent;
        neverSent += other.neverSent;
        connects += other.connects;
        failedConnects += other.failedConnects;
        hasEndedEarly |= other.hasEndedEarly;
        measuredNs = Math.max(measuredNs, other.measuredNs);
    }

    /** Latencies by status, counted from when each request was due. */
    Map<Integer, Histogram> byStatus() {
        return byStatus;
    }

    Map<Failure, Long> failures() {
        return failures;
    }

    /** From due to answered, failed or the end of the run: what a client at this rate has to wait. One of each request that was due. */
    Histogram latency() {
        return latency;
    }

    /** Of {@link #latency()}, those that are in truth longer: timed out, cut off at the end, or never sent. */
    Histogram atLeast() {
        return atLeast;
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

    /** Whether it was ended before its time. */
    boolean hasEndedEarly() {
        return hasEndedEarly;
    }

    /** The seconds in which the requests that count were due: those of the plan, or fewer where it was ended before. */
    double measuredSeconds(final LoadPlan plan) {
        return hasEndedEarly ? Math.min(plan.seconds(), measuredNs / (double) LoadPlan.SECOND_NS) : plan.seconds();
    }

    /** The measured seconds, and those after them until the last request was sent. */
    double sendingSeconds(final LoadPlan plan) {
        return Math.max(measuredSeconds(plan), sendingNs / (double) LoadPlan.SECOND_NS);
    }

    /** The rate at which requests left: those sent, by {@link #sendingSeconds}. */
    double sentPerSecond(final LoadPlan plan) {
        return sent == 0 ? 0 : sent / sendingSeconds(plan);
    }

    /** Requests that were answered with 2xx, of all that were due; 1 when none was due. */
    double successRatio() {
        final long due = due();
        final long good = byStatus.entrySet().stream()
                .filter(each -> each.getKey() / 100 == 2)
                .mapToLong(each -> each.getValue().getTotalCount())
                .sum();
        return due == 0 ? 1 : (double) good / due;
    }

    /** Each of them is sent or never sent. */
    long due() {
        return sent + neverSent;
    }

    /** Each of them is answered or failed. */
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
