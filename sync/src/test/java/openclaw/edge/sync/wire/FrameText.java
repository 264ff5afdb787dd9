package openclaw.edge.sync.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Writes down what it is handed, one line a call. */
final class FrameText implements FrameHandler {

    final List<String> lines = new ArrayList<>();

    @Override
    public void onHeartbeat(final long heartbeat, final long ownVersion, final long relayVersion) {
        lines.add("heartbeat " + heartbeat + " own " + ownVersion + " relay " + relayVersion);
    }

    @Override
    public void onAck(final int stream, final long joinedVersion) {
        lines.add("ack " + stream + " joined " + joinedVersion);
    }

    @Override
    public void onAckRange(final int stream, final long low, final long high) {
        lines.add("range " + stream + " (" + low + ", " + high + "]");
    }

    @Override
    public void onChanges(final int stream, final long low, final long high, final boolean complete) {
        lines.add("changes " + stream + " (" + low + ", " + high + "]" + (complete ? " complete" : ""));
    }

    @Override
    public void onEntry(final EntryFlyweight entry) {
        lines.add(entry(entry, true));
    }

    static String entry(final EntryFlyweight entry, final boolean withIncarnation) {
        return "entry kind " + entry.kind()
                + " key " + key(entry.keyHigh(), entry.keyLow())
                + " owner " + key(entry.ownerHigh(), entry.ownerLow())
                + " cycle " + entry.cycle() + " notices " + entry.notices()
                + " incarnation " + (withIncarnation ? Long.toHexString(entry.incarnation()) : "0")
                + " generation " + entry.generation()
                + " consumed " + entry.consumedTokens() + " refunded " + entry.refundedTokens()
                + " deficit " + entry.deficitUnits()
                + (entry.firstVersion() == 0 ? "" : " first " + entry.firstVersion());
    }

    @Override
    public void onChangesEnd(final int stream, final long low, final long high, final boolean complete) {
        lines.add("end " + stream + " (" + low + ", " + high + "]" + (complete ? " complete" : ""));
    }

    @Override
    public void onVector(final long snapshot, final int part, final int parts) {
        lines.add("vector " + snapshot + " part " + part + " of " + parts);
    }

    @Override
    public void onVectorMember(
            final long nameHash,
            final long life,
            final long incarnation,
            final long heartbeat,
            final long version,
            final long head) {
        lines.add("heard " + Long.toHexString(nameHash) + " life " + Long.toHexString(life) + " incarnation "
                + Long.toHexString(incarnation) + " heartbeat " + heartbeat + " version " + version + " head " + head);
    }

    @Override
    public void onMembers(final long viewHash, final int part, final int parts) {
        lines.add("members " + Long.toHexString(viewHash) + " part " + part + " of " + parts);
    }

    @Override
    public void onMember(final MemberFlyweight member) {
        lines.add(member(member));
    }

    static String member(final MemberFlyweight member) {
        return "member '" + new String(member.nameBytes(), 0, member.nameLength(), StandardCharsets.UTF_8)
                + "' status " + member.status() + " flags " + member.flags() + " weight " + member.weight()
                + " life " + Long.toHexString(member.life()) + " incarnation "
                + Long.toHexString(member.incarnation()) + " at "
                + HexFormat.of().formatHex(Arrays.copyOf(member.addressBytes(), member.addressLength()))
                + ":" + member.port();
    }

    @Override
    public void onStatus(final StatusFlyweight status) {
        lines.add(status(status));
    }

    static String status(final StatusFlyweight status) {
        return "status flags " + status.flags() + " policy " + status.policy() + " counted " + status.counted()
                + " reached " + status.reached() + " clock " + status.wallClockMs() + " view "
                + Long.toHexString(status.viewHash()) + " names " + Long.toHexString(status.countedHash())
                + " configuration " + Long.toHexString(status.configurationHash()) + " catalog "
                + Long.toHexString(status.catalogHash());
    }

    @Override
    public void onLedger(final long lifeHigh, final long lifeLow, final int lanes) {
        lines.add("ledger " + key(lifeHigh, lifeLow) + " lanes " + lanes);
    }

    @Override
    public void onLedgerLane(final int lane, final long sequence) {
        lines.add("lane " + lane + " sequence " + sequence);
    }

    @Override
    public void onBye() {
        lines.add("bye");
    }

    static String key(final long high, final long low) {
        return Long.toHexString(high) + "-" + Long.toHexString(low);
    }
}
