package openclaw.edge.proxy.h2;

import io.netty.handler.codec.http2.Http2Error;

/**
 * What became of a connection's streams that are not open, as far as frames that come for them make a difference (RFC 9113
 * sections 5.1 and 5.1.1): those that were reset or refused from here last are spared, since frames may have been on their way;
 * of the others it is told whether they were open once or were skipped.
 */
final class StreamHistory {
    private static final int KEEP_RESETS = 128;

    /** How many identifiers back it is known which were used; a power of two. */
    private static final int KEEP_IDS = 1024;

    private final int[] resets = new int[KEEP_RESETS];
    private final long[] resetIds = new long[KEEP_IDS / Long.SIZE];
    private final long[] openedIds = new long[KEEP_IDS / Long.SIZE];
    private int nextReset;
    private int lastOpened = -1;

    /** A client has opened a stream; its identifier is odd, and above those before. */
    void opened(final int streamId) {
        final int index = streamId >>> 1;
        for (int i = Math.max(lastOpened + 1, index - KEEP_IDS + 1); i <= index; i++) {
            clear(openedIds, i);
            clear(resetIds, i);
        }
        set(openedIds, index);
        lastOpened = index;
    }

    /** A stream was reset from here, or refused. */
    void reset(final int streamId) {
        resets[nextReset] = streamId;
        nextReset = (nextReset + 1) % KEEP_RESETS;
        if (isKept(streamId)) {
            set(resetIds, streamId >>> 1);
        }
    }

    /** Whether a stream was reset from here or refused, as one of the last that were or that came: it may not be known yet. */
    boolean wasReset(final int streamId) {
        if (isKept(streamId)) {
            return isSet(resetIds, streamId >>> 1);
        }
        for (final int id : resets) {
            if (id == streamId) {
                return true;
            }
        }
        return false;
    }

    /**
     * What HEADERS on a stream are that is neither open nor new. Of streams so far back that nothing is known of them, it is said
     * that they are closed.
     */
    Http2Error errorOfHeaders(final int streamId) {
        return isKept(streamId) && !isSet(openedIds, streamId >>> 1)
                ? Http2Error.PROTOCOL_ERROR
                : Http2Error.STREAM_CLOSED;
    }

    private boolean isKept(final int streamId) {
        final int index = streamId >>> 1;
        return (streamId & 1) == 1 && index <= lastOpened && index > lastOpened - KEEP_IDS;
    }

    private static boolean isSet(final long[] bits, final int index) {
        return (bits[index % KEEP_IDS / Long.SIZE] >>> index & 1) != 0;
    }

    private static void set(final long[] bits, final int index) {
        bits[index % KEEP_IDS / Long.SIZE] |= 1L << index;
    }

    private static void clear(final long[] bits, final int index) {
        bits[index % KEEP_IDS / Long.SIZE] &= ~(1L << index);
    }
}
