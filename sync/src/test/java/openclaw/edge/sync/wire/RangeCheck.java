package openclaw.edge.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;

/** Fails on every value that {@link FrameHandler} says cannot come. */
final class RangeCheck implements FrameHandler {

    int calls;

    private void check(final boolean holds) {
        calls++;
        if (!holds) {
            throw new AssertionError("a value out of its range was handed over");
        }
    }

    @Override
    public void onHeartbeat(final long heartbeat, final long ownVersion, final long relayVersion) {
        check(heartbeat >= 0 && ownVersion >= 0 && relayVersion >= 0);
    }

    @Override
    public void onAck(final int stream, final long joinedVersion) {
        check(isStream(stream) && joinedVersion >= 0);
    }

    @Override
    public void onAckRange(final int stream, final long low, final long high) {
        check(isStream(stream) && low >= 0 && high >= low);
    }

    @Override
    public void onChanges(final int stream, final long low, final long high, final boolean complete) {
        check(isStream(stream) && low >= 0 && high >= low);
    }

    @Override
    public void onEntry(final EntryFlyweight entry) {
        check(entry.kind() >= WireDescriptor.KIND_TENANT && entry.kind() <= WireDescriptor.KIND_QUOTA);
        check(entry.generation() >= 0 && entry.generation() < WireDescriptor.GENERATION_LIMIT);
        check(entry.consumedTokens() >= 0 && entry.refundedTokens() >= 0 && entry.deficitUnits() >= 0);
        check(entry.cycle() >= 0 && entry.notices() >= 0);
        check(entry.kind() != WireDescriptor.KIND_QUOTA || entry.deficitUnits() == 0);
    }

    @Override
    public void onChangesEnd(final int stream, final long low, final long high, final boolean complete) {
        check(isStream(stream) && low >= 0 && high >= low);
    }

    @Override
    public void onVector(final long snapshot, final int part, final int parts) {
        check(snapshot >= 0 && part >= 0 && part < parts && parts <= 255);
    }

    @Override
    public void onVectorMember(
            final long nameHash,
            final long life,
            final long incarnation,
            final long heartbeat,
            final long version,
            final long head) {
        check(heartbeat >= 0 && version >= 0 && head >= version);
    }

    @Override
    public void onMembers(final long viewHash, final int part, final int parts) {
        check(part >= 0 && part < parts && parts <= 255);
    }

    @Override
    public void onMember(final MemberFlyweight member) {
        check(member.nameLength() >= 0 && member.nameLength() <= WireDescriptor.MAX_NAME_BYTES);
        check(Names.isPrintable(member.nameBytes(), member.nameLength()));
        assertThat(member.addressLength()).isIn(0, 4, 16);
        check(member.port() >= 0 && member.port() <= 0xFFFF);
    }

    @Override
    public void onStatus(final StatusFlyweight status) {
        check(status.counted() >= 0 && status.reached() >= 0);
    }

    @Override
    public void onLedger(final long lifeHigh, final long lifeLow, final int lanes) {
        check(lanes >= 0 && lanes <= WireDescriptor.MAX_LANES);
    }

    @Override
    public void onLedgerLane(final int lane, final long sequence) {
        check(lane >= 0 && lane < WireDescriptor.MAX_LANES && sequence >= 0);
    }

    @Override
    public void onBye() {
        check(true);
    }

    private static boolean isStream(final int stream) {
        return stream == WireDescriptor.STREAM_OWN || stream == WireDescriptor.STREAM_RELAY;
    }
}
