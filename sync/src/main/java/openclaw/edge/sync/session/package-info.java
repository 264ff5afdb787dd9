/**
 * Sessions between two lives of two nodes: how they are agreed on, and which datagrams belong to them. Knows nothing of
 * what the datagrams hold, owns no socket and reads no clock.
 *
 * <p>{@link openclaw.edge.sync.session.SessionTable} is the whole of it to the outside.
 */
package openclaw.edge.sync.session;
