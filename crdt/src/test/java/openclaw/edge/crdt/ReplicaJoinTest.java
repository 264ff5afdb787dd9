package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What arriving entries do to a bucket: growth, generations, deficit, debt cap, order and repetition. */
final class ReplicaJoinTest {

    private static final LimitSpec SPEC = perSecond(100, 10);

    /** One replica of one bucket. */
    private static final class Replica {
        final TestNode node;
        final ReservedBucket bucket;
        final TestJoin join;
        final int index;

        Replica(final int index, final int members, final LimitSpec spec) {
            this.index = index;
            node = TestNode.inMemory(16, members);
            node.table.clock().members(members, members, node.nowNs);
            bucket = node.bucket("t", spec);
            join = new TestJoin(node.table);
        }

        boolean admits(final long tokens) {
            return node.admits(set(bucket), tokens);
        }

        long remaining() {
            return node.table.remainingTokens(bucket, node.nowNs);
        }

        long deficitUnits() {
            final long time = slots().getLong(bucket.slotOffset()) & VirtualTime.TIME_MASK;
            return Math.max(0, time - node.table.clock().virtualUnits(node.nowNs));
        }

        UnsafeBuffer slots() {
            return node.table.store().buffer();
        }

        boolean receives(final int from, final long generation, final long consumed, final long refunded) {
            return join.join(bucket, new ReplicaEntry().counters(from, generation, consumed, refunded, 0), node.nowNs);
        }

        ReplicaEntry entry() {
            return new ReplicaEntry()
                    .counters(
                            index,
                            BucketSlotDescriptor.generation(bucket.life()),
                            node.table.consumedTokens(bucket),
                            node.table.refundedTokens(bucket),
                            deficitUnits());
        }

        long consumedByAll() {
            return ReplicaPairs.sumConsumed(slots(), bucket.slotOffset());
        }

        long refundedByAll() {
            return ReplicaPairs.sumRefunded(slots(), bucket.slotOffset());
        }
    }

    @Test
    void shouldDebitGrowthOfAKnownReplicaOnce() {
        final Replica replica = new Replica(1, 2, SPEC);
        assertThat(replica.receives(2, 1, 0, 0)).isTrue();
        assertThat(replica.receives(2, 1, 30, 0)).isTrue();
        assertThat(replica.remaining()).isEqualTo(70);
        assertThat(replica.receives(2, 1, 30, 0)).isFalse();
        assertThat(replica.receives(2, 1, 20, 0)).isFalse();
        assertThat(replica.remaining()).isEqualTo(70);
        assertThat(replica.receives(2, 1, 40, 25)).isTrue();
        assertThat(replica.remaining()).isEqualTo(85);
        assertThat(replica.receives(2, 1, 40, 40)).isTrue();
        assertThat(replica.remaining()).isEqualTo(100);
        assertThat(replica.join.counters().get(CrdtCounter.JOINED)).isEqualTo(3);
        assertThat(replica.join.counters().get(CrdtCounter.JOIN_IGNORED)).isEqualTo(2);
    }

    @Test
    void shouldTakeTheDeficitOfAnUnknownReplicaOrNewerGenerationAndIgnoreAnOlder() {
        final Replica replica = new Replica(1, 3, SPEC);
        final ReplicaEntry entry = new ReplicaEntry();
        final long units = 60 * SPEC.unitsPerToken();
        replica.join.join(replica.bucket, entry.counters(2, 5, 1_000_000, 0, units), replica.node.nowNs);
        assertThat(replica.remaining()).isEqualTo(40);
        replica.join.join(replica.bucket, entry.counters(3, 1, 500, 0, units / 2), replica.node.nowNs);
        assertThat(replica.remaining()).as("the larger deficit, not the sum").isEqualTo(40);
        assertThat(replica.receives(2, 4, 2_000_000, 0)).isFalse();
        assertThat(replica.remaining()).isEqualTo(40);
        assertThat(replica.receives(2, 6, 10, 0)).isTrue();
        assertThat(replica.remaining()).isEqualTo(40);
        assertThat(replica.receives(2, 6, 15, 0)).isTrue();
        assertThat(replica.remaining()).isEqualTo(35);
        assertThat(replica.join.counters().get(CrdtCounter.JOINED_BASELINE)).isEqualTo(3);
    }

    @Test
    void shouldGoIntoDebtAtMostToTheCapAndHaveTheRestRepaidByRefunds() {
        final Replica replica = new Replica(1, 3, SPEC);
        replica.receives(2, 1, 0, 0);
        replica.receives(2, 1, 250, 0);
        assertThat(replica.admits(1)).isFalse();
        assertThat(replica.join.counters().get(CrdtCounter.DEBT_CAPPED_UNITS)).isZero();
        // 100 of capacity and 200 of debt are what three can have overspent: 90 of 140 do not fit.
        replica.receives(2, 1, 390, 0);
        final long forgiven = 90 * SPEC.unitsPerToken();
        assertThat(replica.join.counters().get(CrdtCounter.DEBT_CAPPED_UNITS)).isEqualTo(forgiven);
        assertThat(ReplicaPairs.owed(replica.slots(), replica.bucket.slotOffset()))
                .isEqualTo(90 << ReplicaPairs.OWED_SHIFT);
        final long before = replica.deficitUnits();
        replica.receives(2, 1, 390, 70);
        assertThat(replica.deficitUnits()).as("repays what is owed").isEqualTo(before);
        replica.receives(2, 1, 390, 100);
        assertThat(replica.deficitUnits()).isEqualTo(before - 10 * SPEC.unitsPerToken());
        assertThat(ReplicaPairs.owed(replica.slots(), replica.bucket.slotOffset()))
                .isZero();
        assertThat(replica.join.counters().get(CrdtCounter.OWED_REPAID_UNITS)).isEqualTo(forgiven);
        replica.node.passSeconds(20);
        assertThat(replica.admits(10)).isTrue();
        assertThat(replica.admits(1)).isFalse();
    }

    @Test
    void shouldRepayWhatIsOwedFromOwnRefundsToo() {
        final Replica replica = new Replica(1, 1, SPEC);
        final LimitSet set = set(replica.bucket);
        assertThat(replica.node.admits(set, 50)).isTrue();
        replica.receives(2, 1, 0, 0);
        replica.receives(2, 1, 70, 0);
        replica.node.buckets.refund(set, 30, replica.node.nowNs);
        assertThat(replica.remaining()).as("20 of the 30 were owed").isEqualTo(10);
        assertThat(replica.node.counted(CrdtCounter.OWED_REPAID_UNITS)).isEqualTo(20 * SPEC.unitsPerToken());
    }

    @Test
    void shouldKeepMoreReplicasThanFitInlineInOverflowBlocksAsLongAsThereAreAny() {
        final Replica replica = new Replica(1, 200, SPEC);
        final int room = BucketSlotDescriptor.INLINE_PAIRS + 8 * BucketSlotDescriptor.BLOCK_PAIRS;
        for (int i = 0; i < room; i++) {
            assertThat(replica.receives(2 + i, 1, i, 0)).isTrue();
        }
        assertThat(replica.receives(2 + room, 1, 5, 0)).isFalse();
        assertThat(replica.join.counters().get(CrdtCounter.JOIN_NO_ROOM)).isEqualTo(1);
        assertThat(replica.consumedByAll()).isEqualTo(room * (room - 1L) / 2);
        for (int i = 0; i < room; i++) {
            replica.receives(2 + i, 1, i + 1, 0);
        }
        assertThat(replica.remaining()).isEqualTo(100 - room);
        assertThat(replica.node.table.store().blocks().used()).isEqualTo(8);
    }

    @Test
    void shouldFreeTheBlocksOfAReclaimedSlot() {
        final Replica replica = new Replica(1, 2, SPEC);
        final CatalogSlots catalog = replica.node.table.catalogSlots(replica.node.nowNs);
        catalog.commit();
        for (int i = 0; i < 20; i++) {
            replica.receives(2 + i, 1, i, 0);
        }
        assertThat(replica.node.table.store().blocks().used()).isEqualTo(2);
        replica.node.passSeconds(4_000);
        assertThat(replica.node.table.sweep(replica.node.nowNs, 1_000)).isEqualTo(1);
        assertThat(replica.node.table.store().blocks().used()).isZero();
        assertThat(replica.receives(2, 1, 50, 0)).isFalse();
    }

    @Test
    void shouldConvergeWhateverOrderLossAndRepetition() {
        for (long seed = 1; seed <= 60; seed++) {
            final Random random = new Random(seed);
            final int members = 2 + random.nextInt(7);
            final List<Replica> replicas = new ArrayList<>();
            for (int i = 1; i <= members; i++) {
                replicas.add(new Replica(i, members, perSecond(1_000_000, 1)));
            }
            final List<ReplicaEntry> sent = new ArrayList<>();
            exchange(replicas, sent);
            for (int step = 0; step < 200; step++) {
                final Replica replica = replicas.get(random.nextInt(members));
                final LimitSet request = set(replica.bucket);
                final long tokens = random.nextInt(50);
                assertThat(replica.node.admits(request, tokens)).isTrue();
                replica.node.buckets.refund(request, random.nextLong(tokens + 1), replica.node.nowNs);
                sent.add(replica.entry());
                final ReplicaEntry any = sent.get(random.nextInt(sent.size()));
                final Replica to = replicas.get(random.nextInt(members));
                if (to.index != any.incarnationIndex()) {
                    to.join.join(to.bucket, any, to.node.nowNs);
                }
            }
            Collections.shuffle(sent, random);
            exchange(replicas, sent);
            final Replica first = replicas.get(0);
            for (final Replica replica : replicas) {
                assertThat(replica.consumedByAll()).as("seed %d", seed).isEqualTo(first.consumedByAll());
                assertThat(replica.refundedByAll()).as("seed %d", seed).isEqualTo(first.refundedByAll());
                assertThat(replica.remaining())
                        .as("seed %d", seed)
                        .isEqualTo(1_000_000 - first.consumedByAll() + first.refundedByAll());
            }
        }
    }

    private static void exchange(final List<Replica> replicas, final List<ReplicaEntry> sent) {
        for (final Replica replica : replicas) {
            sent.add(replica.entry());
        }
        for (final Replica to : replicas) {
            for (final ReplicaEntry entry : sent) {
                if (entry.incarnationIndex() != to.index) {
                    to.join.join(to.bucket, entry, to.node.nowNs);
                }
            }
        }
    }

    @Test
    void shouldRefuseEntriesThatCannotBe() {
        final ReplicaEntry entry = new ReplicaEntry();
        assertThatThrownBy(() -> entry.counters(0, 1, 0, 0, 0)).hasMessageContaining("incarnation index 0");
        assertThatThrownBy(() -> entry.counters(4_096, 1, 0, 0, 0)).hasMessageContaining("incarnation index 4096");
        assertThatThrownBy(() -> entry.counters(1, 0, 0, 0, 0)).hasMessageContaining("generation 0");
        assertThatThrownBy(() -> entry.counters(1, 1, 3, -4, 0)).hasMessageContaining("refunded -4");
        assertThatThrownBy(() -> entry.counters(1, 1, 3, 3, -1)).hasMessageContaining("deficit -1");
    }

    @Test
    void shouldOnlyMoveTheBaselineOfAMemberNotHeardBeforeByATableWithoutAPast() {
        final TestNode late = TestNode.inMemory(16, 3);
        late.table.clock().members(3, 3, late.nowNs);
        final LimitSpec spec = TestNode.perSecond(100, 10);
        final ReservedBucket bucket = late.bucket("t", spec);
        final TestJoin joins = new TestJoin(late.table);
        final long token = spec.unitsPerToken();
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 10, 0, 0), Silence.UNHEARD, late.nowNs);
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 5_000, 0, 30 * token), Silence.UNHEARD, late.nowNs);
        assertThat(late.table.remainingTokens(bucket, late.nowNs)).isEqualTo(70);
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 6_000, 500, 20 * token), Silence.UNHEARD, late.nowNs);
        assertThat(late.table.remainingTokens(bucket, late.nowNs)).isEqualTo(70);
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 6_000, 700, 0), Silence.UNHEARD, late.nowNs);
        assertThat(late.table.remainingTokens(bucket, late.nowNs))
                .as("no credit for what was not debited")
                .isEqualTo(70);
        assertThat(joins.counters().get(CrdtCounter.UNHEARD_UNDEBITED_TOKENS)).isEqualTo(4_990 + 500);
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 6_010, 700, 0), Silence.HEARD, late.nowNs);
        assertThat(late.table.remainingTokens(bucket, late.nowNs)).isEqualTo(60);
    }

    @Test
    void shouldOweTheSameTokensUnderAnotherPace() {
        final TestNode node = TestNode.inMemory(16, 2);
        node.table.clock().members(2, 2, node.nowNs);
        ReservedBucket bucket = node.bucket("t", LimitSpec.of(100, 10, TestNode.SECOND_NS, 1));
        final TestJoin joins = new TestJoin(node.table);
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 0, 0, 0), node.nowNs);
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 230, 0, 0), node.nowNs);
        bucket = node.bucket("t", LimitSpec.of(100, 40, TestNode.SECOND_NS, 2));
        assertThat(node.admits(TestNode.set(bucket), 0)).as("100 below zero").isFalse();
        node.nowNs += 5 * TestNode.SECOND_NS / 2;
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isZero();
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 230, 30, 0), node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs))
                .as("30 were owed")
                .isZero();
        joins.join(bucket, new ReplicaEntry().counters(2, 1, 230, 37, 0), node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(7);
    }
}
