package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Lets whole frames through one by one, and charges those that cost us more than they cost their sender: a budget that refills
 * with time, and an end of the connection (ENHANCE_YOUR_CALM) when it is overdrawn. What is paid for: PING, SETTINGS, PRIORITY,
 * unknown frames, DATA and HEADERS and CONTINUATION frames that carry (next to) nothing, window updates by a few bytes, resets
 * in either direction (rapid reset; MadeYouReset), and header blocks without end.
 */
final class FrameGate {
    /** No frame is whole yet. */
    static final int NEED_MORE = 0;

    static final int RESET_COST = 5;

    private static final int BUDGET = 1_000;
    private static final long REFILL_NS = 10_000_000L;
    private static final int EMPTY_COST = 10;
    private static final int SETTINGS_COST = 10;
    private static final int SMALL_BYTES = 256;
    private static final int PREFACE_BYTES = 24;
    private static final int HEADER_BYTES = 9;
    private static final int MAX_LENGTH = 16_384;
    private static final int FLAG_END_STREAM = 0x1;
    private static final int FLAG_ACK = 0x1;
    private static final int FLAG_END_HEADERS = 0x4;
    private static final int FLAG_PADDED = 0x8;

    private int left = BUDGET;
    private long refilledNs;
    private int prefaceLeft;
    private boolean settingsSeen;
    private boolean blockOpen;
    private int blockBytes;
    private boolean partialData;
    private byte type;

    private FrameGate(final long nowNs, final int prefaceBytes) {
        refilledNs = nowNs;
        prefaceLeft = prefaceBytes;
    }

    /** Of a connection from a client. */
    static FrameGate ofClient(final long nowNs) {
        return new FrameGate(nowNs, PREFACE_BYTES);
    }

    /** Of a connection to an upstream, which sends frames alone. */
    static FrameGate ofUpstream(final long nowNs) {
        return new FrameGate(nowNs, 0);
    }

    /** Whether the preface and the first frame have come. */
    boolean isOpen() {
        return settingsSeen;
    }

    /** Bytes of a header block that has begun and not ended. */
    int blockBytes() {
        return blockBytes;
    }

    boolean isBlockOpen() {
        return blockOpen;
    }

    /** Whether the frame that was not whole at the last call carries a body. */
    boolean isPartialData() {
        return partialData;
    }

    /** Whether the frame that was let through last is of a header block. */
    boolean isHeaders() {
        return type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION;
    }

    /**
     * How many bytes from the reader index on are to be decoded next: the preface or one frame, with its cost paid.
     *
     * @param blockLimitBytes of a header block, encoded
     * @throws Http2Exception when the budget is overdrawn
     */
    int next(final ByteBuf in, final long nowNs, final int blockLimitBytes) throws Http2Exception {
        partialData = false;
        if (prefaceLeft > 0) {
            final int count = Math.min(prefaceLeft, in.readableBytes());
            prefaceLeft -= count;
            return count;
        }
        if (in.readableBytes() < HEADER_BYTES) {
            return NEED_MORE;
        }
        final int at = in.readerIndex();
        final int length = in.getUnsignedMedium(at);
        type = in.getByte(at + 3);
        if (length > MAX_LENGTH) {
            // Refused by its header, which says all.
            return HEADER_BYTES;
        }
        if (in.readableBytes() < HEADER_BYTES + length) {
            partialData = type == Http2FrameTypes.DATA;
            return NEED_MORE;
        }
        settingsSeen = true;
        final int flags = in.getByte(at + 4);
        noteBlock(flags, length, blockLimitBytes);
        charge(cost(in, at, type, flags, length), nowNs);
        return HEADER_BYTES + length;
    }

    private void noteBlock(final int flags, final int length, final int limit) throws Http2Exception {
        if (isHeaders()) {
            blockOpen = (flags & FLAG_END_HEADERS) == 0;
            blockBytes = type == Http2FrameTypes.HEADERS ? length : blockBytes + length;
            if (blockBytes > limit) {
                throw calm("a header block of more than " + limit + " bytes");
            }
            if (!blockOpen) {
                blockBytes = 0;
            }
        }
    }

    private static int cost(final ByteBuf in, final int at, final byte type, final int flags, final int length) {
        return switch (type) {
            case Http2FrameTypes.DATA -> isEmptyData(in, at, flags, length) ? EMPTY_COST : 0;
            case Http2FrameTypes.HEADERS -> length == 0 ? EMPTY_COST : 0;
            case Http2FrameTypes.CONTINUATION -> length < SMALL_BYTES ? EMPTY_COST : 1;
            case Http2FrameTypes.SETTINGS -> (flags & FLAG_ACK) == 0 ? SETTINGS_COST : 1;
            case Http2FrameTypes.WINDOW_UPDATE ->
                length == Integer.BYTES && in.getInt(at + HEADER_BYTES) < SMALL_BYTES ? 1 : 0;
            default -> 1;
        };
    }

    private static boolean isEmptyData(final ByteBuf in, final int at, final int flags, final int length) {
        if ((flags & FLAG_END_STREAM) != 0) {
            return false;
        }
        final boolean padded = (flags & FLAG_PADDED) != 0;
        return length == 0 || (padded && in.getUnsignedByte(at + HEADER_BYTES) + 1 >= length);
    }

    /** Takes from the budget. */
    void charge(final int cost, final long nowNs) throws Http2Exception {
        if (cost == 0) {
            return;
        }
        final long refills = (nowNs - refilledNs) / REFILL_NS;
        if (refills > 0) {
            left = (int) Math.min(BUDGET, left + refills);
            refilledNs += refills * REFILL_NS;
        }
        left -= cost;
        if (left < 0) {
            throw calm("more frames that carry nothing than " + BUDGET + " at once and 100 a second");
        }
    }

    /** A stream was served to its end: who works much may also err more often. */
    void served() {
        left = Math.min(BUDGET, left + 1);
    }

    /** A piece of a body was sent, which the peer may answer with an update of two windows, however small. */
    void sent() {
        left = Math.min(BUDGET, left + 2);
    }

    private static Http2Exception calm(final String why) {
        return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, why);
    }
}
