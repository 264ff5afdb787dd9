package openclaw.edge.proxy.h2;

import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;

/** What an upstream has said about itself, as far as it concerns who sends requests; and what it is told. */
final class UpstreamSettings {
    /**
     * Streams on one connection at most, whatever the upstream takes: so many windows of {@link #STREAM_WINDOW_BYTES} are the
     * connection's.
     */
    static final int MAX_STREAMS = 256;

    /** Most of a response that an upstream may send before the client takes some. */
    static final int STREAM_WINDOW_BYTES = 64 * 1024;

    /** What it may send of each at first: when memory is short it is not given more. */
    static final int FIRST_WINDOW_BYTES = 16 * 1024;

    /** Every stream may use its window, so that one which stands still takes nothing from the others. */
    static final int CONNECTION_WINDOW_BYTES = MAX_STREAMS * STREAM_WINDOW_BYTES;

    private static final int ENABLE_PUSH = 2;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;

    private int maxStreams = MAX_STREAMS;
    private int windowBytes = Http2CodecUtil.DEFAULT_WINDOW_SIZE;

    /** What is sent with the preface. */
    static Http2Settings ours() {
        return new Http2Settings()
                .pushEnabled(false)
                .initialWindowSize(FIRST_WINDOW_BYTES)
                .maxHeaderListSize(ResponseBlock.HEAD_BYTES);
    }

    /** Streams that may be open at once. */
    int maxStreams() {
        return maxStreams;
    }

    /** The window that each stream begins with, for what is sent. */
    int windowBytes() {
        return windowBytes;
    }

    /** Takes one setting. */
    void set(final int id, final long value) throws Http2Exception {
        switch (id) {
            case ENABLE_PUSH -> check(value == 0, Http2Error.PROTOCOL_ERROR, id, value);
            case MAX_CONCURRENT_STREAMS -> maxStreams = (int) Math.min(value, MAX_STREAMS);
            case INITIAL_WINDOW_SIZE -> {
                check(value <= Integer.MAX_VALUE, Http2Error.FLOW_CONTROL_ERROR, id, value);
                windowBytes = (int) value;
            }
            case MAX_FRAME_SIZE ->
                check(
                        value <= Integer.MAX_VALUE && Http2CodecUtil.isMaxFrameSizeValid((int) value),
                        Http2Error.PROTOCOL_ERROR,
                        id,
                        value);
            default -> {
                // No table is kept for requests, and what is unknown is ignored (RFC 9113 section 6.5.2).
            }
        }
    }

    private static void check(final boolean isLegal, final Http2Error error, final int id, final long value)
            throws Http2Exception {
        if (!isLegal) {
            throw Http2Exception.connectionError(error, "setting %d with value %d", id, value);
        }
    }
}
