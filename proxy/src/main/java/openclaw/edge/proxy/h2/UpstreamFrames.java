package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.Arrays;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Input;
import openclaw.edge.proxy.exchange.LoopContext;

/**
 * Reads the frames of one connection to an upstream (RFC 9113 section 6): holds them to the protocol and to the budgets of
 * {@link FrameGate}, and gives them to their streams. Frames for streams that are over have been on their way and are dropped;
 * for one that never was, they end the connection, as does a push.
 */
final class UpstreamFrames {
    /** Of a connection, before anybody says otherwise. */
    static final int DEFAULT_WINDOW_BYTES = 65_535;

    private static final int HEADER_BYTES = 9;
    private static final int PRIORITY_BYTES = 5;
    private static final int SETTING_BYTES = 6;
    private static final int STREAM_MASK = Integer.MAX_VALUE;
    private static final int END_STREAM = 0x1;
    private static final int ACK = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final int PADDED = 0x8;
    private static final int PRIORITY = 0x20;
    private static final int BLOCK_BYTES = 4 * ResponseBlock.HEAD_BYTES;
    private static final int HTTP_1 = 0x485454;
    private static final int KEEP_BYTES = 16 * 1024;

    private final H2Upstream connection;
    private final LoopContext loop;
    private final FrameGate gate;
    private final Input input;
    private final ResponseBlock block = new ResponseBlock();
    private final Head dropped = new Head();

    private byte[] blockBytes = new byte[1024];
    private int blockLength;
    private int blockStream;
    private boolean blockEnds;
    private boolean settingsSeen;
    private int consumedBytes;
    private boolean bufferGiven;

    UpstreamFrames(final H2Upstream connection, final H2Loop h2) {
        this.connection = connection;
        this.loop = h2.loop;
        this.gate = FrameGate.ofUpstream(loop.clock().nowNs());
        this.input = new Input(loop.allocator(), loop.budget());
    }

    /** A stream was served to its end. */
    void served() {
        gate.served();
    }

    /** A piece of a body was sent. */
    void sent() {
        gate.sent();
    }

    void close() {
        input.release();
    }

    /** Goes through what came, together with what was held before; {@code in} is released or kept. */
    void read(final ByteBuf in) {
        final boolean joined = !input.isEmpty();
        final ByteBuf received = input.join(in);
        bufferGiven = false;
        try {
            while (connection.isOpen() && !bufferGiven && next(received)) {
                // The next frame.
            }
        } catch (final Http2Exception e) {
            connection.broken(e);
        } catch (final RuntimeException e) {
            connection.failed(e);
        }
        if (bufferGiven || !connection.isOpen()) {
            received.release();
        } else {
            input.keep(received, joined);
        }
    }

    private boolean next(final ByteBuf in) throws Http2Exception {
        if (!settingsSeen && in.readableBytes() >= 3 && in.getUnsignedMedium(in.readerIndex()) == HTTP_1) {
            throw error(Http2Error.PROTOCOL_ERROR, "an answer by HTTP/1");
        }
        final int whole = gate.next(in, loop.clock().nowNs(), BLOCK_BYTES);
        if (whole == FrameGate.NEED_MORE) {
            return false;
        }
        final int length = in.readUnsignedMedium();
        final int type = in.readByte();
        final int flags = in.readByte();
        final int id = in.readInt() & STREAM_MASK;
        if (whole != HEADER_BYTES + length) {
            throw error(Http2Error.FRAME_SIZE_ERROR, "a frame of " + length + " bytes, expected 16384 at most");
        }
        if (!settingsSeen && (type != Http2FrameTypes.SETTINGS || (flags & ACK) != 0)) {
            throw error(Http2Error.PROTOCOL_ERROR, "a first frame of type " + type + ", expected SETTINGS");
        }
        if (blockStream != 0 && (type != Http2FrameTypes.CONTINUATION || id != blockStream)) {
            throw error(Http2Error.PROTOCOL_ERROR, "a frame of type " + type + " within a header block");
        }
        final int end = in.readerIndex() + length;
        frame(in, type, flags, id, length);
        if (!bufferGiven) {
            in.readerIndex(end);
        }
        return true;
    }

    private void frame(final ByteBuf in, final int type, final int flags, final int id, final int length)
            throws Http2Exception {
        switch (type) {
            case Http2FrameTypes.DATA -> data(in, flags, ofStream(id), length);
            case Http2FrameTypes.HEADERS -> headers(in, flags, ofStream(id), length);
            case Http2FrameTypes.CONTINUATION -> continuation(in, flags, id, length);
            case Http2FrameTypes.RST_STREAM -> {
                sized(length, Integer.BYTES, type);
                reset(ofStream(id), in.readUnsignedInt());
            }
            case Http2FrameTypes.SETTINGS -> {
                ofConnection(id);
                settings(in, flags, length);
            }
            case Http2FrameTypes.PING -> {
                ofConnection(id);
                sized(length, Long.BYTES, type);
                if ((flags & ACK) == 0) {
                    connection.writer().ping(true, in.readLong());
                }
            }
            case Http2FrameTypes.GO_AWAY -> {
                ofConnection(id);
                if (length < 2 * Integer.BYTES) {
                    throw error(Http2Error.FRAME_SIZE_ERROR, "a GOAWAY of " + length + " bytes");
                }
                connection.goneAway(in.readInt() & STREAM_MASK);
            }
            case Http2FrameTypes.WINDOW_UPDATE -> {
                sized(length, Integer.BYTES, type);
                window(id, in.readInt() & STREAM_MASK);
            }
            case Http2FrameTypes.PUSH_PROMISE -> throw error(Http2Error.PROTOCOL_ERROR, "a push, which was turned off");
            default -> {
                // PRIORITY, and what is unknown, is ignored; the gate has charged it.
            }
        }
    }

    // ---- what frames must be ----

    private int ofStream(final int id) throws Http2Exception {
        if (id == 0 || connection.all().isIdle(id)) {
            throw error(Http2Error.PROTOCOL_ERROR, "a frame for stream " + id + ", which was never opened");
        }
        return id;
    }

    private static void ofConnection(final int id) throws Http2Exception {
        if (id != 0) {
            throw error(Http2Error.PROTOCOL_ERROR, "a frame of the connection for stream " + id);
        }
    }

    private static void sized(final int length, final int expected, final int type) throws Http2Exception {
        if (length != expected) {
            throw error(
                    Http2Error.FRAME_SIZE_ERROR,
                    "a frame of type " + type + " with " + length + " bytes, expected " + expected);
        }
    }

    private static Http2Exception error(final Http2Error code, final String what) {
        return Http2Exception.connectionError(code, "%s", what);
    }

    /** Skips the length of padding. Returns how many bytes of padding there are, itself included. */
    private static int padding(final ByteBuf in, final int flags, final int length) throws Http2Exception {
        if ((flags & PADDED) == 0) {
            return 0;
        }
        final int padding = length == 0 ? 0 : in.readUnsignedByte() + 1;
        if (length == 0 || padding > length) {
            throw error(Http2Error.PROTOCOL_ERROR, "padding of " + padding + " bytes in a frame of " + length);
        }
        return padding;
    }

    // ---- frames ----

    private void data(final ByteBuf in, final int flags, final int id, final int length) throws Http2Exception {
        consumed(length);
        final int padding = padding(in, flags, length);
        final UpstreamStream stream = connection.all().find(id);
        if (stream != null) {
            final int count = length - padding;
            // Who gets all that there is may keep the buffer.
            bufferGiven = count > 0 && count == in.readableBytes();
            stream.response().data(in, count, padding, (flags & END_STREAM) != 0);
        }
    }

    /**
     * The connection's window is given back as it is used: it is as large as those of all its streams, which hold the upstream to
     * what clients take.
     */
    private void consumed(final int length) {
        consumedBytes += length;
        if (consumedBytes >= UpstreamSettings.CONNECTION_WINDOW_BYTES / 2) {
            connection.writer().windowUpdate(0, consumedBytes);
            consumedBytes = 0;
        }
    }

    private void headers(final ByteBuf in, final int flags, final int id, final int length) throws Http2Exception {
        int count = length - padding(in, flags, length);
        if ((flags & PRIORITY) != 0) {
            count -= PRIORITY_BYTES;
            in.skipBytes(Math.min(PRIORITY_BYTES, in.readableBytes()));
        }
        if (count < 0) {
            throw error(Http2Error.PROTOCOL_ERROR, "a HEADERS frame of " + length + " bytes");
        }
        blockStream = id;
        blockEnds = (flags & END_STREAM) != 0;
        append(in, count, flags);
    }

    private void continuation(final ByteBuf in, final int flags, final int id, final int length) throws Http2Exception {
        if (blockStream == 0) {
            throw error(Http2Error.PROTOCOL_ERROR, "a CONTINUATION for stream " + id + " behind no header block");
        }
        append(in, length, flags);
    }

    private void append(final ByteBuf in, final int count, final int flags) throws Http2Exception {
        if (blockLength + count > blockBytes.length) {
            blockBytes = Arrays.copyOf(blockBytes, Math.max(2 * blockBytes.length, blockLength + count));
        }
        in.readBytes(blockBytes, blockLength, count);
        blockLength += count;
        if ((flags & END_HEADERS) != 0) {
            endBlock();
        }
    }

    private void endBlock() throws Http2Exception {
        final UpstreamStream stream = connection.all().find(blockStream);
        final int length = blockLength;
        blockStream = 0;
        blockLength = 0;
        if (stream == null) {
            block.read(blockBytes, length, dropped);
            dropped.reset();
        } else {
            block.read(blockBytes, length, stream.response().target());
            stream.response().block(block, blockEnds);
        }
        if (blockBytes.length > KEEP_BYTES) {
            blockBytes = new byte[KEEP_BYTES];
        }
    }

    private void reset(final int id, final long code) {
        final UpstreamStream stream = connection.all().find(id);
        if (stream != null) {
            stream.resetReceived(code);
        }
    }

    private void settings(final ByteBuf in, final int flags, final int length) throws Http2Exception {
        if ((flags & ACK) != 0) {
            sized(length, 0, Http2FrameTypes.SETTINGS);
            return;
        }
        if (length % SETTING_BYTES != 0) {
            throw error(Http2Error.FRAME_SIZE_ERROR, "SETTINGS of " + length + " bytes");
        }
        final int windowBefore = connection.settings().windowBytes();
        for (int left = length; left > 0; left -= SETTING_BYTES) {
            connection.settings().set(in.readUnsignedShort(), in.readUnsignedInt());
        }
        connection.writer().settingsAck();
        settingsSeen = true;
        final int more = connection.settings().windowBytes() - windowBefore;
        if (more != 0) {
            if (!connection.all().resize(more)) {
                throw error(Http2Error.FLOW_CONTROL_ERROR, "a window above 2^31-1");
            }
            connection.all().sendMore();
        }
        connection.settled();
    }

    private void window(final int id, final int more) throws Http2Exception {
        if (id == 0) {
            if (more == 0 || !connection.sendQueue().grow(more)) {
                throw error(Http2Error.FLOW_CONTROL_ERROR, "a window update by " + more);
            }
            connection.sendQueue().sendMore();
            return;
        }
        final UpstreamStream stream = connection.all().find(ofStream(id));
        if (stream == null) {
            return;
        }
        if (more == 0 || !stream.request().grow(more)) {
            stream.malformed(more == 0 ? Http2Error.PROTOCOL_ERROR : Http2Error.FLOW_CONTROL_ERROR);
        } else {
            stream.request().sendMore();
        }
    }
}
