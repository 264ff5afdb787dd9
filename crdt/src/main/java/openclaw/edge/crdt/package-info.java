/**
 * Replicated token buckets and quota rows: their layout in mapped files, admission over several limits at once, refund,
 * and what an arriving replica entry does. No threads, no clock of its own: time is always passed in.
 *
 * <h2>Who is who</h2>
 *
 * <ul>
 *   <li>{@link openclaw.edge.crdt.LimitSpec} says what a limit is; {@link openclaw.edge.crdt.BucketTable} keeps the
 *       buckets, {@link openclaw.edge.crdt.QuotaTable} the quota rows.
 *   <li>{@link openclaw.edge.crdt.AgentFinder} finds agents' buckets by name, for one thread.
 *   <li>{@link openclaw.edge.crdt.LimitSet} gathers the limits that guard one request,
 *       {@link openclaw.edge.crdt.Buckets} decides over it, {@link openclaw.edge.crdt.Decision} reads the answer.
 *   <li>{@link openclaw.edge.crdt.VirtualClock} is the time in which all buckets of a node refill.
 *   <li>{@link openclaw.edge.crdt.ReplicaTable} is what gossip sees of a table: rows that changed here, what a
 *       {@link openclaw.edge.crdt.ReplicaRow} says, where an arriving {@link openclaw.edge.crdt.ReplicaEntry} goes.
 *   <li>{@link openclaw.edge.crdt.CrdtCounters} counts every refusal, clamp and drop.
 * </ul>
 *
 * <h2>Replicas</h2>
 *
 * <p>A slot holds, for each incarnation that it knows, how much that has consumed and refunded since the slot's birth
 * there; each incarnation writes only its own, joining takes the maximum (a PN-counter: Shapiro et al., A comprehensive
 * study of convergent and commutative replicated data types, 2011). A slot has the same key at all nodes. A bucket that is
 * full says nothing and may be missing: what a node does not hold, nobody can have too much of.
 *
 * <p><em>First contact</em>: counters of a birth that a slot does not know are growth from zero where gossip says that
 * nothing of the birth can be in this table yet ({@link openclaw.edge.crdt.ReplicaEntry#fromZero}); else they are a
 * baseline, and the bucket is taken as far down as the sender's. Growth sums; baselines take the larger. A bucket that no
 * catalog of this node knows sums too, in tokens, and weighs them when a catalog takes it over.
 *
 * <h2>Time</h2>
 *
 * <p>{@code nowNs} is nanoseconds since the Unix epoch: the wall clock read once at start plus monotonic time since. It
 * may differ between threads by as much as their caches of it; a bucket is exact with respect to the latest value that
 * anyone passed.
 *
 * <h2>Vocabulary of memory ordering</h2>
 *
 * <p>As in Agrona: a plain {@code get}/{@code put} orders nothing, {@code ...Acquire} / {@code ...Release} order in one
 * direction, {@code compareAndSet}, {@code getAndAdd} and {@code ...Volatile} are sequentially consistent.
 */
package openclaw.edge.crdt;
