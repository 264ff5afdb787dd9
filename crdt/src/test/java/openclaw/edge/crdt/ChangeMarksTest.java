package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What event loops mark and the gossip agent polls: every change, each row once, urgent ones at once. */
final class ChangeMarksTest {

    private static final long SEED = 77;

    private static Set<Integer> polled(final ReplicaTable table) {
        final Set<Integer> rows = new HashSet<>();
        for (int row = table.pollChanged(); row >= 0; row = table.pollChanged()) {
            assertThat(rows.add(row)).as("row %d polled twice", row).isTrue();
        }
        return rows;
    }

    private static int row(final TestNode node, final ReservedBucket bucket) {
        return node.table.store().slotNumber(bucket.slotOffset());
    }

    @Test
    void shouldReturnEachChangedRowOnceUntilItChangesAgain() {
        final TestNode node = TestNode.inMemory(64);
        final ReservedBucket a = node.bucket("a", perSecond(1_000, 1));
        final ReservedBucket b = node.bucket("b", perSecond(1_000, 1));
        final QuotaRow quota = node.quotas.row("a", 1, 1_000, true);
        final ReplicaTable buckets = node.table.replicas();
        final ReplicaTable quotas = node.quotas.replicas();
        assertThat(polled(buckets)).isEmpty();
        assertThat(polled(quotas)).isEmpty();
        final LimitSet set = set(a, b);
        set.add(quota);
        node.admits(set, 3);
        node.admits(set(a), 1);
        assertThat(polled(buckets)).containsExactlyInAnyOrder(row(node, a), row(node, b));
        assertThat(polled(quotas)).hasSize(1);
        assertThat(polled(buckets)).isEmpty();
        node.admits(set(a), 0);
        assertThat(polled(buckets)).as("nothing was counted").isEmpty();
        node.buckets.refund(set, 1, node.nowNs);
        assertThat(polled(buckets)).as("refunds too").hasSize(2);
        assertThat(polled(quotas)).hasSize(1);
    }

    @Test
    void shouldFindWhatWasCountedBeforeGossipTookTheTableOn() {
        final TestNode node = TestNode.inMemory(64);
        final ReservedBucket a = node.bucket("a", perSecond(1_000, 1));
        node.bucket("b", perSecond(1_000, 1));
        node.admits(set(a), 3);
        assertThat(polled(node.table.replicas())).containsExactly(row(node, a));
        assertThat(polled(node.table.replicas())).isEmpty();
    }

    @Test
    void shouldBeUrgentFromOne64thOfTheCapacityOnce() {
        final TestNode node = TestNode.inMemory(64);
        final ReplicaTable table = node.table.replicas();
        assertThat(polled(table)).isEmpty();
        final ReservedBucket large = node.bucket("large", perSecond(6_400, 1));
        final ReservedBucket small = node.bucket("small", perSecond(5, 1));
        assertThat(node.admits(set(large), 99)).isTrue();
        assertThat(table.pollUrgent()).isFalse();
        assertThat(node.admits(set(large), 1)).isTrue();
        assertThat(table.pollUrgent()).isTrue();
        assertThat(node.admits(set(large), 100)).isTrue();
        assertThat(table.pollUrgent()).as("once until it is polled").isFalse();
        assertThat(polled(table)).containsExactly(row(node, large));
        assertThat(node.admits(set(large), 99)).isTrue();
        assertThat(table.pollUrgent()).isFalse();
        assertThat(node.admits(set(small), 1)).isTrue();
        assertThat(table.pollUrgent()).isTrue();
        final LimitSet counted = new LimitSet();
        counted.add(node.quotas.row("t", 1, 0, false));
        assertThat(node.admits(counted, 100)).isTrue();
        assertThat(node.quotas.replicas().pollUrgent())
                .as("a quota that is only counted")
                .isFalse();
    }

    @Test
    void shouldCallOnceWhenGrowthBecomesUrgentUntilThatIsTaken() {
        final TestNode node = TestNode.inMemory(64);
        final ReplicaTable table = node.table.replicas();
        final ReservedBucket a = node.bucket("a", perSecond(6_400, 1));
        final ReservedBucket b = node.bucket("b", perSecond(6_400, 1));
        polled(table);
        final AtomicInteger calls = new AtomicInteger();
        table.onUrgent(calls::incrementAndGet);
        node.admits(set(a), 99);
        assertThat(calls).hasValue(0);
        node.admits(set(a), 1);
        assertThat(calls).hasValue(1);
        node.admits(set(a, b), 100);
        assertThat(calls).as("nobody has asked yet").hasValue(1);
        assertThat(table.pollUrgent()).isTrue();
        polled(table);
        node.admits(set(b), 100);
        assertThat(calls).hasValue(2);
        final Buckets ofAnotherLoop = new Buckets(node.table, node.quotas);
        assertThat(table.pollUrgent()).isTrue();
        polled(table);
        assertThat(Decision.isAdmitted(ofAnotherLoop.tryAdmit(set(a), 100, node.nowNs)))
                .isTrue();
        assertThat(calls).as("who begins later").hasValue(3);
    }

    /** What all members together have not told is 1/32 of the capacity at most, however many they are. */
    @Test
    void shouldBeUrgentEarlierTheMoreMembersThereAre() {
        final TestNode node = TestNode.inMemory(64);
        final ReplicaTable table = node.table.replicas();
        final ReservedBucket bucket = node.bucket("large", perSecond(6_400, 1));
        assertThat(polled(table)).isEmpty();
        node.table.clock().members(8, 8, node.nowNs);
        assertThat(node.admits(set(bucket), 24)).isTrue();
        assertThat(table.pollUrgent()).isFalse();
        assertThat(node.admits(set(bucket), 1)).isTrue();
        assertThat(table.pollUrgent()).isTrue();
    }

    @Test
    void shouldLookAtAllRowsWhenARingIsFull() {
        final TestNode node = TestNode.inMemory(16_384);
        final ReplicaTable table = node.table.replicas();
        assertThat(polled(table)).isEmpty();
        final int changed = 6_000;
        for (int i = 0; i < changed; i++) {
            node.admits(set(node.bucket("t" + i, perSecond(100, 1))), 1);
        }
        assertThat(node.table.counters().get(CrdtCounter.CHANGES_RING_FULL)).isEqualTo(changed - 4_096);
        assertThat(polled(table)).hasSize(changed);
        assertThat(polled(table)).isEmpty();
    }

    /** Loops admit and refund while the agent polls and reads: what it read last is what was counted. */
    @Test
    void shouldLoseNoChangeWhateverTheInterleaving() throws Exception {
        final int loops = 3;
        final int keys = 40;
        final TestNode node = TestNode.inMemory(64);
        final ReplicaTable table = node.table.replicas();
        final ReplicaTable quotas = node.quotas.replicas();
        final List<ReservedBucket> buckets = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            buckets.add(node.bucket("t" + i, perSecond(1_000_000_000L, 1_000)));
        }
        final QuotaRow quota = node.quotas.row("t", 1, Long.MAX_VALUE >> 8, true);
        final AtomicInteger running = new AtomicInteger(loops);
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            final long seed = SEED + i;
            final Buckets loop = new Buckets(node.table, node.quotas);
            threads.add(new Thread(() -> {
                final Random random = new Random(seed);
                for (int step = 0; step < 100_000; step++) {
                    final LimitSet set = set(buckets.get(random.nextInt(random.nextBoolean() ? 2 : keys)));
                    set.add(quota);
                    loop.tryAdmit(set, 1 + random.nextInt(3), node.nowNs);
                    if (random.nextInt(4) == 0) {
                        loop.refund(set, 1, node.nowNs);
                    }
                }
                running.decrementAndGet();
            }));
        }
        threads.forEach(Thread::start);
        final long[][] last = new long[node.table.slots()][2];
        final long[] lastQuota = new long[2];
        final ReplicaRow into = new ReplicaRow();
        boolean ended = false;
        while (!ended) {
            // Read before the last round of polling: what was counted until then is marked.
            ended = running.get() == 0;
            for (int row = table.pollChanged(); row >= 0; row = table.pollChanged()) {
                assertThat(table.read(row, into, node.nowNs)).isTrue();
                assertThat(into.refundedTokens()).isLessThanOrEqualTo(into.consumedTokens());
                last[row][0] = into.consumedTokens();
                last[row][1] = into.refundedTokens();
            }
            for (int row = quotas.pollChanged(); row >= 0; row = quotas.pollChanged()) {
                assertThat(quotas.read(row, into, node.nowNs)).isTrue();
                lastQuota[0] = into.consumedTokens();
                lastQuota[1] = into.refundedTokens();
            }
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        long consumed = 0;
        for (final ReservedBucket bucket : buckets) {
            final long[] read = last[row(node, bucket)];
            assertThat(read[0]).as("seed %d", SEED).isEqualTo(node.table.consumedTokens(bucket));
            assertThat(read[1]).as("seed %d", SEED).isEqualTo(node.table.refundedTokens(bucket));
            consumed += read[0];
        }
        assertThat(lastQuota[0]).isEqualTo(consumed).isEqualTo(node.quotas.consumedTokens(quota));
        assertThat(lastQuota[1]).isEqualTo(node.quotas.refundedTokens(quota));
    }
}
