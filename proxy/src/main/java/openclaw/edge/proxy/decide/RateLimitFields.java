package openclaw.edge.proxy.decide;

import java.nio.charset.StandardCharsets;
import openclaw.edge.crdt.LimitSet;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * RateLimit-Policy and RateLimit on answers (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4; RFC 9651 lists):
 * {@code "agent";r=999;t=4, "tenant";r=1999;t=1}, {@code r} tokens that are left, {@code t} seconds until all are back. One per
 * event loop, allocates nothing.
 */
public final class RateLimitFields {
    private static final byte[] REMAINING = "\";r=".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESET = ";t=".getBytes(StandardCharsets.US_ASCII);
    private static final long MAX_SF_INTEGER = 999_999_999_999_999L;
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final int ROOM_PER_LIMIT = 128;

    private final byte[] value = new byte[LimitSet.MAX_ENTRIES * ROOM_PER_LIMIT];
    private final UnsafeBuffer buffer = new UnsafeBuffer(value);

    /**
     * Sets both fields on a response, in place of an upstream's own.
     *
     * @param admitted with terms; RateLimit is set when it was decided
     * @param epochNs cycle time now
     */
    public void add(final Head response, final Admitted admitted, final long epochNs) {
        response.dropAll(FieldNames.RATELIMIT_POLICY);
        response.dropAll(FieldNames.RATELIMIT);
        final AdmissionPart part = admitted.part();
        if (part.policyField().length == 0) {
            return;
        }
        response.add(FieldNames.RATELIMIT_POLICY, part.policyField());
        if (admitted.isDecided()) {
            response.add(FieldNames.RATELIMIT, value, 0, write(admitted.limits(), part, epochNs));
        }
    }

    /** Seconds for Retry-After: rounded up, at least 1. */
    public static long retryAfterSeconds(final long waitNs) {
        return Math.max(1, secondsRoundedUp(waitNs));
    }

    private int write(final LimitSet limits, final AdmissionPart part, final long epochNs) {
        int at = 0;
        for (int i = 0; i < part.limitCount(); i++) {
            at = entry(at, part.policyName(i), limits.remaining(i), limits.resetNs(i));
        }
        if (part.isQuotaPolicy()) {
            final int index = part.limitCount();
            final long cycleEndNs = part.terms().cycle().endNs();
            at = entry(at, part.policyName(index), limits.remaining(index), Math.max(0, cycleEndNs - epochNs));
        }
        return at;
    }

    private int entry(final int from, final byte[] name, final long remaining, final long resetNs) {
        int at = from;
        if (at > 0) {
            value[at++] = ',';
            value[at++] = ' ';
        }
        value[at++] = '"';
        System.arraycopy(name, 0, value, at, name.length);
        at += name.length;
        System.arraycopy(REMAINING, 0, value, at, REMAINING.length);
        at += REMAINING.length;
        at += buffer.putLongAscii(at, Math.min(MAX_SF_INTEGER, remaining));
        System.arraycopy(RESET, 0, value, at, RESET.length);
        at += RESET.length;
        at += buffer.putLongAscii(at, secondsRoundedUp(resetNs));
        return at;
    }

    private static long secondsRoundedUp(final long ns) {
        return ns / NS_PER_SECOND + (ns % NS_PER_SECOND == 0 ? 0 : 1);
    }
}
