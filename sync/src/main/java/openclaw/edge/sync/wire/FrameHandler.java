package openclaw.edge.sync.wire;

/**
 * Receives the frames of one datagram, in their order. Only datagrams that are valid as a whole are handed over, so that a
 * handler never sees half of one. Flyweights are valid during the call. All values are in the ranges stated here.
 */
public interface FrameHandler {

    /**
     * The sender lives.
     *
     * @param heartbeat of the sender's life, at least 0, rising.
     * @param ownVersion the sender's latest version in its own stream, at least 0.
     * @param relayVersion the sender's latest version in its relay stream, at least 0.
     */
    void onHeartbeat(long heartbeat, long ownVersion, long relayVersion);

    /**
     * What the sender has received of one of this node's streams.
     *
     * @param stream {@link WireDescriptor#STREAM_OWN} or {@link WireDescriptor#STREAM_RELAY}.
     * @param joinedVersion up to which it has joined everything, at least 0.
     */
    void onAck(int stream, long joinedVersion);

    /**
     * A range that the sender has received beyond what it has joined without a gap; after {@link #onAck}, up to
     * {@link WireDescriptor#MAX_ACK_RANGES} times.
     *
     * @param stream as in {@link #onAck}.
     * @param low version before the range, at least the joined one.
     * @param high last version of the range, at least {@code low}.
     */
    void onAckRange(int stream, long low, long high);

    /**
     * The changes in (low, high] of a stream of the sender follow, each by {@link #onEntry}, then {@link #onChangesEnd}.
     *
     * @param stream {@link WireDescriptor#STREAM_OWN} or {@link WireDescriptor#STREAM_RELAY}.
     * @param low version before the first, at least 0.
     * @param high version of the last, at least {@code low}.
     * @param complete whether {@code high} is the end of the sender's log, so that the snapshot of its VECTOR frames holds
     *     for who has everything up to {@code high}.
     */
    void onChanges(int stream, long low, long high, boolean complete);

    /**
     * One entry of the changes announced last.
     *
     * @param entry its fields, valid during the call.
     */
    void onEntry(EntryFlyweight entry);

    /**
     * All entries of the changes announced last have been handed over.
     *
     * @param stream as announced.
     * @param low as announced.
     * @param high as announced.
     * @param complete as announced.
     */
    void onChangesEnd(int stream, long low, long high, boolean complete);

    /**
     * A part of what the sender has joined of the others; its members follow.
     *
     * @param snapshot number of the snapshot, equal in all its parts, at least 0: the sender's relay version when taken; 0
     *     if it is no snapshot, but what the sender has joined of all that it knows.
     * @param part 0 to {@code parts} - 1; each holds the same of the others whenever it is sent, so that who has received all
     *     of them was told of all.
     * @param parts 1 to 255.
     */
    void onVector(long snapshot, int part, int parts);

    /**
     * One member of the vector announced last.
     *
     * @param nameHash hash of its name.
     * @param life of its process.
     * @param incarnation of its counters.
     * @param heartbeat highest heard of that life by any path, at least 0.
     * @param version of its own stream up to which the sender has joined everything, at least 0.
     * @param head highest version of it of which the sender may hold anything, at least {@code version}.
     */
    void onVectorMember(long nameHash, long life, long incarnation, long heartbeat, long version, long head);

    /**
     * A part of the sender's view of the members; they follow.
     *
     * @param viewHash hash of the whole view.
     * @param part 0 to {@code parts} - 1.
     * @param parts 1 to 255.
     */
    void onMembers(long viewHash, int part, int parts);

    /**
     * One member of the view announced last.
     *
     * @param member its fields, valid during the call.
     */
    void onMember(MemberFlyweight member);

    /**
     * What the sender says of itself.
     *
     * @param status its fields, valid during the call.
     */
    void onStatus(StatusFlyweight status);

    /**
     * The sender's life in the ledger; its lanes follow.
     *
     * @param lifeHigh upper half of the life.
     * @param lifeLow lower half of the life.
     * @param lanes how many, 0 to {@link WireDescriptor#MAX_LANES}.
     */
    void onLedger(long lifeHigh, long lifeLow, int lanes);

    /**
     * One lane of the ledger announced last.
     *
     * @param lane from 0 on, in order.
     * @param sequence highest of the lane, at least 0.
     */
    void onLedgerLane(int lane, long sequence);

    /** The sender leaves for good. */
    void onBye();
}
