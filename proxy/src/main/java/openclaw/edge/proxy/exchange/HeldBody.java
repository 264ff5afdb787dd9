package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBuf;

/**
 * What of a request's body waits for an upstream, its trailers with it, and whether anything of it has left, so that the request
 * cannot be repeated.
 *
 * <p>What is held is counted against the loop's budget until it is taken or dropped. Owned by its exchange.
 */
final class HeldBody {
    private final LoopContext loop;
    private ByteBuf bytes;
    private Head trailers;
    private int trailerBytes;
    private boolean last;
    private boolean passed;

    HeldBody(final LoopContext loop) {
        this.loop = loop;
    }

    /** What is held, or null; the reader index must not be moved. */
    ByteBuf bytes() {
        return bytes;
    }

    /** Whether what is held, or was taken, ends the body. */
    boolean isLast() {
        return last;
    }

    /** Whether something of the body went to an upstream. */
    boolean isPassed() {
        return passed;
    }

    /** Whether there is something held, of at least {@code lengthBytes}. */
    boolean holds(final int lengthBytes) {
        return bytes != null && bytes.readableBytes() >= lengthBytes;
    }

    /** Notes that {@code length} bytes went to an upstream without being held, and whether the body ended with them. */
    void passed(final int length, final boolean end) {
        passed |= length > 0;
        last |= end;
    }

    /** Ends the body with a copy of trailer fields, those that are dropped left out. */
    void end(final Head fields) {
        last = true;
        if (trailers == null) {
            trailers = new Head();
        }
        for (int i = 0, count = fields.fieldCount(); i < count; i++) {
            final int id = fields.id(i);
            if (id != Head.DROPPED) {
                final int name = trailers.append(fields.bytes(), fields.nameOffset(i), fields.nameLength(i));
                final int value = trailers.append(fields.bytes(), fields.valueOffset(i), fields.valueLength(i));
                trailers.index(id, name, fields.nameLength(i), value, fields.valueLength(i));
            }
        }
        trailerBytes = trailers.length();
        loop.budget().add(trailerBytes);
    }

    /** The fields that end the body; null if it ends without any, or not here. They stay for a repetition of the request. */
    Head trailers() {
        return trailerBytes > 0 ? trailers : null;
    }

    /** Holds a copy of {@code length} bytes from the reader index on, which moves; {@code data} may be null if there are none. */
    void append(final ByteBuf data, final int length, final boolean end) {
        if (length > 0) {
            if (bytes == null) {
                bytes = loop.allocator().directBuffer(length);
            }
            bytes.writeBytes(data, length);
            loop.budget().add(length);
        }
        last |= end;
    }

    /** Gives what is held to the caller, who releases it and goes on counting it against the budget. */
    ByteBuf take() {
        final ByteBuf taken = bytes;
        bytes = null;
        passed = true;
        return taken;
    }

    /** Holds a copy of what was passed and not sent: the bytes of {@code data} from {@code from} on, whose indexes stay. */
    void restore(final ByteBuf data, final int from, final boolean end) {
        final int length = data.writerIndex() - from;
        if (length > 0) {
            bytes = loop.allocator().directBuffer(length);
            bytes.writeBytes(data, from, length);
            loop.budget().add(length);
        }
        last = end;
        passed = false;
    }

    /** Drops what is held; the next request's body can come. */
    void reset() {
        if (bytes != null) {
            loop.budget().add(-bytes.readableBytes());
            bytes.release();
            bytes = null;
        }
        if (trailerBytes > 0) {
            loop.budget().add(-trailerBytes);
            trailerBytes = 0;
            trailers.reset();
        }
        last = false;
        passed = false;
    }
}
