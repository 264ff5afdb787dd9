/**
 * Gossip: how the nodes of a cluster learn what the others have admitted. {@link openclaw.edge.sync.wire} has the bytes.
 */
package openclaw.edge.sync;
