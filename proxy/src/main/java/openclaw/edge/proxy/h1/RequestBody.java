package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Reason;

/**
 * The body of the request that a client's connection is sending: found in the input, held to its bound, passed on against
 * credit, or dropped once its response is over. Owned by the connection.
 */
final class RequestBody {
    private final H1Downstream connection;
    private final H1Loop h1;
    private final BodyDecoder decoder = new BodyDecoder();
    private int uncreditedBytes;

    RequestBody(final H1Downstream connection, final H1Loop h1) {
        this.connection = connection;
        this.h1 = h1;
    }

    /** A request without a body. */
    void none() {
        uncreditedBytes = 0;
    }

    /** A request with a body: what comes next is that. */
    void begin(final Head head) {
        uncreditedBytes = 0;
        decoder.reset(head.framing(), head.bodyLengthBytes());
    }

    /** The response is over before the body: the rest is dropped. */
    void discard() {
        uncreditedBytes = 0;
    }

    /** Whether the head announces more than {@code limits.body}. */
    boolean isTooLong(final Head request) {
        return request.bodyLengthBytes() > connection.settings().bodyLimitBytes();
    }

    /**
     * Whether the rest is so short that it is read and dropped to keep the connection.
     *
     * @param continued whether a client that waits for a 100 has got it
     */
    boolean isRestShort(final Head request, final boolean continued) {
        return request.framing() == Head.Framing.LENGTH
                && decoder.remainingBytes() <= H1Downstream.AHEAD_BYTES
                && (!request.isExpectContinue() || continued);
    }

    /** Whether more of the body may be read, by the credit that is open. */
    boolean hasCredit(final boolean reading) {
        final int most = h1.loop.budget().inFlightBytes();
        return uncreditedBytes < (reading ? most : most / 2);
    }

    /** The upstream has taken this much. */
    void credit(final int bytes) {
        uncreditedBytes -= bytes;
    }

    /** Uses what there is of the body, in {@link ClientPhase#BODY} or {@link ClientPhase#DISCARD}. */
    ReadStep read(final ByteBuf in) {
        final int n = decoder.next(in);
        if (n > 0) {
            final boolean whole = n == in.readableBytes();
            pass(in, n, decoder.isLast());
            return whole ? ReadStep.BUFFER_GONE : ReadStep.GO_ON;
        }
        if (n == BodyDecoder.NEED_MORE) {
            return ReadStep.NEED_MORE;
        }
        if (connection.phase() == ClientPhase.DISCARD) {
            if (n == BodyDecoder.END) {
                connection.nextRequest();
            } else {
                connection.linger();
            }
            return ReadStep.GO_ON;
        }
        if (n == BodyDecoder.BAD) {
            h1.loop.counters().increment(EdgeCounter.BODY_MALFORMED);
            connection.exchange().requestFailed(Reason.CLIENT_BODY_MALFORMED);
            return ReadStep.GO_ON;
        }
        connection.bodyEnded();
        if (decoder.hasTrailers()) {
            connection.exchange().requestTrailers(decoder.trailers());
        } else {
            connection.exchange().requestBody(null, 0, true);
        }
        return ReadStep.GO_ON;
    }

    /** Passes on everything there is, in {@link ClientPhase#TUNNEL}. */
    ReadStep tunnel(final ByteBuf in) {
        final int length = in.readableBytes();
        uncreditedBytes += length;
        connection.exchange().tunnelFromClient(in, length, false);
        return ReadStep.BUFFER_GONE;
    }

    private void pass(final ByteBuf in, final int length, final boolean last) {
        if (connection.phase() == ClientPhase.DISCARD) {
            in.skipBytes(length);
            if (last) {
                connection.nextRequest();
            }
            return;
        }
        final Exchange exchange = connection.exchange();
        if (isTooLong(exchange.request())
                || exchange.requestBytes() + length > connection.settings().bodyLimitBytes()) {
            in.skipBytes(length);
            refuse();
            return;
        }
        uncreditedBytes += length;
        if (last) {
            connection.bodyEnded();
        } else {
            connection.setDeadline(connection.settings().bodyIdleNs());
        }
        exchange.requestBody(in, length, last);
    }

    /** The body is longer than may be: 413. */
    void refuse() {
        h1.loop.counters().increment(EdgeCounter.BODY_TOO_LARGE);
        connection.exchange().requestFailed(Reason.CLIENT_BODY_TOO_LARGE);
    }
}
