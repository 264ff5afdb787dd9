package openclaw.edge.proxy.h1;

/**
 * Where a client's connection stands.
 *
 * <pre>
 *  HEAD -> BODY -> WAIT -> HEAD      a request, its body, its response
 *          BODY -> DISCARD -> HEAD   answered early; the rest of a short body is dropped
 *                  WAIT -> TUNNEL    the upstream agreed to a tunnel; the connection ends with it
 *          any  -> LINGER -> CLOSED  no more is served: output is shut, input dropped, so that the answer survives
 * </pre>
 */
enum ClientPhase {
    /** No exchange; a head may have begun. */
    HEAD,
    /** An exchange is in flight and its body is not complete. */
    BODY,
    /** An exchange is in flight and its body is complete, or it has none. */
    WAIT,
    /** The exchange is a tunnel: what comes is passed on as it is. */
    TUNNEL,
    /** No exchange; what is left of the last one's body is dropped. */
    DISCARD,
    /** Output is shut, or about to be; input is dropped. */
    LINGER,
    /** The connection is gone. */
    CLOSED
}
