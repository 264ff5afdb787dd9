package openclaw.edge.crdt;

/**
 * What gossip sees of a table: which rows changed here, what a row says, and where an arriving entry goes. A
 * {@link BucketTable} has one and a {@link QuotaTable} has one. For one thread, the gossip agent's; event loops go on
 * admitting beside it. No method throws for what a peer sent.
 *
 * <p>Rows are slots, by number. A row's slot may be reclaimed and given to another key at any time, which
 * {@link #read} tells by its key.
 *
 * <h2>Marks</h2>
 *
 * <p>An event loop that has counted tokens marks the row and passes its number on, once for as long as the mark stands;
 * {@link #pollChanged} takes the mark away <em>before</em> it returns the row. So whatever is counted before
 * {@link #read} is in what was read, or its row is polled again: no change is lost.
 */
public interface ReplicaTable {

    /** Rows of the table, live or not; they are numbered from 0. Constant. */
    int rows();

    /**
     * The next row that changed here since it was polled last. The first polls after the table was opened, or after
     * gossip took it on, return every live row that has counters or notices of its own.
     *
     * <p>How much of a row is unsent counts from here: poll when about to send, not before.
     *
     * @return a row's number; or -1 if none is known now. After more changes than the rings hold, all rows are looked
     *     at, a part each time that -1 is returned: so -1 is no promise that nothing more is to come.
     */
    int pollChanged();

    /**
     * True once if since the last call the unsent growth of some row reached pressure: a member's part of 1/32 of the
     * limit's capacity, rounded down to a power of two of it, at least one token. Then it is time to poll and to send.
     */
    boolean pollUrgent();

    /**
     * Sets what is called when {@link #pollUrgent} has something to say that it had not before, so that nobody has to ask it
     * all the time. It is called by the thread that counted, an event loop's: it must be quick, and throw nothing.
     *
     * @param wake tells the agent's thread to poll.
     */
    void onUrgent(Runnable wake);

    /** Birth number of a row's present life at this node, at least 1; 0 if the row is not live. */
    long generation(int row);

    /** Whether this node's own incarnation has counted anything in a row since its birth; false if it is not live. */
    boolean hasCounted(int row);

    /**
     * Reads a row. Counters of this node's own are read refunded first, then consumed, then the deficit, so that the
     * deficit includes all that the counters do.
     *
     * @param row 0 to {@link #rows} - 1.
     * @param into receives it; unspecified where the answer is false.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return false if the row is not live.
     */
    boolean read(int row, ReplicaRow into, long nowNs);

    /**
     * Joins an entry into the slot of its key, which is made where it is needed.
     *
     * <ul>
     *   <li>A key that this node's catalog does not know gets an <em>orphan</em>: a slot without pace, which a catalog
     *       takes over as it is when it reserves the key.
     *   <li>An unknown key of a full bucket needs no slot: nothing is kept, {@link JoinResult#NOTHING}.
     *   <li>An agent beyond its tenant's bound, or one for which the table has no room: the tenant's overflow bucket is
     *       taken as far down as the entry says, no counters are kept.
     *   <li>What was not kept for want of room is {@link JoinResult#isDropped}.
     *   <li>An entry of this node's own incarnation changes nothing, see {@link JoinResult#isOwnMore}.
     * </ul>
     *
     * @param entry key and counters, its incarnation registered in this table's directory.
     * @param silence whether the entry's member counts as silent.
     * @param nowNs nanoseconds since the Unix epoch.
     * @return see {@link JoinResult}.
     */
    long join(ReplicaEntry entry, Silence silence, long nowNs);

    /**
     * Index of an incarnation in this table's directory, registered if it is not there.
     *
     * @param incarnationId any but 0.
     * @return 1 or more; 0 if the directory is full (counted) or the id is 0.
     */
    int incarnationIndex(long incarnationId);

    /** Id of the incarnation with this index, or 0 if there is none. */
    long incarnationId(int incarnationIndex);

    /** Id of this node's own incarnation, never 0. */
    long ownIncarnation();

    /** Index of this node's own incarnation. */
    int ownIncarnationIndex();

    /**
     * The version that the next change is to have, as kept in the file: at least 1, and above every version that was
     * ever set.
     */
    long nextVersion();

    /**
     * Keeps in the file which version comes next; to be called before a version is sent.
     *
     * @param version above the present one; a lower one is ignored.
     */
    void nextVersion(long version);

    /** What joining and marks count; the directory counts with the table. Read by any thread. */
    CrdtCounters counters();
}
