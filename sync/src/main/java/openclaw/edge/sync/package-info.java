/**
 * Gossip between the nodes of a cluster: each tells the others what it has counted, over UDP, and knows who is heard.
 *
 * <h2>Who is who</h2>
 *
 * <ul>
 *   <li>{@link openclaw.edge.sync.Cluster} is a node's part in its cluster as the proxy runs it: socket, files, thread.
 *       {@link openclaw.edge.sync.GossipAgent} is the duty cycle alone, without any of these, as a simulation runs it.
 *   <li>What changed: {@code Rows} polls both tables into two {@code ChangeLog}s, own changes and joined ones;
 *       {@code SendStream} is what one peer lacks of a log, {@code ReceiveStream} what was received of one, {@code Firsts}
 *       when each bucket was first counted in.
 *   <li>Whose changes: {@code Sources} are incarnations and how far each is joined; {@code RelaySnapshots} and
 *       {@code PeerRelay} tell what a peer lacks of third ones; {@code Retirement} forgets incarnations that are no more.
 *   <li>Who is there: {@code Links} and their sessions, {@code Reachability} (silent, heard again), {@code Membership}
 *       (the view), {@code MemberSilences} (by what the silent are settled), {@code Agreement} (who is counted),
 *       {@code Joining} (whether this node may serve), {@code Leaving} (how it ends).
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
 * <p>Who had no room for an entry acknowledges it, so that it does not come again and again, but vouches for nothing of its
 * incarnation beyond what was solid before, until that incarnation's next life; and says so in its STATUS, so that no node
 * waits for what it cannot be given. A third node that hears the incarnation only through it counts it as silent. Agents
 * beyond their tenant's bound are no such entries: nobody has to keep their counters.
 *
 * <p>Versions count in one life. Rows that somebody relays who knows of a later life of their owner than this node does have
 * no version here: they go to whoever has not acknowledged them, whatever it says to have of the life that is known, until
 * the owner is heard in its next one.
 *
 * <p>A row may be written with counts that are newer than its version: event loops count meanwhile. Its owner numbers them
 * with its next look. If it is killed before that, whoever received the row from itself relays what came since the owner
 * numbered something last, whatever versions say of it, as soon as the owner is silent or has another incarnation. Left
 * open: the only receivers of such a row are killed too, and lose what they knew, before they have relayed it; then the
 * counts are with those nodes alone to which they had relayed it otherwise, or with nobody.
 *
 * <h2>First contact</h2>
 *
 * <p>An entry carries FIRST, the version at which its incarnation counted the first token of the bucket's present birth,
 * until the receiver has acknowledged every change up to there. A receiver that does not know the birth, and in which the
 * incarnation is solid only below that version, can hold nothing of it: the whole value is growth from zero, settled as any
 * growth is. So what nodes take together of a bucket that they begin to use at the same time is debited at each of them.
 * The incarnation must be <em>in step</em>: heard, with all that it had announced joined, since this process began. In all
 * other cases the value is a baseline and the bucket is taken as far down as the sender's, which is too little by what the
 * receiver took and the sender had not heard of, once for each birth:
 *
 * <ul>
 *   <li>while the incarnation is not in step: after this node's own start, until it is heard;
 *   <li>of a birth that counted before its own process began, where that ended before this node heard of it;
 *   <li>of a birth that somebody relays who learnt of it in one of these ways, or more than 4,096 births ago;
 *   <li>of an incarnation that is no member's present one.
 * </ul>
 *
 * <p>A bucket that was dropped here because it was full again is not met first when it comes again: its birth is below what
 * is solid.
 *
 * <h2>Why these rules: what simpler ones do</h2>
 *
 * <p>B is the capacity, R the refill, N the members. Each was found by simulation.
 *
 * <ul>
 *   <li><em>Forgive nothing of what the silent consumed</em>: after a cut a tenant well within its limit is denied most of
 *       what it asks for until the debt is refilled.
 *   <li><em>Forgive all of it</em>, or for each member since it was last heard: links that flap admit a multiple of the
 *       limit. Only refill that was withheld pays, and no stretch of it twice.
 *   <li><em>Pool the withheld refill in one mark</em>: a blip of one member while another is cut off for long moves the mark
 *       past what was withheld for that other one; at its return half of the requests were denied (cut 600 s, blip 2 s, 3
 *       nodes, demand 0.9 R). What a younger silence uses must be noted above the mark while an older one is unsettled.
 *   <li><em>Give up the others' part of a bucket for good</em>: each side of a short cut that uses just its part finds the
 *       other's debited on top (43 % denied after 5 s of cut, 2 nodes, B/R 120 s). What was given up is set aside, pays
 *       for the growth of the silent, and what is left comes back when they are heard.
 *   <li><em>Relay every heartbeat</em>: one that is old, of a member whom the relayer does not hear either, ends a silence
 *       at an old version; the growth then counts as heard. Members vouch only for those whom they hear.
 *   <li><em>Count whoever sends signs of life</em>: where datagrams pass one way only, who hears them is told no changes, since
 *       it cannot acknowledge any, and uses once more what the sender uses (1.5 times the limit with 2 nodes, 2 times in a ring
 *       of 3 or 4, 1.5 times where three hear one that is idle). A member counts while what it announces arrives, and while it
 *       acknowledges if it is itself that is heard.
 *   <li><em>Count on being scheduled</em>: event loops that admit while gossip stands still go on at the old pace. k of N
 *       holds for a lease, a silence found late begins with the last cycle, and a cycle looks for its own pause before it
 *       receives.
 *   <li><em>Reclaim a bucket soon after it is full</em>: the first counters of a bucket made again are baselines, so bursts
 *       on all nodes at once never become debt: 5.5 times the limit on 8 nodes. A bucket is reclaimed when it has been full
 *       for N - 1 refills.
 *   <li><em>Take what is met first as a baseline</em>: N nodes that begin to use a bucket at the same instant have N
 *       capacities, and none of it is ever repaid (4 of 4 B with the first entries, 1.00 of the limit with growth from
 *       zero, 8 nodes too).
 *   <li><em>Vouch for what there was no room for</em>: a third node acknowledges it unseen, and never gets it.
 *   <li><em>Change k and N at once</em>: nodes that have changed and nodes that have not can be cut apart and count 7/6
 *       together. A newcomer divides before it counts, each when all say so.
 *   <li><em>Acknowledge what was received</em> rather than all up to a version, sum instead of maximum, generations
 *       ignored: replicas differ for good.
 * </ul>
 *
 * <p>With the rules as they are, over windows that begin while nobody is silent, no seed admitted more than
 * {@code B + R * T} and what the admitting node had not joined yet; the worst window of any kind held 1.9 B above
 * {@code R * T}.
 *
 * <p>All types but {@code Cluster}, the published {@link openclaw.edge.sync.ClusterView} and the counters are for one
 * thread, the gossip agent's; nothing reads a clock, and nothing of a peer's making is thrown.
 */
package openclaw.edge.sync;
