package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;

/** Writes the responses of one client connection, each in the framing that this client can read. */
final class ResponseWriter {
    private final HeadWriter writer;
    private final Output output;
    private boolean chunked;
    private boolean closeDelimited;
    private int owedBytes;

    ResponseWriter(final HeadWriter writer, final Output output) {
        this.writer = writer;
        this.output = output;
    }

    /** Whether the end of this response's body can only be told by closing the connection. */
    static boolean needsClose(final Exchange exchange, final boolean last) {
        return !last && exchange.request().minorVersion() == 0 && isUnbounded(exchange.response());
    }

    private static boolean isUnbounded(final Head response) {
        return response.framing() == Head.Framing.CHUNKED || response.framing() == Head.Framing.CLOSE;
    }

    void informational(final Head response) {
        writer.writeResponse(response, 0, output.buffer());
    }

    /** The head that opens a tunnel, whose bytes then are no body: they go out as they are. */
    void tunnel(final Head response) {
        closeDelimited = false;
        chunked = false;
        writer.writeResponse(response, HeadWriter.UPGRADE, output.buffer());
    }

    /**
     * @param last whether no body follows
     * @param close whether the connection is closed after this response
     */
    void head(final Exchange exchange, final boolean last, final boolean close) {
        final Head response = exchange.response();
        final boolean http10 = exchange.request().minorVersion() == 0;
        closeDelimited = needsClose(exchange, last);
        chunked = !last && !http10 && isUnbounded(response);
        int flags = http10 ? HeadWriter.TO_HTTP_1_0 : 0;
        if (close) {
            flags |= HeadWriter.CLOSE;
        } else if (http10) {
            flags |= HeadWriter.KEEP_ALIVE;
        }
        writer.writeResponse(response, flags, output.buffer());
    }

    void body(final ByteBuf data, final int length, final boolean last) {
        if (length > 0) {
            output.body(data, length, chunked);
        }
        if (!last) {
            owedBytes += length;
        } else if (chunked) {
            output.lastChunk(null, writer);
        }
    }

    /** @param trailers to end a chunked body with, or null */
    void end(final Head trailers) {
        if (chunked) {
            output.lastChunk(trailers, writer);
        }
    }

    /** Whether the response that was begun last has no end but the connection's. */
    boolean isCloseDelimited() {
        return closeDelimited;
    }

    /** Bytes handed over and not yet credited. */
    int owedBytes() {
        return owedBytes;
    }

    /** Takes the bytes that are to be credited now. */
    int takeOwedBytes() {
        final int bytes = owedBytes;
        owedBytes = 0;
        return bytes;
    }
}
