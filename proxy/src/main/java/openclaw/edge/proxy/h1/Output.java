package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.ReadBuffers;
import openclaw.edge.proxy.exchange.WriteBuffers;

/**
 * What is collected for one connection until the next flush: heads and pieces of bodies in one buffer, full read buffers by
 * reference. So one message mostly is one buffer and one write.
 */
final class Output {
    /** Pieces of a body up to this size are copied behind the head; a reference costs more than that copy. */
    static final int COPY_BYTES = 2048;

    /** Beyond this, what was collected is handed to the channel before more is added. */
    static final int COLLECT_BYTES = 64 * 1024;

    private final ChannelHandlerContext ctx;
    private final WriteBuffers buffers;
    private ByteBuf buffer;
    private ByteBuf writtenBuffer;
    private boolean written;
    private boolean several;

    Output(final ChannelHandlerContext ctx, final WriteBuffers buffers) {
        this.ctx = ctx;
        this.buffers = buffers;
    }

    /** The buffer to append to. */
    ByteBuf buffer() {
        ByteBuf out = buffer;
        if (out == null) {
            out = buffers.take();
            buffer = out;
        }
        return out;
    }

    /** Appends a piece of a body, by the contract of {@code Downstream.body}. */
    void body(final ByteBuf data, final int length, final boolean chunked) {
        if (chunked) {
            HeadWriter.writeChunkHead(buffer(), length);
        }
        if (length == data.readableBytes() && length > COPY_BYTES && ReadBuffers.isWorthKeeping(data, length)) {
            write();
            ctx.write(data.retain(), ctx.voidPromise());
            written = true;
            several = true;
        } else {
            buffer().writeBytes(data, length);
        }
        if (chunked) {
            HeadWriter.writeChunkEnd(buffer());
        }
        if (buffer != null && buffer.readableBytes() > COLLECT_BYTES) {
            write();
            several = true;
        }
    }

    /** Ends a chunked body. */
    void lastChunk(final Head trailers, final HeadWriter writer) {
        if (trailers == null) {
            HeadWriter.writeLastChunk(buffer());
        } else {
            writer.writeLastChunk(trailers, buffer());
        }
    }

    /** Whether there is something that {@link #flush} would hand to the kernel. */
    boolean isPending() {
        return written || buffer != null;
    }

    /** Bytes collected and not yet handed to the channel. */
    int collectedBytes() {
        return buffer == null ? 0 : buffer.readableBytes();
    }

    /** Hands everything to the kernel, or as much as it takes. */
    void flush() {
        write();
        if (written) {
            written = false;
            ctx.flush();
        }
        if (ctx.channel().isOpen()) {
            several = false;
            giveBack();
        }
    }

    /**
     * What was collected for the last flush, or since, if it is in one buffer of which the kernel took nothing; else null. A write
     * that fails closes the channel; one that was taken in part has moved the reader index.
     */
    ByteBuf untaken() {
        if (several) {
            return null;
        }
        if (buffer != null) {
            return writtenBuffer == null ? buffer : null;
        }
        return writtenBuffer != null && !ctx.channel().isOpen() && writtenBuffer.readerIndex() == 0
                ? writtenBuffer
                : null;
    }

    /** Drops what was collected: the connection is gone. */
    void discard() {
        if (buffer != null) {
            buffers.give(buffer);
            buffer = null;
        }
        giveBack();
    }

    /** What was written last is free again if the kernel took all of it; else the channel goes on holding it. */
    private void giveBack() {
        if (writtenBuffer != null) {
            buffers.give(writtenBuffer);
            writtenBuffer = null;
        }
    }

    private void write() {
        final ByteBuf out = buffer;
        if (out != null) {
            buffer = null;
            giveBack();
            writtenBuffer = out;
            ctx.write(out.retain(), ctx.voidPromise());
            written = true;
        }
    }
}
