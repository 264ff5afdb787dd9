/**
 * The bytes of gossip: datagrams, the frames in them, and the tag that authenticates them. Knows no peers, no state and no
 * time; {@link openclaw.edge.sync.wire.WireDescriptor} has the picture of every layout.
 *
 * <p>{@link openclaw.edge.sync.wire.FrameEncoder} writes frames into one datagram and says when it is full;
 * {@link openclaw.edge.sync.wire.FrameDecoder} checks a whole datagram before it hands any of its frames to a
 * {@link openclaw.edge.sync.wire.FrameHandler}. Neither allocates. Nothing here throws over what came from the network: it
 * is dropped, with a {@link openclaw.edge.sync.wire.DropReason}.
 */
package openclaw.edge.sync.wire;
