package openclaw.edge.sync;

import java.util.List;
import java.util.random.RandomGenerator;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReservedBucket;
import openclaw.edge.crdt.Silence;
import openclaw.edge.crdt.VirtualClock;
import openclaw.edge.sync.session.SessionTable;
import openclaw.edge.sync.wire.ClusterKeys;

/**
 * The duty cycle of gossip on one node: receive, join, timers, send. Owns no thread and reads no clock: {@link #doWork} is
 * called again and again with the time, by one thread or by a simulation. Bounded work per cycle; never throws.
 */
public final class GossipAgent {

    /** Most members that one node exchanges datagrams with. */
    public static final int MAX_PEERS = 128;

    private static final int RECEIVE_LIMIT = 256;
    private static final int SCAN_LIMIT = 4_096;
    private static final int GIVE_BACK_LIMIT = 2_048;
    private static final int NOTE_TICKS = 4;
    private static final long SECOND_NS = 1_000_000_000L;

    /** Between two cycles while something is under way: as often as rounds go to a peer. */
    static final long SHORT_WAIT_NS = 1_000_000L;

    /** What is due at halves of a tick is not late by much. */
    private static final int WAITS_PER_INTERVAL = 4;

    private static final long LONG_WAIT_NS = 20_000_000L;

    private final LocalTables tables;
    private final VirtualClock clock;
    private final SyncCounters counters;
    private final LocalNode node;
    private final KeptMembers kept;
    private final Rows rows;
    private final Sources sources;
    private final RelaySnapshots snapshots;
    private final Membership membership;
    private final Agreement agreement;
    private final Reachability reachability;
    private final Joining joining;
    private final MembersExchange exchange;
    private final Mismatches mismatches;
    private final LedgerLives lives;
    private final Links links;
    private final SessionTable sessions;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Rounds rounds;
    private final Retirement retirement;
    private final Unsynced unsynced;
    private final PeerDirectory directory;
    private final OwnConflict conflict;
    private final Leaving leaving;
    private final Silence beforeStart;
    private final ReplicaRow scannedRow = new ReplicaRow();
    private ClusterSettings settings;
    private long lastNs;
    private long nextTickNs;
    private long nextSecondNs;
    private long nextNoteNs;
    private long unsyncedTokens = Unsynced.UNKNOWN;
    private boolean isFlushing;
    private int notedVersion = -1;
    private final PublishedView published;

    /**
     * An agent that has not begun.
     *
     * @param settings of the cluster.
     * @param tables what is replicated; this agent is the only one that joins into them.
     * @param transport carries datagrams; closed by whoever opened it.
     * @param directory of the peers; this agent configures and polls it.
     * @param context counters, kept members, listener.
     * @param random for ids, nonces and lives: a {@code SecureRandom}, in tests a seeded one.
     * @param nowNs nanoseconds since the Unix epoch.
     */
    public GossipAgent(
            final ClusterSettings settings,
            final LocalTables tables,
            final GossipTransport transport,
            final PeerDirectory directory,
            final GossipContext context,
            final RandomGenerator random,
            final long nowNs) {
        this.settings = settings;
        this.tables = tables;
        this.clock = tables.buckets().clock();
        this.counters = context.counters();
        this.directory = directory;
        this.node = new LocalNode(settings.node(), settings.weight(), random, context.listener(), counters);
        this.sources = new Sources(tables.incarnation().id(), node.life());
        this.rows = new Rows(tables.buckets().replicas(), tables.quotas().replicas(), sources, MAX_PEERS);
        this.snapshots = new RelaySnapshots(sources);
        clock.policy(settings.onPartition(), nowNs);
        final Downtime downtime = new Downtime(tables.buckets(), settings.onPartition());
        this.beforeStart = downtime.silence();
        this.membership = new Membership(settings.node(), settings.weight(), clock, nowNs);
        this.kept = new KeptMembers(context.store(), membership, node, counters);
        this.agreement = new Agreement(membership);
        this.reachability = new Reachability(membership, sources, snapshots, clock, counters);
        this.joining = new Joining(tables.buckets(), membership, agreement, sources, nowNs);
        this.exchange = new MembersExchange(membership, agreement, joining);
        this.mismatches = new Mismatches(membership, exchange, node);
        final Replication replication = new Replication(rows, sources, snapshots, MAX_PEERS);
        this.links = new Links(node, replication, membership, reachability, directory, transport, counters);
        final ClusterKeys keys = new ClusterKeys(settings.cluster(), settings.secrets());
        this.sessions = new SessionTable(node.identity(tables.incarnation().id()), keys, random, links);
        this.lives = new LedgerLives(counters);
        this.inbox =
                new Inbox(rows, sources, membership, reachability, exchange, joining, beforeStart, lives, counters);
        links.connect(sessions, inbox);
        this.outbox = new Outbox(rows, sources, membership, exchange, lives, sessions, transport, counters);
        this.retirement = new Retirement(tables.incarnation(), membership, reachability, replication, links);
        this.unsynced = new Unsynced(tables.buckets(), rows, membership);
        this.rounds = new Rounds(node, links, sources, membership, outbox);
        this.conflict = new OwnConflict(node, counters);
        this.leaving = new Leaving(node, membership, kept, rounds);
        this.published = new PublishedView(membership, sources, joining, reachability, clock);
        membership.begin(kept.load(), downtime, nowNs);
        if (!tables.buckets().hasStarted()) {
            agreement.begin();
        }
        configure(!joining.isReady(), nowNs);
        if (membership.others().isEmpty() && settings.dns() == null) {
            clock.heard(beforeStart);
        }
        times();
        applyMembers(nowNs);
        published.publish(unsyncedTokens, nowNs);
    }

    private void times() {
        reachability.times(settings.suspectAfterNs(), settings.deadAfterNs(), settings.gossipIntervalNs());
        rounds.times(settings.gossipIntervalNs(), settings.suspectAfterNs());
        joining.timeout(settings.joinTimeoutNs());
        membership.unheard().grace(Math.min(settings.suspectAfterNs(), settings.joinTimeoutNs() / 2));
    }

    private void configure(final boolean isFounding, final long nowNs) {
        final List<HostPort> peers =
                settings.peers().stream().map(HostPort::parse).toList();
        directory.configure(peers, settings.dns() == null ? null : HostPort.parse(settings.dns()));
        joining.alone(peers.isEmpty() && settings.dns() == null);
        configured(isFounding, nowNs);
    }

    private void configured(final boolean isFounding, final long nowNs) {
        membership.configured(directory.peers(), isFounding, beforeStart, nowNs);
    }

    /**
     * One cycle.
     *
     * @param nowNs nanoseconds since the Unix epoch, never going back.
     * @return how much was done, 0 for nothing.
     */
    public int doWork(final long nowNs) {
        try {
            return cycle(nowNs);
        } catch (final RuntimeException | InternalError e) {
            // The latter of a table's file that was cut short: what is to become of that its watch says.
            node.failed("a cycle of gossip", e, nowNs);
            return 1;
        }
    }

    /**
     * How long nothing is to be done unless a datagram comes or growth becomes urgent.
     *
     * @param nowNs when {@link #doWork} was called last, and found nothing to do.
     * @return nanoseconds, at least {@link #SHORT_WAIT_NS}.
     */
    long quietNs(final long nowNs) {
        if (isFlushing || isLeaving() || !joining.isReady() || !rows.isScanned() || rounds.isUnderWay(nowNs)) {
            return SHORT_WAIT_NS;
        }
        final long longNs = Math.min(LONG_WAIT_NS, settings.gossipIntervalNs() / WAITS_PER_INTERVAL);
        return Math.max(SHORT_WAIT_NS, Math.min(nextTickNs - nowNs, longNs));
    }

    private int cycle(final long nowNs) {
        if (clock.isRefusing()) {
            // Nobody is to hear what is left of lost tables; whom nobody hears, others make up for.
            leaving.giveUp();
        }
        if (leaving.isGone() || clock.isRefusing()) {
            return 0;
        }
        if (lastNs != 0 && nowNs - lastNs > settings.suspectAfterNs() / 2) {
            reachability.onPause(lastNs, nowNs);
            applyMembers(nowNs);
        }
        lastNs = nowNs;
        int work = links.receive(nowNs, RECEIVE_LIMIT);
        if (work < RECEIVE_LIMIT) {
            reachability.onCaughtUp();
        }
        if (inbox.takeOwnConflict() || conflict.isWaiting()) {
            renewOrWait(nowNs);
        }
        if (!rows.isScanned()) {
            work += rows.scan(SCAN_LIMIT, scannedRow, nowNs);
        }
        isFlushing |= rows.pollUrgent();
        if (nowNs - nextTickNs >= 0) {
            tick(nowNs);
            work++;
        }
        clock.renewLease(nowNs, settings.suspectAfterNs() / 2);
        work += tables.buckets().giveBack(nowNs, GIVE_BACK_LIMIT);
        if (isFlushing || rounds.isAgainDue(nowNs)) {
            // Before anything is written: a row is sent as it is then, and what it says should have a version.
            isFlushing = false;
            rows.pollChanged();
        }
        work += rounds.send(nowNs);
        if (isLeaving()) {
            leaving.tick(nowNs);
        }
        return work;
    }

    private void tick(final long nowNs) {
        nextTickNs = nowNs + settings.gossipIntervalNs();
        isFlushing = true;
        outbox.beat(clock.policy().ordinal());
        snapshots.take(rows.relay().lastVersion());
        if (directory.poll(nowNs) || links.takeOwnAddress()) {
            configured(agreement.isFounding(), nowNs);
        }
        reachability.tick(nowNs);
        if (!isLeaving()) {
            agreement.agree(nowNs, settings.suspectAfterNs());
        }
        // Before anybody is told of it: who was counted once is still counted after a kill.
        kept.tick();
        begin(nowNs);
        applyMembers(nowNs);
        note(nowNs);
        links.tick(nowNs, settings.suspectAfterNs());
        if (rows.isScanned()) {
            final long lagNs = Rounds.lagTicks(sources.count()) * settings.gossipIntervalNs();
            for (int i = 0; i < links.peers().size(); i++) {
                final Peer peer = links.peers().get(i);
                peer.lacks().tick(peer.member(), nowNs, lagNs);
            }
        }
        if (nowNs - nextSecondNs >= 0) {
            nextSecondNs = nowNs + SECOND_NS;
            nextNoteNs = nextSecondNs - Math.min(SECOND_NS, NOTE_TICKS * settings.gossipIntervalNs());
            second(nowNs);
        } else if (published.isOutdated()) {
            published.publish(unsyncedTokens, nowNs);
        }
        if (nowNs - nextNoteNs >= 0) {
            nextNoteNs = nextSecondNs;
            unsynced.note(nowNs);
        }
    }

    private void begin(final long nowNs) {
        final boolean wasReady = joining.isReady();
        joining.tick(nowNs);
        if (joining.isReady()) {
            membership.silences().serves(nowNs);
        }
        if (joining.isReady() && !wasReady) {
            if (joining.isUnanswered()) {
                node.warning("began: " + joining.why() + ", since none of " + (membership.all() - 1)
                        + " others answered within join_timeout");
            } else {
                node.event("began: " + joining.why());
            }
        }
    }

    /** As of now, so that a kill costs no more than a tick's refill, and nothing that was withheld for who is silent. */
    private void note(final long nowNs) {
        if (notedVersion != published.stateVersion()) {
            notedVersion = published.stateVersion();
            membership.silences().note(tables.buckets().silenceNotes());
        }
        tables.buckets().checkpoint(nowNs);
    }

    private void second(final long nowNs) {
        kept.look();
        joining.second(nowNs);
        membership.bury(nowNs);
        membership.unheard().report(node, nowNs);
        mismatches.look();
        lives.publish(nowNs);
        for (int i = 0; i < membership.others().size(); i++) {
            final Member each = membership.others().get(i);
            if (each.isHeard() && each.address() != null) {
                directory.onHeard(each.address());
            }
        }
        sessions.expireIdle(nowNs);
        links.prune(nowNs, settings.suspectAfterNs());
        final long retired = retirement.tick(nowNs, settings.suspectAfterNs());
        if (retired != 0) {
            counters.add(SyncCounter.RETIRED, 1);
            node.event("incarnation 0x" + Long.toHexString(retired) + " is no more, and everybody has what it counted");
        }
        unsyncedTokens = unsynced.tokens(nowNs);
        published.publish(unsyncedTokens, nowNs);
    }

    private void applyMembers(final long nowNs) {
        // Who never counts, and reaches nobody, falls back to a share of its own; a newcomer has none.
        final int leastReachable = membership.self().weight() == 0 ? 1 : 0;
        final int reachable = Math.max(leastReachable, membership.reachable());
        clock.members(conflict.isWaiting() ? 0 : reachable, membership.all(), nowNs);
        final long silentSinceNs = reachability.silentSinceNs();
        clock.closeFrom(
                silentSinceNs == VirtualClock.NEVER_NS
                        ? VirtualClock.NEVER_NS
                        : silentSinceNs + settings.closedAfterNs());
    }

    /** Its counters are another's too: it takes a new incarnation, or admits nothing until it may. */
    private void renewOrWait(final long nowNs) {
        final boolean wasWaiting = conflict.isWaiting();
        if (conflict.isToRenew(nowNs)) {
            renew(nowNs);
        }
        if (conflict.isWaiting() != wasWaiting) {
            applyMembers(nowNs);
        }
    }

    private void renew(final long nowNs) {
        counters.add(SyncCounter.RENEWALS, 1);
        final long incarnation = tables.incarnation().renew();
        node.newLife();
        node.event("somebody knows more of this node's counters than it does itself: it goes on as incarnation 0x"
                + Long.toHexString(incarnation));
        sources.renewSelf(incarnation, node.life());
        outbox.restart();
        unsynced.restart();
        links.restart();
        rows.renewed();
        sessions.renew(node.identity(incarnation), nowNs);
    }

    /** True if this node may serve. Any thread. */
    public boolean isReady() {
        return published.get().isReady();
    }

    /**
     * U of single buckets, as {@link ClusterView#unsyncedTokens} is of all together. For the agent's thread.
     *
     * @param buckets that the catalog in force has reserved.
     * @return tokens of each, -1 where that is not known.
     */
    long[] unsyncedTokens(final List<ReservedBucket> buckets) {
        return unsynced.tokensOf(buckets);
    }

    /** What this node knows of its cluster. Any thread. */
    public ClusterView view() {
        return published.get();
    }

    /** What is counted. Any thread. */
    public SyncCounters counters() {
        return counters;
    }

    /** What is told and heard of journals. */
    LedgerLives lives() {
        return lives;
    }

    /** Hashes of this node's configuration and catalog, for others to compare. Any thread. */
    public void hashes(final long configuration, final long catalog) {
        exchange.hashes(configuration, catalog);
    }

    /**
     * Goes on under other settings; name, address and cluster stay as they are.
     *
     * @param newSettings peers, DNS name, secrets, policy, times.
     * @param nowNs now.
     */
    public void reload(final ClusterSettings newSettings, final long nowNs) {
        settings = newSettings;
        clock.policy(settings.onPartition(), nowNs);
        times();
        configure(agreement.isFounding(), nowNs);
        sessions.exchangeKeys(new ClusterKeys(settings.cluster(), settings.secrets()), nowNs);
    }

    /**
     * Begins to leave: what is unsent goes out first, then the goodbye, unless a member is silent; {@link #isGone} tells when
     * that is done.
     *
     * @param nowNs now.
     */
    public void goodbye(final long nowNs) {
        isFlushing = true;
        leaving.begin(nowNs);
    }

    /** True once {@link #goodbye} was called. */
    public boolean isLeaving() {
        return leaving.isUnderWay();
    }

    /** True once the goodbye was sent: cycles do nothing any more. */
    public boolean isGone() {
        return leaving.isGone();
    }
}
