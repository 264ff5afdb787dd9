/**
 * One request and its response, in words that no protocol owns: the seam of the proxy.
 *
 * <p>Protocol codecs ({@code h1}, {@code h2}) stand on the client's side as {@link Downstream} and on the upstream's
 * side as {@link Upstream}; what decides about a request is an {@link ExchangeHandler}; where an upstream comes from is an
 * {@link UpstreamSource}. All of them meet in {@link Exchange}, which lives on one event loop, is pooled there, and has
 * exactly one terminal {@link Outcome}.
 *
 * <p>Threading: everything here belongs to one event loop and is touched by no other thread, unless its Javadoc says so.
 */
package openclaw.edge.proxy.exchange;
