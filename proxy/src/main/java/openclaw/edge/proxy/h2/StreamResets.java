package openclaw.edge.proxy.h2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;

/** Ends single streams of a connection by RST_STREAM, and keeps in mind which. Owned by the connection. */
final class StreamResets {
    private final H2Connection connection;
    private final LoopContext loop;
    private final FrameGate gate;
    private final StreamHistory history = new StreamHistory();

    private ChannelHandlerContext ctx;

    StreamResets(final H2Connection connection, final LoopContext loop, final FrameGate gate) {
        this.connection = connection;
        this.loop = loop;
        this.gate = gate;
    }

    void open(final ChannelHandlerContext context) {
        ctx = context;
    }

    /** A client has opened a stream. */
    void opened(final int streamId) {
        history.opened(streamId);
    }

    /** The streams that are open now, also if some of them are ended while they are gone through. */
    List<Http2Stream> openStreams() {
        final List<Http2Stream> open = new ArrayList<>();
        try {
            connection.connection().forEachActiveStream(open::add);
        } catch (final Http2Exception e) {
            throw new IllegalStateException("looking at streams has failed", e);
        }
        return open;
    }

    /** A stream for which there is no room, or no time: the client may repeat its request elsewhere (RFC 9113 section 8.7). */
    void refuse(final int streamId) {
        loop.counters().increment(EdgeCounter.H2_STREAMS_REFUSED);
        send(streamId, Http2Error.REFUSED_STREAM);
    }

    /** The response is whole; the rest of the request is not wanted (RFC 9113 section 8.1). */
    void cancelRequest(final Http2Stream stream) {
        if (stream.state() != Http2Stream.State.CLOSED) {
            send(stream.id(), Http2Error.NO_ERROR);
        }
    }

    /** Ends a stream for its client's error, or ours. */
    void reset(final Http2Stream stream, final Http2Error error) {
        if (stream.state() != Http2Stream.State.CLOSED) {
            resetById(stream.id(), error);
        }
    }

    /**
     * A frame was wrong for its stream.
     *
     * @param stream null if it is not open
     * @return null if the stream was ended or the frame ignored, else the error for which the connection is to be ended
     */
    Http2Error received(final StreamException error, final Http2Stream stream) {
        final int id = error.streamId();
        final boolean closed = error.error() == Http2Error.STREAM_CLOSED;
        if (closed && history.wasReset(id)) {
            // It was on its way when its stream was reset here: ignored (RFC 9113 section 5.1).
            return null;
        }
        if (closed && stream == null && gate.isHeaders()) {
            return history.errorOfHeaders(id);
        }
        // Headers behind those that ended the request are taken by the library for malformed trailers.
        final boolean behindEnd = gate.isHeaders()
                && connection.find(id) != null
                && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE;
        resetById(id, behindEnd ? Http2Error.STREAM_CLOSED : error.error());
        return null;
    }

    private void resetById(final int streamId, final Http2Error error) {
        loop.counters().increment(EdgeCounter.H2_RESETS_SENT);
        send(streamId, error);
        try {
            if (error != Http2Error.INTERNAL_ERROR) {
                gate.charge(FrameGate.RESET_COST, loop.clock().nowNs());
            }
        } catch (final Http2Exception e) {
            connection.onError(ctx, false, e);
        }
    }

    private void send(final int streamId, final Http2Error error) {
        history.reset(streamId);
        connection.resetStream(ctx, streamId, error.code(), ctx.newPromise());
    }
}
