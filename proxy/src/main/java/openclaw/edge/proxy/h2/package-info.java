/**
 * HTTP/2 with clients (RFC 9113): Netty reads frames, keeps the states of streams and the flow-control windows; everything above
 * a frame goes straight to the {@code exchange} seam, without channels or message objects in between.
 *
 * <pre>
 *  bytes -> FrameGate (budgets) -> Http2ConnectionHandler (frames, HPACK, windows) -> H2Connection -> H2Stream -> Exchange
 *  bytes <- FrameWriter (one buffer per flush) <----- windows ------- ResponseData <-- H2Stream <-- Exchange
 * </pre>
 *
 * <p>Response header blocks are encoded without the dynamic table: nothing is kept per connection, and nothing of one response
 * can be told from the length of another.
 *
 * <p>Threading: a connection, its streams and what they share belong to one event loop.
 */
package openclaw.edge.proxy.h2;
