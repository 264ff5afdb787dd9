package openclaw.edge.proxy.exchange;

/**
 * Edits heads where they cross the proxy: hop-by-hop fields, the client's key fields, Via, X-Forwarded-*, and what the
 * configuration sets or strips. Called on the exchange's event loop, must not allocate.
 *
 * <p>Fields that carry the verified identity, and X-Request-Id, are not its business: the handler sets them on the request
 * after {@link #request} returned, so that nothing a client nominates or sends takes their place.
 */
public interface RequestRewriter {
    /** {@link Exchange#request()} is about to go upstream. Called once per exchange. */
    void request(Exchange exchange);

    /** {@link Exchange#request()}, edited already, is sent once more, perhaps to another server. */
    default void again(final Exchange exchange) {}

    /** A request's trailers are about to go upstream; fields of known names are dropped from them already. */
    default void requestTrailers(final Head trailers) {}

    /** {@link Exchange#response()} is a final response about to go to the client. */
    void response(Exchange exchange);
}
