package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.START_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Nodes with different catalogs and room, whose entries arrive in any order, more than once or not at all, some relayed:
 * in the end every row says what a map of counters says, at every node that has it.
 */
final class ReplicaConvergenceTest {

    private static final int NODES = 3;
    private static final int TENANTS = 4;
    private static final int AGENTS = 6;
    private static final LimitSpec SPEC = perSecond(1_000_000, 1);

    /** A key, in the model. */
    private record Key(int kind, long high, long low) {}

    /** What an incarnation has counted of a key: the model's map value. */
    private record Counted(long generation, long consumed, long refunded) {

        Counted max(final Counted other) {
            if (generation != other.generation) {
                return generation > other.generation ? this : other;
            }
            return new Counted(generation, Math.max(consumed, other.consumed), Math.max(refunded, other.refunded));
        }
    }

    /** An entry on its way, as one incarnation's word about one key. */
    private record Message(
            Key key,
            long ownerHigh,
            long ownerLow,
            long cycle,
            int notices,
            long incarnation,
            Counted counted,
            long deficitUnits) {}

    /** One node. */
    private static final class Peer {
        final TestNode node = TestNode.inMemory(128, NODES);
        final ReplicaTable buckets = node.table.replicas();
        final ReplicaTable quotas = node.quotas.replicas();
        final CatalogSlots catalog = node.table.catalogSlots(START_NS);
        final Map<Integer, ReservedBucket> tenants = new HashMap<>();
        final Map<Integer, AgentBuckets> agents = new HashMap<>();
        final ReplicaRow row = new ReplicaRow();
        final int maxAgents;

        Peer(final int maxAgents) {
            this.maxAgents = maxAgents;
            node.table.clock().members(NODES, NODES, START_NS);
        }

        void learn(final int tenant) {
            tenants.computeIfAbsent(tenant, id -> catalog.bucket("t" + id, "tenant", SPEC));
            agents.computeIfAbsent(tenant, id -> catalog.agents("t" + id, "agent", SPEC, maxAgents));
        }

        void request(final Random random, final int tenant) {
            final LimitSet set = set(tenants.get(tenant));
            node.addAgent(set, agents.get(tenant), "agent" + random.nextInt(AGENTS));
            final QuotaRow quota = node.quotas.row("t" + tenant, 1, 1L << 40, true);
            set.add(quota);
            assertThat(node.admits(set, 10 + random.nextInt(50))).isTrue();
            node.buckets.refund(set, random.nextInt(10), node.nowNs);
            if (random.nextInt(10) == 0) {
                node.quotas.addNotices(quota, 1 << random.nextInt(3));
            }
        }

        /** What a row says: this node's own word, and what it knows of the others'. */
        void tell(final ReplicaTable table, final int number, final List<Message> into) {
            if (!table.read(number, row, node.nowNs)) {
                return;
            }
            final Key key = new Key(row.kind(), row.keyHigh(), row.keyLow());
            add(into, key, table.ownIncarnation(), row.generation(), row.consumedTokens(), row.refundedTokens());
            for (int i = 0; i < row.pairs(); i++) {
                add(into, key, row.incarnationId(i), row.generation(i), row.consumedTokens(i), row.refundedTokens(i));
            }
        }

        private void add(
                final List<Message> into,
                final Key key,
                final long incarnation,
                final long generation,
                final long consumed,
                final long refunded) {
            if (consumed != 0) {
                into.add(new Message(
                        key,
                        row.ownerKeyHigh(),
                        row.ownerKeyLow(),
                        row.cycle(),
                        row.notices(),
                        incarnation,
                        new Counted(generation, consumed, refunded),
                        row.deficitUnits()));
            }
        }

        void hear(final Message message) {
            final ReplicaEntry entry = new ReplicaEntry();
            final boolean quota = message.key.kind == ReplicaEntry.KIND_QUOTA;
            final ReplicaTable table = quota ? quotas : buckets;
            if (quota) {
                entry.quota(message.key.high, message.key.low, message.cycle, message.notices);
            } else {
                entry.bucket(message.key.kind, message.key.high, message.key.low, message.ownerHigh, message.ownerLow);
            }
            final Counted counted = message.counted;
            entry.counters(
                    table.incarnationIndex(message.incarnation),
                    counted.generation,
                    counted.consumed,
                    counted.refunded,
                    message.deficitUnits);
            final long result = table.join(entry, Silence.HEARD, node.nowNs);
            assertThat(JoinResult.isOwnMore(result)).isFalse();
        }

        /** Everything that this node holds. */
        Map<Key, Map<Long, Counted>> holds(final List<Message> told) {
            final Map<Key, Map<Long, Counted>> held = new HashMap<>();
            told.clear();
            for (final ReplicaTable table : List.of(buckets, quotas)) {
                for (int number = 0; number < table.rows(); number++) {
                    tell(table, number, told);
                }
            }
            told.forEach(message -> held.computeIfAbsent(message.key, key -> new HashMap<>())
                    .put(message.incarnation, message.counted));
            return held;
        }
    }

    @Test
    void shouldHoldTheSameCountersEverywhereWhateverOrderLossAndRepetition() {
        for (long seed = 1; seed <= 40; seed++) {
            run(seed);
        }
    }

    private static void run(final long seed) {
        final Random random = new Random(seed);
        final List<Peer> peers = List.of(new Peer(AGENTS), new Peer(AGENTS), new Peer(2));
        peers.forEach(peer -> peer.learn(0));
        final List<Message> sent = new ArrayList<>();
        for (int step = 0; step < 400; step++) {
            final Peer peer = peers.get(random.nextInt(NODES));
            peer.learn(random.nextInt(1 + step * TENANTS / 400));
            final List<Integer> known = new ArrayList<>(peer.tenants.keySet());
            peer.request(random, known.get(random.nextInt(known.size())));
            for (final ReplicaTable table : List.of(peer.buckets, peer.quotas)) {
                // Some changes are polled late.
                for (int row = 0; row >= 0 && random.nextInt(3) != 0; ) {
                    row = table.pollChanged();
                    if (row >= 0) {
                        peer.tell(table, row, sent);
                    }
                }
            }
            for (int i = random.nextInt(8); i > 0 && !sent.isEmpty(); i--) {
                peers.get(random.nextInt(NODES)).hear(sent.get(random.nextInt(sent.size())));
            }
        }
        final List<Message> told = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            for (final Peer peer : peers) {
                peer.holds(told);
                final List<Message> all = new ArrayList<>(told);
                peers.stream().filter(to -> to != peer).forEach(to -> all.forEach(to::hear));
            }
        }
        check(seed, peers);
    }

    private static void check(final long seed, final List<Peer> peers) {
        final List<Message> told = new ArrayList<>();
        final Map<Key, Map<Long, Counted>> model = new HashMap<>();
        for (final Peer peer : peers) {
            peer.holds(told)
                    .forEach((key, counts) ->
                            counts.forEach((incarnation, counted) -> model.computeIfAbsent(key, each -> new HashMap<>())
                                    .merge(incarnation, counted, Counted::max)));
        }
        assertThat(model.size()).as("seed %d", seed).isGreaterThan(TENANTS);
        int lacking = 0;
        for (final Peer peer : peers) {
            final Map<Key, Map<Long, Counted>> held = peer.holds(told);
            for (final Map.Entry<Key, Map<Long, Counted>> expected : model.entrySet()) {
                final Map<Long, Counted> found = held.get(expected.getKey());
                if (found == null) {
                    assertThat(expected.getKey().kind).as("seed %d", seed).isEqualTo(ReplicaEntry.KIND_AGENT);
                    lacking++;
                } else {
                    assertThat(found).as("seed %d", seed).isEqualTo(expected.getValue());
                }
            }
            checkQuotas(seed, peer, model);
        }
        assertThat(lacking)
                .as("agents beyond the bound of one node, seed %d", seed)
                .isLessThanOrEqualTo(TENANTS * (AGENTS - 2));
        assertThat(peers.get(2).buckets.counters().get(CrdtCounter.JOIN_AGENT_BOUND))
                .as("seed %d", seed)
                .isPositive();
    }

    /** What a quota has left is what all incarnations together have left of it, and all know the same notices. */
    private static void checkQuotas(final long seed, final Peer peer, final Map<Key, Map<Long, Counted>> model) {
        for (final int tenant : peer.tenants.keySet()) {
            final QuotaRow row = peer.node.quotas.row("t" + tenant, 1, 1L << 40, true);
            final ReplicaRow read = new ReplicaRow();
            peer.quotas.read(peer.node.quotas.store().slotNumber(row.slotOffset()), read, peer.node.nowNs);
            long net = 0;
            for (final Counted counted : model.getOrDefault(
                            new Key(ReplicaEntry.KIND_QUOTA, read.keyHigh(), read.keyLow()), Map.of())
                    .values()) {
                net += counted.consumed - counted.refunded;
            }
            final LimitSet left = new LimitSet();
            left.add(row);
            assertThat(peer.node.admits(left, 0)).isTrue();
            assertThat(left.remaining(0)).as("seed %d", seed).isEqualTo((1L << 40) - net);
        }
    }
}
