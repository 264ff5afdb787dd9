/**
 * HTTP/1.1 and 1.0 on the wire (RFC 9110, RFC 9112): strict in what is taken, exact in what is sent.
 *
 * <p>{@link HeadScanner} finds the end of a head in arriving pieces, {@link RequestHeadParser} and
 * {@link ResponseHeadParser} read a whole one into a {@link openclaw.edge.proxy.exchange.Head} and decide once how the
 * message is framed, {@link BodyDecoder} follows that decision through the body, and {@link HeadWriter} writes heads and
 * chunks anew from the decision: framing fields as received are never copied.
 *
 * <p>Everything here belongs to one event loop, allocates nothing in steady state and makes no Strings. This package knows
 * {@code exchange} and no other package of the proxy.
 */
package openclaw.edge.proxy.h1;
