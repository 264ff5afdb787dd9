package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The first entry of a birth of which nothing can be in the bucket yet: all of it is growth. */
final class FromZeroTest {

    private static final LimitSpec SPEC = perSecond(100, 10);
    private static final long TOKEN = SPEC.unitsPerToken();
    private static final int MEMBERS = 4;

    private final TestNode node = TestNode.inMemory(16, MEMBERS);
    private final ReservedBucket bucket;
    private final TestJoin join;
    private final ReplicaEntry entry = new ReplicaEntry();

    FromZeroTest() {
        node.table.clock().members(MEMBERS, MEMBERS, node.nowNs);
        bucket = node.bucket("t", SPEC);
        join = new TestJoin(node.table);
    }

    private ReplicaEntry first(final int from, final long generation, final long consumed, final long refunded) {
        return entry.counters(from, generation, consumed, refunded, consumed * TOKEN)
                .fromZero(true);
    }

    private boolean joins(final ReplicaEntry each, final Silence silence) {
        return join.join(bucket, each, silence, node.nowNs);
    }

    private long remaining() {
        return node.table.remainingTokens(bucket, node.nowNs);
    }

    private long aheadTokens() {
        final long time = node.table.store().buffer().getLong(bucket.slotOffset()) & VirtualTime.TIME_MASK;
        return (time - node.table.clock().virtualUnits(node.nowNs)) / TOKEN;
    }

    @Test
    void shouldSumWhatNodesTookBeforeTheyHadHeardOfOneAnother() {
        assertThat(node.admits(set(bucket), 100)).isTrue();
        for (int from = 2; from <= MEMBERS; from++) {
            assertThat(joins(first(from, 1, 100, 0), Silence.HEARD)).isTrue();
        }
        assertThat(aheadTokens()).isEqualTo(400);
        assertThat(joins(first(2, 1, 100, 0), Silence.HEARD)).isFalse();
        assertThat(joins(first(2, 1, 90, 0), Silence.HEARD)).isFalse();
        assertThat(aheadTokens()).as("once").isEqualTo(400);
        node.passSeconds(31);
        assertThat(node.admits(set(bucket), 10)).isTrue();
        assertThat(node.admits(set(bucket), 1)).isFalse();
        assertThat(join.counters().get(CrdtCounter.JOINED_FROM_ZERO)).isEqualTo(3);
        assertThat(join.counters().get(CrdtCounter.JOINED_BASELINE)).isZero();
    }

    @Test
    void shouldTakeANewerBirthFromZeroTooAndOnlyItsNetConsumption() {
        joins(first(2, 1, 30, 10), Silence.HEARD);
        assertThat(remaining()).isEqualTo(80);
        joins(first(2, 5, 7, 0), Silence.HEARD);
        assertThat(remaining()).isEqualTo(73);
        assertThat(joins(first(2, 4, 50, 0), Silence.HEARD)).as("an older one").isFalse();
        joins(entry.counters(2, 5, 8, 0, 0), Silence.HEARD);
        assertThat(remaining()).isEqualTo(72);
        joins(first(3, 1, 5, 25), Silence.HEARD);
        assertThat(remaining()).as("refunds what another incarnation consumed").isEqualTo(92);
    }

    @Test
    void shouldSettleItLikeAnyGrowthOfASilentMember() {
        final VirtualClock clock = node.table.clock();
        final Silence silence = clock.silence(node.nowNs);
        clock.members(2, MEMBERS, node.nowNs);
        node.nowNs += 6 * SECOND_NS;
        // 30 tokens were withheld for those who are silent.
        joins(first(2, 1, 50, 0), silence);
        assertThat(join.counters().get(CrdtCounter.FORGIVEN_UNITS) / TOKEN).isBetween(29L, 30L);
        assertThat(aheadTokens()).isBetween(20L, 21L);
        joins(first(3, 1, 10, 0), silence);
        assertThat(aheadTokens()).as("no stretch pays twice").isBetween(30L, 31L);
    }

    @Test
    void shouldTakeItAsABaselineUnderOpenAndOfMembersNotHeardBefore() {
        joins(first(2, 1, 30, 0), Silence.UNHEARD);
        joins(first(3, 1, 40, 0), Silence.since(0, PartitionPolicy.OPEN));
        assertThat(remaining()).as("the larger deficit").isEqualTo(60);
        assertThat(join.counters().get(CrdtCounter.JOINED_BASELINE)).isEqualTo(2);
    }

    @Test
    void shouldNotDebitAgainAndAgainWhatItHasNoPairFor() {
        final TestNode small = TestNode.inMemory(16, 200);
        small.table.clock().members(200, 200, small.nowNs);
        final ReservedBucket of = small.bucket("t", perSecond(10_000, 1));
        final TestJoin joins = new TestJoin(small.table);
        final int room = BucketSlotDescriptor.INLINE_PAIRS + 8 * BucketSlotDescriptor.BLOCK_PAIRS;
        for (int i = 0; i < room; i++) {
            joins.join(of, entry.counters(2 + i, 1, 10, 0, 0).fromZero(true), small.nowNs);
        }
        assertThat(small.table.remainingTokens(of, small.nowNs)).isEqualTo(10_000 - 10 * room);
        final long unitsPerToken = perSecond(10_000, 1).unitsPerToken();
        for (int i = 0; i < 3; i++) {
            final ReplicaEntry none =
                    entry.counters(2 + room, 1, 10, 0, 2_000 * unitsPerToken).fromZero(true);
            assertThat(joins.join(of, none, small.nowNs)).isFalse();
            assertThat(small.table.remainingTokens(of, small.nowNs)).isEqualTo(8_000);
        }
    }

    @Test
    void shouldForgetTheFlagWithTheNextCounters() {
        assertThat(first(2, 1, 5, 0).isFromZero()).isTrue();
        assertThat(entry.counters(2, 1, 5, 0, 0).isFromZero()).isFalse();
    }
}
