/**
 * HTTP/2 with clients and with upstreams (RFC 9113), straight to and from the {@code exchange} seam, without channels or message
 * objects in between.
 *
 * <p>With clients Netty reads frames, and keeps the states of streams and the flow-control windows.
 *
 * <pre>
 *  bytes -> FrameGate (budgets) -> Http2ConnectionHandler (frames, HPACK, windows) -> H2Connection -> H2Stream -> Exchange
 *  bytes <- FrameWriter (one buffer per flush) <----- windows ------- ResponseData <-- H2Stream <-- Exchange
 * </pre>
 *
 * <p>With upstreams, where what a request costs is the point, frames, states, windows and header blocks are read by classes of this
 * package alone: nothing is allocated for a stream that its connection has not had before.
 *
 * <pre>
 *  SentBody, HeaderBlock -> FrameWriter (one buffer per flush, of all streams) -> bytes
 *  bytes -> UpstreamFrames (FrameGate: budgets) -> ResponseBlock -> ReceivedResponse -> Exchange
 *  both of a stream: UpstreamStream; all of a connection: H2Upstream, UpstreamStreams, SendQueue, UpstreamWatch
 * </pre>
 *
 * <p>Header blocks are encoded without the dynamic table: nothing is kept per connection, and nothing of one message
 * can be told from the length of another.
 *
 * <p>Threading: a connection, its streams and what they share belong to one event loop.
 */
package openclaw.edge.proxy.h2;
