package openclaw.edge.proxy.h1;

/**
 * Where a connection to an upstream stands.
 *
 * <pre>
 *  CONNECTING -> IDLE -> HEAD -> BODY -> IDLE     an exchange; without a body HEAD -> IDLE
 *                        HEAD -> TUNNEL -> ENDING the upstream agreed to a tunnel; the connection ends with it
 *                any -> CLOSED
 * </pre>
 */
enum UpstreamPhase {
    /** Not open yet. */
    CONNECTING,
    /** Open, with no exchange. */
    IDLE,
    /** A request is being sent, or its response is waited for. */
    HEAD,
    /** The response's body comes. */
    BODY,
    /** Bytes go both ways as they are. */
    TUNNEL,
    /** Both directions of a tunnel have ended: what is left to write is written. */
    ENDING,
    /** The connection is gone. */
    CLOSED
}
