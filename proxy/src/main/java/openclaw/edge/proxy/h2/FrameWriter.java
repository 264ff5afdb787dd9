package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameSizePolicy;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.collection.CharObjectMap;
import openclaw.edge.proxy.exchange.WriteBuffers;
import openclaw.edge.proxy.exchange.grammar.Tokens;

/**
 * Writes frames behind one another into one buffer, which a flush hands to the kernel. A frame counts as written when it is in
 * the buffer: promises succeed at once, since nothing can come between it and the connection but the connection's end.
 *
 * <p>Header blocks come encoded, so that the library's own encoder is never asked.
 */
final class FrameWriter implements Http2FrameWriter, Http2FrameWriter.Configuration, Http2FrameSizePolicy {
    /** What every peer takes, and what is written at most. */
    static final int MAX_FRAME_BYTES = Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE;

    private static final int FRAME_HEADER_BYTES = 9;
    private static final int SETTING_BYTES = 6;
    private static final byte END_STREAM = 0x1;
    private static final byte ACK = 0x1;
    private static final byte END_HEADERS = 0x4;

    private static final byte[] PREFACE = Tokens.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    /** Dynamic table size 0 (RFC 7541 section 6.3): begins the first block, so that no peer waits for entries. */
    private static final byte NO_DYNAMIC_TABLE = 0x20;

    /** Beyond this, what was collected is handed to the channel before more is added, so that it counts as unsent there. */
    private static final int COLLECT_BYTES = 32 * 1024;

    /** Unsent bytes beyond the water mark that no honest client lets come about. */
    private static final int STUCK_BYTES = 256 * 1024;

    private final WriteBuffers buffers;
    private final int ownBytes;
    private final Http2HeadersEncoder.Configuration headers = new NoTable();
    private ChannelHandlerContext ctx;
    private ByteBuf buffer;
    private ByteBuf writtenBuffer;
    private ByteBuf spare;
    private boolean written;
    private boolean several;
    private boolean untaken;
    private boolean tableSizeSent;

    /** Collects in buffers that the loop's connections share: for one of many. */
    FrameWriter(final WriteBuffers buffers) {
        this(buffers, 0);
    }

    /**
     * Collects in a buffer of its own: for one of few that write much at once.
     *
     * @param ownBytes its length; 0: as {@link #FrameWriter(WriteBuffers)}
     */
    FrameWriter(final WriteBuffers buffers, final int ownBytes) {
        this.buffers = buffers;
        this.ownBytes = ownBytes;
    }

    void open(final ChannelHandlerContext context) {
        ctx = context;
    }

    // ---- collecting ----

    private ByteBuf room(final int bytes) {
        if (buffer == null) {
            buffer = take();
        }
        return buffer.ensureWritable(bytes);
    }

    private ByteBuf take() {
        final ByteBuf kept = spare;
        spare = null;
        if (kept != null) {
            return kept;
        }
        return ownBytes > 0 ? ctx.alloc().directBuffer(ownBytes) : buffers.take();
    }

    private void give(final ByteBuf used) {
        if (ownBytes == 0) {
            buffers.give(used);
        } else if (spare == null && used.refCnt() == 1 && used.capacity() == ownBytes) {
            spare = used.clear();
        } else {
            used.release();
        }
    }

    private ByteBuf frame(final int length, final byte type, final byte flags, final int streamId) {
        return room(FRAME_HEADER_BYTES + length)
                .writeMedium(length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(streamId);
    }

    /** Whether there is something that {@link #flush} would hand to the kernel. */
    boolean isPending() {
        return written || buffer != null;
    }

    /** Whether the client takes nothing of frames that no window holds back, and goes on causing them. */
    boolean isStuck() {
        // A channel that is closed says that it takes nothing, too.
        return ctx.channel().isOpen()
                && !ctx.channel().isWritable()
                && ctx.channel().bytesBeforeWritable() > STUCK_BYTES;
    }

    /** Hands what was collected to the channel. */
    private void handOver() {
        final ByteBuf out = buffer;
        if (out != null) {
            buffer = null;
            giveBack();
            writtenBuffer = out;
            several = written;
            ctx.write(out.retain(), ctx.voidPromise());
            written = true;
        }
    }

    /** Hands everything to the kernel, or as much as it takes. */
    void flush() {
        handOver();
        if (written) {
            written = false;
            ctx.flush();
            // A write that fails closes the channel; one that was taken in part has moved the reader index.
            untaken = !several && !ctx.channel().isOpen() && writtenBuffer != null && writtenBuffer.readerIndex() == 0;
        }
        giveBack();
    }

    /** Whether the last flush has closed the channel, and the kernel has taken nothing of what it was to write. */
    boolean isUntaken() {
        return untaken;
    }

    /** Bytes collected and not yet handed to the channel. */
    int collectedBytes() {
        return buffer == null ? 0 : buffer.readableBytes();
    }

    private void giveBack() {
        if (writtenBuffer != null) {
            give(writtenBuffer);
            writtenBuffer = null;
        }
    }

    /** Drops what was collected: the connection is gone. */
    @Override
    public void close() {
        if (buffer != null) {
            give(buffer);
            buffer = null;
        }
        giveBack();
        if (spare != null) {
            spare.release();
            spare = null;
        }
    }

    // ---- frames of streams ----

    /** Writes an encoded header block. */
    void headers(final int streamId, final byte[] block, final int length, final boolean endStream) {
        byte type = Http2FrameTypes.HEADERS;
        byte flags = endStream ? END_STREAM : 0;
        int at = 0;
        int prefix = 0;
        if (!tableSizeSent) {
            tableSizeSent = true;
            prefix = 1;
        }
        do {
            final int count = Math.min(length - at, MAX_FRAME_BYTES - prefix);
            final boolean last = at + count == length;
            final ByteBuf out = frame(prefix + count, type, last ? (byte) (flags | END_HEADERS) : flags, streamId);
            if (prefix > 0) {
                out.writeByte(NO_DYNAMIC_TABLE);
                prefix = 0;
            }
            out.writeBytes(block, at, count);
            at += count;
            type = Http2FrameTypes.CONTINUATION;
            flags = 0;
        } while (at < length);
    }

    /** Begins a DATA frame; {@link #payload} completes it. */
    void data(final int streamId, final int length, final boolean endStream) {
        frame(length, Http2FrameTypes.DATA, endStream ? END_STREAM : 0, streamId);
    }

    /** Appends to the frame that was begun last. */
    void payload(final ByteBuf data, final int length) {
        buffer.writeBytes(data, length);
    }

    /** Ends the frame that was begun last. */
    void endPayload() {
        if (buffer.readableBytes() >= COLLECT_BYTES) {
            handOver();
        }
    }

    @Override
    public ChannelFuture writeRstStream(
            final ChannelHandlerContext context,
            final int streamId,
            final long errorCode,
            final ChannelPromise promise) {
        reset(streamId, errorCode);
        return promise.setSuccess();
    }

    /** Writes RST_STREAM. */
    void reset(final int streamId, final long errorCode) {
        frame(Integer.BYTES, Http2FrameTypes.RST_STREAM, (byte) 0, streamId).writeInt((int) errorCode);
    }

    // ---- frames of the connection, and of its flow control ----

    @Override
    public ChannelFuture writeSettings(
            final ChannelHandlerContext context, final Http2Settings settings, final ChannelPromise promise) {
        settings(settings);
        return promise.setSuccess();
    }

    void settings(final Http2Settings settings) {
        final ByteBuf out = frame(settings.size() * SETTING_BYTES, Http2FrameTypes.SETTINGS, (byte) 0, 0);
        for (final CharObjectMap.PrimitiveEntry<Long> setting : settings.entries()) {
            out.writeChar(setting.key()).writeInt(setting.value().intValue());
        }
    }

    @Override
    public ChannelFuture writeSettingsAck(final ChannelHandlerContext context, final ChannelPromise promise) {
        settingsAck();
        return promise.setSuccess();
    }

    void settingsAck() {
        frame(0, Http2FrameTypes.SETTINGS, ACK, 0);
    }

    @Override
    public ChannelFuture writePing(
            final ChannelHandlerContext context, final boolean ack, final long data, final ChannelPromise promise) {
        ping(ack, data);
        return promise.setSuccess();
    }

    void ping(final boolean ack, final long data) {
        frame(Long.BYTES, Http2FrameTypes.PING, ack ? ACK : 0, 0).writeLong(data);
    }

    @Override
    public ChannelFuture writeGoAway(
            final ChannelHandlerContext context,
            final int lastStreamId,
            final long errorCode,
            final ByteBuf debugData,
            final ChannelPromise promise) {
        goAway(lastStreamId, errorCode);
        debugData.release();
        return promise.setSuccess();
    }

    void goAway(final int lastStreamId, final long errorCode) {
        frame(2 * Integer.BYTES, Http2FrameTypes.GO_AWAY, (byte) 0, 0)
                .writeInt(lastStreamId)
                .writeInt((int) errorCode);
    }

    @Override
    public ChannelFuture writeWindowUpdate(
            final ChannelHandlerContext context,
            final int streamId,
            final int windowSizeIncrement,
            final ChannelPromise promise) {
        windowUpdate(streamId, windowSizeIncrement);
        return promise.setSuccess();
    }

    void windowUpdate(final int streamId, final int increment) {
        frame(Integer.BYTES, Http2FrameTypes.WINDOW_UPDATE, (byte) 0, streamId).writeInt(increment);
    }

    /** Writes the bytes that a client's connection begins with. */
    void preface() {
        room(PREFACE.length).writeBytes(PREFACE);
    }

    // ---- what a server that encodes its own blocks never writes ----

    @Override
    public ChannelFuture writeData(
            final ChannelHandlerContext context,
            final int streamId,
            final ByteBuf data,
            final int padding,
            final boolean endStream,
            final ChannelPromise promise) {
        data.release();
        return promise.setFailure(unused());
    }

    @Override
    public ChannelFuture writeHeaders(
            final ChannelHandlerContext context,
            final int streamId,
            final Http2Headers fields,
            final int padding,
            final boolean endStream,
            final ChannelPromise promise) {
        return promise.setFailure(unused());
    }

    @Override
    public ChannelFuture writeHeaders(
            final ChannelHandlerContext context,
            final int streamId,
            final Http2Headers fields,
            final int streamDependency,
            final short weight,
            final boolean exclusive,
            final int padding,
            final boolean endStream,
            final ChannelPromise promise) {
        return promise.setFailure(unused());
    }

    @Override
    public ChannelFuture writePriority(
            final ChannelHandlerContext context,
            final int streamId,
            final int streamDependency,
            final short weight,
            final boolean exclusive,
            final ChannelPromise promise) {
        return promise.setFailure(unused());
    }

    @Override
    public ChannelFuture writePushPromise(
            final ChannelHandlerContext context,
            final int streamId,
            final int promisedStreamId,
            final Http2Headers fields,
            final int padding,
            final ChannelPromise promise) {
        return promise.setFailure(unused());
    }

    @Override
    public ChannelFuture writeFrame(
            final ChannelHandlerContext context,
            final byte frameType,
            final int streamId,
            final Http2Flags flags,
            final ByteBuf payload,
            final ChannelPromise promise) {
        payload.release();
        return promise.setFailure(unused());
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("responses are written by their streams");
    }

    // ---- what the peer set ----

    @Override
    public Configuration configuration() {
        return this;
    }

    @Override
    public Http2HeadersEncoder.Configuration headersConfiguration() {
        return headers;
    }

    @Override
    public Http2FrameSizePolicy frameSizePolicy() {
        return this;
    }

    /** A peer may take larger frames than it must; smaller ones leave others their turn, so only the bound is checked. */
    @Override
    public void maxFrameSize(final int max) throws Http2Exception {
        if (!Http2CodecUtil.isMaxFrameSizeValid(max)) {
            throw Http2Exception.connectionError(
                    Http2Error.PROTOCOL_ERROR, "SETTINGS_MAX_FRAME_SIZE=%d, expected 16384 to 16777215", max);
        }
    }

    @Override
    public int maxFrameSize() {
        return MAX_FRAME_BYTES;
    }

    /** Whatever table the peer offers stays unused. */
    private static final class NoTable implements Http2HeadersEncoder.Configuration {
        @Override
        public void maxHeaderTableSize(final long max) {}

        @Override
        public long maxHeaderTableSize() {
            return 0;
        }

        @Override
        public void maxHeaderListSize(final long max) {}

        @Override
        public long maxHeaderListSize() {
            return Integer.MAX_VALUE;
        }
    }
}
