/**
 * The grammar of HTTP that does not depend on how a message is framed (RFC 9110, RFC 3986): characters, request targets,
 * authorities, content lengths. Whoever reads a protocol reads these by the same rules, so that no way in is laxer than another.
 *
 * <p>Nothing here keeps state between calls, unless its Javadoc says so.
 */
package openclaw.edge.proxy.exchange.grammar;
