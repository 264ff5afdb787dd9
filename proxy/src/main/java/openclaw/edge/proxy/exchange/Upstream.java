package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBuf;

/** The upstream's side of an exchange: a connection, or a stream on one, that serves it now. */
public interface Upstream {
    /** Takes the exchange and sends the head in {@link Exchange#request()}, asking for a tunnel if that is allowed. */
    void head(Exchange exchange);

    /**
     * Sends a piece of the request's body, or of a tunnel; the same contract on {@code data} as {@link Downstream#body}.
     *
     * @param last whether the request, or this direction of the tunnel, ends with this piece
     */
    void body(ByteBuf data, int length, boolean last);

    /** Ends the request's body with trailer fields. */
    void trailers(Head trailers);

    /** The client has taken {@code bytes} of the response: as much may be read again. */
    void responseCredit(int bytes);

    /** The exchange is over before the response is: stop at once and do not use the connection for another. */
    void reset(Reason reason);

    /** Hands collected writes to the kernel. */
    void flush();
}
