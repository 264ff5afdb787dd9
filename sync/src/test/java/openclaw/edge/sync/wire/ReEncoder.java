package openclaw.edge.sync.wire;

/** Writes what it is handed into another datagram. */
final class ReEncoder implements FrameHandler {

    private final FrameEncoder encoder;
    private final long[] ranges = new long[2 * WireDescriptor.MAX_ACK_RANGES];
    private final long[] sequences = new long[WireDescriptor.MAX_LANES];
    private Runnable open = () -> {};
    private int count;

    ReEncoder(final FrameEncoder encoder) {
        this.encoder = encoder;
    }

    /** Ends what is known to be over only when the next frame begins. */
    void flush() {
        open.run();
        open = () -> {};
        count = 0;
    }

    @Override
    public void onHeartbeat(final long heartbeat, final long ownVersion, final long relayVersion) {
        flush();
        encoder.heartbeat(heartbeat, ownVersion, relayVersion);
    }

    @Override
    public void onAck(final int stream, final long joinedVersion) {
        flush();
        open = () -> encoder.ack(stream, joinedVersion, ranges, count);
    }

    @Override
    public void onAckRange(final int stream, final long low, final long high) {
        ranges[2 * count] = low;
        ranges[2 * count++ + 1] = high;
    }

    @Override
    public void onChanges(final int stream, final long low, final long high, final boolean complete) {
        flush();
        encoder.beginChanges(stream, low);
    }

    @Override
    public void onEntry(final EntryFlyweight entry) {
        encoder.entry(entry);
    }

    @Override
    public void onChangesEnd(final int stream, final long low, final long high, final boolean complete) {
        encoder.endChanges(high, complete);
    }

    @Override
    public void onVector(final long snapshot, final int part, final int parts) {
        flush();
        encoder.beginVector(snapshot, part, parts);
        open = encoder::endList;
    }

    @Override
    public void onVectorMember(
            final long nameHash,
            final long life,
            final long incarnation,
            final long heartbeat,
            final long version,
            final long head) {
        encoder.vectorMember(nameHash, life, incarnation, heartbeat, version, head);
    }

    @Override
    public void onMembers(final long viewHash, final int part, final int parts) {
        flush();
        encoder.beginMembers(viewHash, part, parts);
        open = encoder::endList;
    }

    @Override
    public void onMember(final MemberFlyweight member) {
        encoder.member(member);
    }

    @Override
    public void onStatus(final StatusFlyweight status) {
        flush();
        encoder.status(status);
    }

    @Override
    public void onLedger(final long lifeHigh, final long lifeLow, final int lanes) {
        flush();
        open = () -> encoder.ledger(lifeHigh, lifeLow, sequences, lanes);
    }

    @Override
    public void onLedgerLane(final int lane, final long sequence) {
        sequences[lane] = sequence;
    }

    @Override
    public void onBye() {
        flush();
        encoder.bye();
    }
}
