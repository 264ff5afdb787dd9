package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Methods;
import openclaw.edge.proxy.exchange.grammar.ContentLength;

/**
 * The response half of a stream to an upstream: heads, interim and final, DATA against the client's credit, trailers. The sum of
 * DATA must be what Content-Length says, and no client gets a whole response before that and END_STREAM are known: the byte that
 * would complete it is held back until then, and a response without any byte to hold back is not begun before. Owned by its
 * stream.
 */
final class ReceivedResponse {
    private static final int INFORMATIONAL_LIMIT = 16;

    private final UpstreamStream stream;
    private final H2Upstream connection;
    private final H2Loop h2;
    private final LoopContext loop;

    private boolean begun;
    private boolean headWaits;
    private int informationals;
    private long declaredBytes;
    private long receivedBytes;
    private int windowBytes;
    private int uncreditedBytes;
    private boolean holdsLast;
    private byte last;

    ReceivedResponse(final UpstreamStream stream, final H2Upstream connection, final H2Loop h2) {
        this.stream = stream;
        this.connection = connection;
        this.h2 = h2;
        this.loop = h2.loop;
    }

    void begin() {
        begun = false;
        headWaits = false;
        informationals = 0;
        declaredBytes = Head.LENGTH_UNKNOWN;
        receivedBytes = 0;
        windowBytes = UpstreamSettings.FIRST_WINDOW_BYTES;
        uncreditedBytes = 0;
        holdsLast = false;
    }

    /** Whether the final head has come. */
    boolean isBegun() {
        return begun;
    }

    // ---- heads ----

    /** The head that the next block is to be decoded into. */
    Head target() {
        if (!begun) {
            return stream.exchange().response();
        }
        h2.trailers.reset();
        return h2.trailers;
    }

    /** A block was decoded into {@link #target}. */
    void block(final ResponseBlock block, final boolean end) {
        if (block.lookalikes() > 0) {
            loop.counters().add(EdgeCounter.FIELDS_LOOKALIKE, block.lookalikes());
        }
        if (begun) {
            trailers(block, end);
        } else if (block.isMalformed() || block.status() == 0 || block.status() == 101) {
            stream.malformed(Http2Error.PROTOCOL_ERROR);
        } else if (block.status() < 200) {
            informational(block.status(), end);
        } else {
            finalHead(block.status(), end);
        }
    }

    private void informational(final int status, final boolean end) {
        final Exchange exchange = stream.exchange();
        if (end || ++informationals > INFORMATIONAL_LIMIT) {
            stream.malformed(Http2Error.PROTOCOL_ERROR);
        } else if (status == 100) {
            exchange.response().reset();
        } else {
            exchange.response().status(status);
            exchange.response().dropAll(FieldNames.CONTENT_LENGTH);
            exchange.informational();
            flush(exchange);
        }
    }

    private void finalHead(final int status, final boolean end) {
        final Exchange exchange = stream.exchange();
        final Head head = exchange.response();
        head.status(status);
        head.majorVersion(2);
        if (!decideFraming(head, exchange.request().methodId(), end)) {
            stream.malformed(Http2Error.PROTOCOL_ERROR);
            return;
        }
        begun = true;
        stream.request().dropCopy();
        connection.listener().answered();
        connection.answered();
        if (end) {
            stream.exchangeOver().responseHead(true);
            return;
        }
        stream.setDeadline(exchange.responseIdleTimeoutNs());
        headWaits = declaredBytes == 0;
        if (!headWaits) {
            exchange.responseHead(false);
            flush(exchange);
        }
    }

    /** Unless what was handed over has ended it. */
    private void flush(final Exchange exchange) {
        if (stream.exchange() == exchange) {
            exchange.flushResponse();
        }
    }

    /** As by HTTP/1, but that END_STREAM says where a message without a length ends. False: length and end contradict. */
    private boolean decideFraming(final Head head, final int requestMethodId, final boolean end) {
        final int status = head.status();
        final boolean sized = head.has(FieldNames.CONTENT_LENGTH);
        final long length = sized ? ContentLength.collapse(head) : 0;
        if (length < 0) {
            return false;
        }
        if (status == 204) {
            head.dropAll(FieldNames.CONTENT_LENGTH);
        }
        if (status == 204 || status == 304 || requestMethodId == Methods.HEAD) {
            head.framing(Head.Framing.NONE, 0);
            declaredBytes = 0;
        } else if (sized || end) {
            head.framing(Head.Framing.LENGTH, length);
            declaredBytes = length;
            return !end || length == 0;
        } else {
            head.framing(Head.Framing.CHUNKED, Head.LENGTH_UNKNOWN);
        }
        return true;
    }

    private void trailers(final ResponseBlock block, final boolean end) {
        final Head trailers = h2.trailers;
        if (block.isMalformed() || block.status() != 0 || !end || !isLengthRight(true)) {
            stream.malformed(Http2Error.PROTOCOL_ERROR);
            return;
        }
        for (int i = 0; i < trailers.fieldCount(); i++) {
            if (trailers.id(i) > 0) {
                trailers.drop(i);
            }
        }
        if (headWaits) {
            stream.exchangeOver().responseHead(true);
            return;
        }
        if (holdsLast) {
            final ByteBuf held = takeHeldBack();
            stream.exchange().responseBody(held, 1, false);
            held.release();
        }
        final Exchange over = stream.exchangeOver();
        if (over != null) {
            over.responseTrailers(trailers);
        }
    }

    // ---- bodies ----

    private boolean isLengthRight(final boolean end) {
        return declaredBytes == Head.LENGTH_UNKNOWN
                || (end ? receivedBytes == declaredBytes : receivedBytes <= declaredBytes);
    }

    /**
     * A DATA frame.
     *
     * @param data from whose reader index on {@code length} bytes are to be consumed, by the contract of {@code Downstream.body}
     * @param overhead bytes of padding, which count in the window
     */
    void data(final ByteBuf data, final int length, final int overhead, final boolean end) {
        windowBytes -= length + overhead;
        receivedBytes += length;
        if (windowBytes < 0) {
            stream.malformed(Http2Error.FLOW_CONTROL_ERROR);
        } else if (!begun || !isLengthRight(end)) {
            stream.malformed(Http2Error.PROTOCOL_ERROR);
        } else if (end) {
            passEnd(data, length);
        } else if (length > 0) {
            pass(data, length);
        }
    }

    private void passEnd(final ByteBuf data, final int length) {
        if (headWaits) {
            stream.exchangeOver().responseHead(true);
        } else if (holdsLast) {
            final ByteBuf held = takeHeldBack();
            stream.exchangeOver().responseBody(held, 1, true);
            held.release();
        } else {
            stream.exchangeOver().responseBody(data, length, true);
        }
    }

    private void pass(final ByteBuf data, final int length) {
        final Exchange exchange = stream.exchange();
        final boolean completes = receivedBytes == declaredBytes;
        final int count = completes ? length - 1 : length;
        if (completes) {
            holdsLast = true;
            last = data.getByte(data.readerIndex() + length - 1);
        }
        if (count > 0) {
            uncreditedBytes += count;
            exchange.responseBody(data, count, false);
        }
        if (stream.exchange() == exchange) {
            exchange.flushResponse();
            updateWindow();
        }
    }

    private ByteBuf takeHeldBack() {
        holdsLast = false;
        return loop.allocator().directBuffer(1, 1).writeByte(last);
    }

    // ---- credit ----

    /** The client has taken this much. */
    void credit(final int bytes) {
        uncreditedBytes -= bytes;
        updateWindow();
    }

    /** Lets the upstream send as much as may be on its way, when it is worth a frame. */
    private void updateWindow() {
        final int most = loop.budget().inFlightBytes();
        final int more = most - windowBytes - uncreditedBytes;
        if (more > 0 && windowBytes < most / 2 && more >= most / 4) {
            windowBytes += more;
            connection.writer().windowUpdate(stream.id(), more);
            connection.flushSoon();
        }
        if (windowBytes > 0) {
            stream.setDeadline(stream.exchange().responseIdleTimeoutNs());
        } else {
            // While the client does not take what is there, the upstream is not to blame for the silence.
            stream.clearDeadline();
        }
    }
}
