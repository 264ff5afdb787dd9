/**
 * Gossip between the nodes of a cluster: each tells the others what it has counted, over UDP, and knows who is heard.
 *
 * <h2>Who is who</h2>
 *
 * <ul>
 *   <li>{@link openclaw.edge.sync.Cluster} is a node's part in its cluster as the proxy runs it: socket, files, thread.
 *       {@link openclaw.edge.sync.GossipAgent} is the duty cycle alone, without any of these, as a simulation runs it.
 *   <li>What changed: {@code Rows} polls both tables into two {@code ChangeLog}s, own changes and joined ones;
 *       {@code SendStream} is what one peer lacks of a log, {@code ReceiveStream} what was received of one.
 *   <li>Whose changes: {@code Sources} are incarnations and how far each is joined; {@code RelaySnapshots} and
 *       {@code PeerRelay} tell what a peer lacks of third ones; {@code Retirement} forgets incarnations that are no more.
 *   <li>Who is there: {@code Links} and their sessions, {@code Reachability} (silent, heard again), {@code Membership}
 *       (the view), {@code Agreement} (who is counted), {@code Joining} (whether this node may serve).
 *   <li>Datagrams: {@code Rounds} says when, {@code Outbox} and {@code ChangesWriter} write, {@code Inbox} reads.
 * </ul>
 *
 * <h2>What is claimed</h2>
 *
 * <p>A range (low, high] of a stream holds every row whose <em>latest</em> change lies in it, as the row is when the range
 * is written. An acknowledged version so says that all rows with a latest change up to it have arrived. A <em>solid</em>
 * version says more: every change up to it has arrived, whatever happened to its row since; a receiver knows that when it
 * has reached the end that the log had when the ranges were written. Only solid versions are told to third nodes, and
 * taken over from a relay that has sent all that it holds (COMPLETE).
 *
 * <p>All types but {@code Cluster}, the published {@link openclaw.edge.sync.ClusterView} and the counters are for one
 * thread, the gossip agent's; nothing reads a clock, and nothing of a peer's making is thrown.
 */
package openclaw.edge.sync;
