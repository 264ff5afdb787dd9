package openclaw.edge.proxy.decide;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import openclaw.edge.catalog.PathPattern;
import openclaw.edge.proxy.answer.Shape;

/** What holds for requests whose path matches a pattern. Immutable. */
public final class Route {
    /** {@link #tunnelIdleNs} of a route that allows no tunnels. */
    public static final long NO_TUNNEL = 0;

    private static final int MAX_NAME_BYTES = 64;

    private final PathPattern pattern;
    private final byte[] name;
    private final long responseHeadTimeoutNs;
    private final long responseIdleTimeoutNs;
    private final Shape errors;
    private final boolean idempotent;
    private final long tunnelIdleNs;

    /**
     * @param pattern of the path; null: every path, and no name in usage records
     * @param responseHeadTimeoutNs that the upstream has to begin its response
     * @param responseIdleTimeoutNs that it may pause within it
     * @param errors in which shape the proxy's own errors are answered
     * @param idempotent whether requests of every method may be sent twice
     * @param tunnelIdleNs that both directions of a WebSocket tunnel may be silent; {@link #NO_TUNNEL}: none is allowed
     */
    public Route(
            final PathPattern pattern,
            final long responseHeadTimeoutNs,
            final long responseIdleTimeoutNs,
            final Shape errors,
            final boolean idempotent,
            final long tunnelIdleNs) {
        this.pattern = pattern;
        final byte[] whole = pattern == null ? new byte[0] : pattern.toString().getBytes(StandardCharsets.US_ASCII);
        this.name = Arrays.copyOf(whole, Math.min(whole.length, MAX_NAME_BYTES));
        this.responseHeadTimeoutNs = responseHeadTimeoutNs;
        this.responseIdleTimeoutNs = responseIdleTimeoutNs;
        this.errors = errors;
        this.idempotent = idempotent;
        this.tunnelIdleNs = tunnelIdleNs;
    }

    boolean matches(final byte[] target, final int offset, final int length) {
        return pattern == null || pattern.matches(target, offset, length);
    }

    /** Name for usage records, at most 64 bytes, empty for the route of everything else; not to be written to. */
    public byte[] name() {
        return name;
    }

    public long responseHeadTimeoutNs() {
        return responseHeadTimeoutNs;
    }

    public long responseIdleTimeoutNs() {
        return responseIdleTimeoutNs;
    }

    /** The shape of errors. */
    public Shape errors() {
        return errors;
    }

    /** Whether connections may become WebSocket tunnels. */
    public boolean allowsWebSocket() {
        return tunnelIdleNs != NO_TUNNEL;
    }

    /** Nanoseconds that both directions of a tunnel may be silent; {@link #NO_TUNNEL}: none is allowed. */
    public long tunnelIdleNs() {
        return tunnelIdleNs;
    }

    /** Whether requests of every method may be sent twice. */
    public boolean isIdempotent() {
        return idempotent;
    }
}
