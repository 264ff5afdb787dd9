package openclaw.edge.sync;

import openclaw.edge.crdt.JoinResult;
import openclaw.edge.crdt.ReplicaEntry;
import openclaw.edge.crdt.Silence;
import openclaw.edge.sync.wire.EntryFlyweight;
import openclaw.edge.sync.wire.FrameHandler;
import openclaw.edge.sync.wire.MemberFlyweight;
import openclaw.edge.sync.wire.StatusFlyweight;
import openclaw.edge.sync.wire.WireDescriptor;

/**
 * What the frames of a member's datagrams do: joins entries, keeps what was received of its streams, hears of others. For
 * the gossip agent's thread; allocates nothing for changes, vectors and acknowledgements.
 */
final class Inbox implements FrameHandler {

    /** Snapshot number of a vector that no COMPLETE refers to. */
    static final long VECTOR_OF_ALL = 0;

    private static final int MAX_CLAIMS = 64;

    private final Rows rows;
    private final Sources sources;
    private final Membership membership;
    private final Reachability reachability;
    private final MembersExchange exchange;
    private final Joining joining;
    private final LedgerLives lives;
    private final SyncCounters counters;
    private final ReplicaEntry joined = new ReplicaEntry();
    private final int[] claimedSources = new int[MAX_CLAIMS];
    private final long[] claimedVersions = new long[MAX_CLAIMS];
    private int claims;
    private final int[] straySources = new int[MAX_CLAIMS];
    private int strays;
    private boolean isClaimed;
    private Peer peer;
    private long nowNs;
    private long ownEnd;
    private long relayEnd;
    private long relayBefore;
    private int stream;
    private boolean isOwnConflict;
    private final Silence whenUnknown;

    Inbox(
            final Rows rows,
            final Sources sources,
            final Membership membership,
            final Reachability reachability,
            final MembersExchange exchange,
            final Joining joining,
            final Silence whenUnknown,
            final LedgerLives lives,
            final SyncCounters counters) {
        this.rows = rows;
        this.sources = sources;
        this.membership = membership;
        this.reachability = reachability;
        this.exchange = exchange;
        this.joining = joining;
        this.whenUnknown = whenUnknown;
        this.lives = lives;
        this.counters = counters;
    }

    /** A datagram begins. */
    Inbox begin(final Peer from, final long now) {
        peer = from;
        nowNs = now;
        claims = 0;
        strays = 0;
        ownEnd = 0;
        relayEnd = 0;
        relayBefore = rows.relay().lastVersion();
        return this;
    }

    /** True once if somebody knows more of this node's own counters than it does itself. */
    boolean takeOwnConflict() {
        final boolean isConflict = isOwnConflict;
        isOwnConflict = false;
        return isConflict;
    }

    /** Somebody goes by this node's own incarnation. */
    void ownConflict() {
        isOwnConflict = true;
    }

    private Member member() {
        return peer.member();
    }

    @Override
    public void onHeartbeat(final long heartbeat, final long ownVersion, final long relayVersion) {
        ownEnd = ownVersion;
        relayEnd = relayVersion;
        final Member from = member();
        reachability.onHeartbeat(from, peer.life(), peer.incarnation(), heartbeat, ownVersion, nowNs);
        reachability.onJoined(from, nowNs);
        if (from.source() != Sources.NONE && sources.life(from.source()) == peer.life()) {
            // Others may have told of it first, and of less.
            joining.onKnown(from, from.source(), ownVersion);
        }
    }

    @Override
    public void onAck(final int ofStream, final long joinedVersion) {
        if (ofStream == WireDescriptor.STREAM_OWN) {
            isOwnConflict |= !peer.own().onAck(joinedVersion, nowNs);
        } else if (peer.relay().onAck(joinedVersion, nowNs)) {
            peer.lacks().onAcked();
        }
    }

    @Override
    public void onAckRange(final int ofStream, final long low, final long high) {
        (ofStream == WireDescriptor.STREAM_OWN ? peer.own() : peer.relay()).onAckRange(low, high, nowNs);
    }

    @Override
    public void onChanges(final int ofStream, final long low, final long high, final boolean complete) {
        stream = ofStream;
    }

    @Override
    public void onEntry(final EntryFlyweight entry) {
        counters.add(SyncCounter.ENTRIES_IN, 1);
        final boolean isQuota = entry.kind() == WireDescriptor.KIND_QUOTA;
        if (!rows.hasTable(isQuota) || !isSound(entry)) {
            counters.add(SyncCounter.ENTRIES_DROPPED, 1);
            return;
        }
        final boolean isOwn = stream == WireDescriptor.STREAM_OWN;
        final long incarnation = isOwn ? peer.incarnation() : entry.incarnation();
        final int source =
                isOwn && incarnation == member().incarnation() ? member().source() : sources.findOrAdd(incarnation);
        final int index = source == Sources.NONE
                ? rows.directoryIndex(incarnation, isQuota)
                : rows.directoryIndex(source, isQuota);
        if (index == 0) {
            counters.add(SyncCounter.ENTRIES_DROPPED, 1);
            if (source != Sources.NONE) {
                sources.dropped(source);
            }
            return;
        }
        if (isQuota) {
            joined.quota(entry.keyHigh(), entry.keyLow(), entry.cycle(), (int) entry.notices());
        } else {
            joined.bucket(entry.kind(), entry.keyHigh(), entry.keyLow(), entry.ownerHigh(), entry.ownerLow());
        }
        joined.counters(
                index,
                entry.generation(),
                entry.consumedTokens(),
                entry.refundedTokens(),
                Math.min(entry.deficitUnits(), ReplicaEntry.MAX_DEFICIT_UNITS));
        final boolean isFromZero = isFromZero(entry, source, isOwn);
        final long result = rows.join(joined.fromZero(isFromZero), source, silence(source), nowNs);
        isOwnConflict |= JoinResult.isOwnMore(result);
        if (!isOwn && JoinResult.isChanged(result) && isStray(source)) {
            sources.stray(source);
        }
        if (isFromZero && JoinResult.isChanged(result)) {
            final long life = sources.life(source);
            rows.firsts().told(JoinResult.row(result), source, life, entry.generation(), entry.firstVersion());
        }
    }

    /**
     * Whether nothing of the entry's birth can be in a bucket of this node: it counted its first token after all that is
     * joined here, of an incarnation that is in step. The version must count in the life that the source has here.
     */
    private boolean isFromZero(final EntryFlyweight entry, final int source, final boolean isOwn) {
        return entry.firstVersion() != 0
                && source != Sources.NONE
                && sources.isPresent(source)
                && sources.isInStep(source)
                && entry.firstVersion() > sources.solid(source)
                && (isOwn ? sources.life(source) == peer.life() : isClaimed(source));
    }

    private boolean isClaimed(final int source) {
        return contains(claimedSources, claims, source);
    }

    /** Whether who sent the datagram relays a source as it is in another life than the one that is known here. */
    private boolean isStray(final int source) {
        return contains(straySources, strays, source);
    }

    private static boolean contains(final int[] some, final int count, final int source) {
        for (int i = 0; i < count; i++) {
            if (some[i] == source) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSound(final EntryFlyweight entry) {
        return entry.generation() >= 1
                && entry.generation() <= ReplicaEntry.MAX_GENERATION
                && entry.consumedTokens() <= ReplicaEntry.MAX_TOKENS
                && entry.refundedTokens() <= ReplicaEntry.MAX_TOKENS
                && (entry.kind() != WireDescriptor.KIND_QUOTA
                        || (entry.cycle() >= 1 && entry.notices() <= Integer.MAX_VALUE));
    }

    private Silence silence(final int source) {
        if (source == Sources.NONE) {
            return whenUnknown;
        }
        final Member of = sources.member(source);
        if (sources.isPresent(source)) {
            return of.silence();
        }
        final Silence kept = sources.silence(source);
        return kept == null ? whenUnknown : kept;
    }

    @Override
    public void onChangesEnd(final int ofStream, final long low, final long high, final boolean complete) {
        peer.ackDue(true);
        if (ofStream == WireDescriptor.STREAM_OWN) {
            ownReceived(low, high);
        } else {
            relayReceived(low, high, complete);
        }
    }

    private void ownReceived(final long low, final long high) {
        final Member from = member();
        if (!peer.fromOwn().received(low, high, Math.max(high, ownEnd))) {
            counters.add(SyncCounter.RANGES_DROPPED, 1);
        }
        if (from.source() != Sources.NONE && sources.life(from.source()) == peer.life()) {
            sources.raiseOwnHead(from.source(), Math.max(high, ownEnd), relayBefore);
            sources.raiseSolid(from.source(), peer.fromOwn().solidVersion());
            reachability.onJoined(from, nowNs);
        }
    }

    private void relayReceived(final long low, final long high, final boolean complete) {
        if (!peer.fromRelay().received(low, high, Math.max(high, relayEnd))) {
            counters.add(SyncCounter.RANGES_DROPPED, 1);
        }
        if (complete) {
            peer.completeAt(high);
        }
        peer.onRelayReceived();
        if (!complete
                || peer.fromRelay().joinedVersion() != high
                || !peer.fromRelay().isSolidAt(high)) {
            return;
        }
        for (int i = 0; i < claims; i++) {
            sources.raiseSolid(claimedSources[i], claimedVersions[i]);
            final Member of = sources.member(claimedSources[i]);
            if (sources.isPresent(claimedSources[i])) {
                if (of.peer() != null && of.peer().life() == of.life()) {
                    of.peer().fromOwn().solidUpTo(claimedVersions[i]);
                }
                reachability.onJoined(of, nowNs);
            }
        }
    }

    @Override
    public void onVector(final long snapshot, final int part, final int parts) {
        isClaimed = snapshot != VECTOR_OF_ALL;
        if (!isClaimed) {
            joining.onPart(member(), part, parts);
        }
    }

    @Override
    public void onVectorMember(
            final long nameHash,
            final long life,
            final long incarnation,
            final long heartbeat,
            final long version,
            final long head) {
        if (incarnation == sources.incarnation(Sources.SELF)) {
            isOwnConflict |=
                    life == sources.life(Sources.SELF) && version > rows.own().lastVersion();
            return;
        }
        final Member of = nameHash == 0 ? null : membership.find(nameHash);
        if (of != null && of != member()) {
            reachability.onHeartbeat(of, life, incarnation, heartbeat, head, nowNs);
        }
        final int source = sources.isRemoved(incarnation) ? sources.find(incarnation) : sources.findOrAdd(incarnation);
        if (source == Sources.NONE) {
            counters.add(SyncCounter.SOURCES_FULL, sources.isRemoved(incarnation) ? 0 : 1);
            return;
        }
        if (sources.life(source) == 0 && sources.member(source) == null) {
            sources.life(source, life);
        }
        peer.lacks().onVector(source, life, version, head, nowNs);
        if (sources.life(source) == life) {
            if (isClaimed) {
                sources.raiseHead(source, head);
            }
            joining.onKnown(peer.member(), source, version);
            if (isClaimed && claims < MAX_CLAIMS) {
                claimedSources[claims] = source;
                claimedVersions[claims++] = version;
            }
        } else if (life != 0 && sources.life(source) != 0) {
            joining.onAnotherLife(peer.member(), source);
            if (isClaimed && strays < MAX_CLAIMS) {
                straySources[strays++] = source;
            }
        }
    }

    @Override
    public void onMembers(final long viewHash, final int part, final int parts) {
        exchange.onMembers(member(), viewHash, nowNs);
    }

    @Override
    public void onMember(final MemberFlyweight told) {
        exchange.onMember(member(), told, nowNs);
    }

    @Override
    public void onStatus(final StatusFlyweight status) {
        exchange.onStatus(peer, status, nowNs);
    }

    @Override
    public void onLedger(final long lifeHigh, final long lifeLow, final int lanes) {
        lives.onLife(lifeHigh, lifeLow, lanes, nowNs);
    }

    @Override
    public void onLedgerLane(final int lane, final long sequence) {
        lives.onLane(lane, sequence);
    }

    @Override
    public void onBye() {
        membership.leave(member(), "said goodbye", nowNs);
    }
}
