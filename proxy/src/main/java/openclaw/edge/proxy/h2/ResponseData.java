package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.ReadBuffers;

/**
 * Bytes of one response that wait for the client's window: first what is held here, then the piece that is
 * just handed over and not yet held. The upstream's side is read on only as they leave, which bounds them.
 */
final class ResponseData {
    private static final int LEAST_BYTES = 1024;
    private static final int MOST_BYTES = 64 * 1024;

    private final LoopContext loop;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(2);
    private int heldBytes;
    private boolean counted;
    private ByteBuf tail;
    private ByteBuf current;
    private int currentBytes;

    ResponseData(final LoopContext loop) {
        this.loop = loop;
    }

    /** Bytes that wait. */
    int bytes() {
        return heldBytes + currentBytes;
    }

    /** Takes {@code length} bytes of a piece; {@link #holdRest} must follow before the piece is released. */
    void add(final ByteBuf data, final int length) {
        current = data;
        currentBytes = length;
    }

    /** Holds what was not written of the piece, by the contract of {@code Downstream.body}. */
    void holdRest() {
        if (currentBytes > 0) {
            if (currentBytes == current.readableBytes() && ReadBuffers.isWorthKeeping(current, currentBytes)) {
                held.add(current.retain());
                tail = null;
            } else {
                copy();
            }
            heldBytes += currentBytes;
            currentBytes = 0;
        }
        current = null;
    }

    private void copy() {
        if (tail == null || tail.maxWritableBytes() < currentBytes) {
            tail = loop.allocator()
                    .directBuffer(Math.max(LEAST_BYTES, currentBytes), Math.max(MOST_BYTES, currentBytes));
            held.add(tail);
        }
        tail.writeBytes(current, currentBytes);
    }

    /** Writes so many of the waiting bytes as one DATA frame. */
    void write(final FrameWriter writer, final int streamId, final int length, final boolean last) {
        writer.data(streamId, length, last);
        int left = length;
        while (left > 0 && heldBytes > 0) {
            final ByteBuf first = held.peek();
            final int count = Math.min(left, first.readableBytes());
            writer.payload(first, count);
            heldBytes -= count;
            if (counted) {
                loop.budget().add(-count);
            }
            left -= count;
            if (!first.isReadable()) {
                drop();
            }
        }
        if (left > 0) {
            writer.payload(current, left);
            currentBytes -= left;
        }
        writer.endPayload();
    }

    private void drop() {
        held.remove().release();
        if (held.isEmpty()) {
            tail = null;
        }
    }

    /** The exchange is over, which counted in the budget what it had handed over: from now on this does. */
    void count() {
        if (!counted) {
            counted = true;
            loop.budget().add(heldBytes);
        }
    }

    /** Drops everything. */
    void release() {
        while (!held.isEmpty()) {
            drop();
        }
        if (counted) {
            loop.budget().add(-heldBytes);
            counted = false;
        }
        heldBytes = 0;
        currentBytes = 0;
        current = null;
    }
}
