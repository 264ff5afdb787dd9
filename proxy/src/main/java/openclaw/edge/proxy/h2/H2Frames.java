package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;

/** Gives what the library has read, and found in order for its stream, to the streams. */
final class H2Frames extends Http2FrameAdapter {
    private final H2Connection connection;

    H2Frames(final H2Connection connection) {
        this.connection = connection;
    }

    @Override
    public void onHeadersRead(
            final ChannelHandlerContext ctx,
            final int streamId,
            final Http2Headers headers,
            final int padding,
            final boolean endStream) {
        final H2Stream stream = connection.find(streamId);
        if (stream != null) {
            stream.trailers();
        } else {
            connection.open(streamId, endStream);
        }
    }

    @Override
    public void onHeadersRead(
            final ChannelHandlerContext ctx,
            final int streamId,
            final Http2Headers headers,
            final int streamDependency,
            final short weight,
            final boolean exclusive,
            final int padding,
            final boolean endStream) {
        onHeadersRead(ctx, streamId, headers, padding, endStream);
    }

    @Override
    public int onDataRead(
            final ChannelHandlerContext ctx,
            final int streamId,
            final ByteBuf data,
            final int padding,
            final boolean endOfStream) {
        final H2Stream stream = connection.find(streamId);
        return padding + (stream == null ? data.readableBytes() : stream.data(data, endOfStream));
    }

    @Override
    public void onRstStreamRead(final ChannelHandlerContext ctx, final int streamId, final long errorCode)
            throws Http2Exception {
        connection.resetReceived();
    }

    @Override
    public void onSettingsAckRead(final ChannelHandlerContext ctx) {
        // The library has taken our limit for its own; but streams that are too many are to be opened, and refused.
        connection.connection().remote().maxActiveStreams(Integer.MAX_VALUE);
    }

    @Override
    public void onPingAckRead(final ChannelHandlerContext ctx, final long data) {
        connection.pingAnswered(data);
    }
}
