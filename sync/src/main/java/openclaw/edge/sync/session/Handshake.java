package openclaw.edge.sync.session;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * One address that this node wants a session with, while it waits for the WELCOME. The same HELLO is repeated, at growing
 * intervals, so that a slow answer to an earlier one still fits; after {@link #SENDS_PER_ATTEMPT} another attempt begins,
 * under the other secret if there is one.
 *
 * <p>The intervals double from {@link #FIRST_RETRY_NS} to {@link #STEADY_RETRY_NS}, and are then a {@link #PATIENCE}th of
 * the time for which the address has been asked, up to {@link #LAST_RETRY_NS}: who was away for long is met again after a
 * sixteenth more of that time at most. Up to an eighth is taken off each, as the HELLO's nonce says, so that many who lost
 * the same member do not ask it in step.
 */
final class Handshake {

    static final int SENDS_PER_ATTEMPT = 4;

    static final long FIRST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long STEADY_RETRY_NS = TimeUnit.SECONDS.toNanos(1);
    static final long LAST_RETRY_NS = TimeUnit.SECONDS.toNanos(30);
    static final int PATIENCE = 16;

    private static final int JITTER_BITS = 8;
    private static final int JITTER_FRACTION = 8;

    private final InetSocketAddress to;
    private final long sinceNs;
    private int attempts;
    private long attempt;
    private int secret;
    private long localId;
    private long nonceHigh;
    private long nonceLow;
    private int sends;
    private long retryNs = FIRST_RETRY_NS;
    private long dueNs;

    Handshake(final InetSocketAddress to, final long nowNs) {
        this.to = to;
        this.sinceNs = nowNs;
        this.dueNs = nowNs;
    }

    boolean isDue(final long nowNs) {
        return dueNs - nowNs <= 0;
    }

    boolean isUsedUp() {
        return attempts == 0 || sends == SENDS_PER_ATTEMPT;
    }

    /** A new HELLO, never answered before. */
    void attempt(final long number, final int secrets, final long id, final long high, final long low) {
        secret = attempts++ % secrets;
        attempt = number;
        localId = id;
        nonceHigh = high;
        nonceLow = low;
        sends = 0;
    }

    void onSent(final long nowNs) {
        sends++;
        final long patientNs = Math.min(LAST_RETRY_NS, (nowNs - sinceNs) / PATIENCE);
        dueNs = nowNs + (patientNs > STEADY_RETRY_NS ? patientNs - jitterNs(patientNs) : retryNs);
        retryNs = Math.min(2 * retryNs, STEADY_RETRY_NS);
    }

    private long jitterNs(final long ofNs) {
        final long drawn = (nonceLow >>> (sends * JITTER_BITS)) & ((1 << JITTER_BITS) - 1);
        return (ofNs / JITTER_FRACTION * drawn) >> JITTER_BITS;
    }

    /** Begins again, as the secrets have changed. */
    void restart(final long nowNs) {
        attempts = 0;
        dueNs = nowNs;
    }

    InetSocketAddress to() {
        return to;
    }

    long attemptNumber() {
        return attempt;
    }

    int secret() {
        return secret;
    }

    long localId() {
        return localId;
    }

    long nonceHigh() {
        return nonceHigh;
    }

    long nonceLow() {
        return nonceLow;
    }
}
