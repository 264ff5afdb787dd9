package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBuf;

/**
 * The client's side of an exchange, implemented by each protocol that clients speak.
 *
 * <p>Writes are collected; they reach the socket at {@link #flush()}. Whoever hands over response bytes flushes once per
 * batch of input it has read.
 */
public interface Downstream {
    /** Who is at the other end. */
    Peer peer();

    /** Sends the interim response (1xx) in {@link Exchange#response()}. */
    void informational(Exchange exchange);

    /**
     * Sends the final head in {@link Exchange#response()}; if {@link Exchange#isTunnel()}, the one that opens the tunnel, and
     * passes on what the client has sent already.
     *
     * @param last whether no body follows: then this is the end of the response
     */
    void head(Exchange exchange, boolean last);

    /**
     * Sends a piece of the body: exactly {@code length} readable bytes of {@code data} are consumed. Either the reader index
     * has moved by that much at return, or, when these were all its readable bytes, the callee may have kept the buffer by
     * retaining it; then the caller only releases its own reference and no longer looks at the indices.
     *
     * @param last whether the response, or this direction of the tunnel, ends with this piece; {@code length} may be 0 then
     */
    void body(Exchange exchange, ByteBuf data, int length, boolean last);

    /** Ends the response with trailer fields, or plainly where the client takes none. */
    void trailers(Exchange exchange, Head trailers);

    /** The upstream has taken {@code bytes} of the request's body: as much may be read again. */
    void requestCredit(int bytes);

    /**
     * The exchange's record was committed just now and is not durable yet: what ends the response comes next, and must not reach the
     * client before it is ({@link OutputGate}). Called only where records are not durable at once.
     */
    void recorded();

    /** The response cannot be finished: the client must not take what it got for a whole one. */
    void abort(Reason reason);

    /** The exchange is over and no longer this side's: the next request may be served. Last call for an exchange. */
    void finished();

    /** Hands collected writes to the kernel. */
    void flush();
}
