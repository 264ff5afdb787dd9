package openclaw.edge.sync.wire;

/** Receives every frame and does nothing; a base for what cares about some of them. */
public class NoFrameHandler implements FrameHandler {

    /** A handler. */
    public NoFrameHandler() {}

    @Override
    public void onHeartbeat(final long heartbeat, final long ownVersion, final long relayVersion) {}

    @Override
    public void onAck(final int stream, final long joinedVersion) {}

    @Override
    public void onAckRange(final int stream, final long low, final long high) {}

    @Override
    public void onChanges(final int stream, final long low, final long high, final boolean complete) {}

    @Override
    public void onEntry(final EntryFlyweight entry) {}

    @Override
    public void onChangesEnd(final int stream, final long low, final long high, final boolean complete) {}

    @Override
    public void onVector(final long snapshot, final int part, final int parts) {}

    @Override
    public void onVectorMember(
            final long nameHash,
            final long life,
            final long incarnation,
            final long heartbeat,
            final long version,
            final long head) {}

    @Override
    public void onMembers(final long viewHash, final int part, final int parts) {}

    @Override
    public void onMember(final MemberFlyweight member) {}

    @Override
    public void onStatus(final StatusFlyweight status) {}

    @Override
    public void onLedger(final long lifeHigh, final long lifeLow, final int lanes) {}

    @Override
    public void onLedgerLane(final int lane, final long sequence) {}

    @Override
    public void onBye() {}
}
