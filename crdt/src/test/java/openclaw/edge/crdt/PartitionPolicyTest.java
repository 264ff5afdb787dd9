package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.agrona.concurrent.AtomicBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits that share, stay open, or close while members are silent; and limits that change from one to another. */
final class PartitionPolicyTest {

    private static final LimitSpec SPEC = perSecond(100, 10);

    private final TestNode node = TestNode.inMemory(32, 4);
    private final VirtualClock clock = node.table.clock();

    private void reached(final int members) {
        clock.members(members, 4, node.nowNs);
    }

    @Test
    void shouldKeepTheFullLimitWhenOpenAndAShareOtherwise() {
        reached(1);
        final LimitSet open = set(node.bucket("open", SPEC.under(PartitionPolicy.OPEN)));
        final LimitSet share = set(node.bucket("share", SPEC.under(PartitionPolicy.SHARE)));
        final LimitSet closed = set(node.bucket("closed", SPEC.under(PartitionPolicy.CLOSED)));
        assertThat(node.admits(open, 100)).isTrue();
        assertThat(node.admits(open, 1)).isFalse();
        assertThat(node.admits(share, 26)).isFalse();
        assertThat(node.admits(share, 25)).isTrue();
        assertThat(node.admits(closed, 25)).isTrue();
        node.passSeconds(2);
        assertThat(node.admits(open, 20)).isTrue();
        assertThat(node.admits(open, 1)).isFalse();
        assertThat(node.admits(share, 5)).isTrue();
        assertThat(node.admits(share, 1)).isFalse();
        assertThat(node.admits(closed, 5)).isTrue();
    }

    @Test
    void shouldTellWhenAnOpenLimitAdmitsAgainInRealTime() {
        reached(1);
        final LimitSet open = set(node.bucket("open", SPEC.under(PartitionPolicy.OPEN)));
        assertThat(node.admits(open, 100)).isTrue();
        assertThat(open.resetNs(0)).isEqualTo(10 * SECOND_NS);
        final long refused = node.buckets.tryAdmit(open, 10, node.nowNs);
        assertThat(Decision.reason(refused)).isEqualTo(Decision.REASON_RATE);
        assertThat(Decision.waitNs(refused)).isEqualTo(SECOND_NS);
    }

    @Test
    void shouldRefuseClosedLimitsOnceAMemberHasBeenSilentForLong() {
        final LimitSet closed = set(
                node.bucket("share", SPEC.under(PartitionPolicy.SHARE)),
                node.bucket("closed", SPEC.under(PartitionPolicy.CLOSED)));
        final LimitSet share = set(node.bucket("share", SPEC.under(PartitionPolicy.SHARE)));
        reached(3);
        clock.closeFrom(node.nowNs + 5 * SECOND_NS);
        node.passSeconds(4);
        assertThat(node.admits(closed, 1)).isTrue();
        node.passSeconds(1);
        final long refused = node.buckets.tryAdmit(closed, 1, node.nowNs);
        assertThat(Decision.isAdmitted(refused)).isFalse();
        assertThat(Decision.reason(refused)).isEqualTo(Decision.REASON_PARTITION);
        assertThat(Decision.limitIndex(refused)).isEqualTo(1);
        assertThat(Decision.waitNs(refused)).isEqualTo(SECOND_NS);
        assertThat(node.counted(CrdtCounter.REFUSED_PARTITION)).isEqualTo(1);
        assertThat(node.admits(share, 1)).isTrue();
        clock.closeFrom(VirtualClock.NEVER_NS);
        assertThat(node.admits(closed, 1)).isTrue();
    }

    @Test
    void shouldFollowTheClustersPolicyWithoutALimitsOwn() {
        final ReservedBucket bucket = node.bucket("t", SPEC);
        final LimitSet set = set(bucket);
        reached(1);
        assertThat(node.admits(set, 26)).isFalse();
        clock.policy(PartitionPolicy.OPEN, node.nowNs);
        assertThat(node.admits(set, 70)).isTrue();
        node.passSeconds(1);
        assertThat(node.admits(set(bucket), 0)).isTrue();
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(40);
        clock.policy(PartitionPolicy.CLOSED, node.nowNs);
        clock.closeFrom(node.nowNs);
        assertThat(Decision.reason(node.buckets.tryAdmit(set, 1, node.nowNs))).isEqualTo(Decision.REASON_PARTITION);
        clock.policy(PartitionPolicy.SHARE, node.nowNs);
        // 60 of 100 are used: of the 25 that one of four may use, none is left.
        assertThat(node.admits(set, 25)).isTrue();
        assertThat(node.admits(set, 16)).isFalse();
        node.buckets.refund(set, 10, node.nowNs);
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(10);
    }

    @Test
    void shouldKeepConsumptionWhenALimitChangesItsClockAndAfterARestart(@TempDir final Path directory) {
        final long nowNs = TestNode.START_NS;
        try (TestNode before = TestNode.open(directory, 64, nowNs)) {
            before.table.clock().members(1, 2, nowNs);
            before.nowNs += 1_000 * SECOND_NS;
            assertThat(before.admits(set(before.bucket("t", SPEC.under(PartitionPolicy.OPEN))), 90))
                    .isTrue();
            before.table.checkpoint(before.nowNs);
        }
        try (TestNode after = TestNode.open(directory, 64, nowNs + 1_001 * SECOND_NS)) {
            final ReservedBucket open = after.bucket("t", SPEC.under(PartitionPolicy.OPEN));
            assertThat(after.table.remainingTokens(open, after.nowNs)).isEqualTo(20);
            final ReservedBucket share = after.bucket("t", SPEC.under(PartitionPolicy.SHARE));
            assertThat(after.admits(set(share), 20)).isTrue();
            assertThat(after.admits(set(share), 1)).isFalse();
            assertThat(after.admits(set(open), 1)).isFalse();
        }
    }

    @Test
    void shouldMoveAnEpochOfBothClocks(@TempDir final Path directory) {
        final long yearNs = 366 * 86_400L * SECOND_NS;
        try (TestNode before = TestNode.open(directory, 64, TestNode.START_NS)) {
            before.table.clock().members(1, 50, before.nowNs);
            before.nowNs += 3 * yearNs;
            before.admits(set(before.bucket("t", SPEC.under(PartitionPolicy.OPEN))), 90);
            before.admits(set(before.bucket("u", SPEC)), 2);
            before.table.checkpoint(before.nowNs);
        }
        try (TestNode after = TestNode.open(directory, 64, TestNode.START_NS + 3 * yearNs + SECOND_NS)) {
            assertThat(after.table.clock().withheldUnits(after.nowNs)).isZero();
            assertThat(after.table.remainingTokens(after.bucket("t", SPEC.under(PartitionPolicy.OPEN)), after.nowNs))
                    .isEqualTo(20);
            // The floor of 98 and 2 more are ahead of now, less the second since, which a lone node refills in full.
            assertThat(after.table.remainingTokens(after.bucket("u", SPEC), after.nowNs))
                    .isEqualTo(10);
        }
    }

    @Test
    void shouldAdmitNothingButWhatIsFreeAsANewcomerThatHearsNobody() {
        reached(0);
        final LimitSet share = set(node.bucket("share", SPEC));
        final LimitSet open = set(node.bucket("open", SPEC.under(PartitionPolicy.OPEN)));
        final long refused = node.buckets.tryAdmit(share, 1, node.nowNs);
        assertThat(Decision.reason(refused)).isEqualTo(Decision.REASON_PARTITION);
        assertThat(Decision.waitNs(refused)).isEqualTo(SECOND_NS);
        assertThat(node.admits(share, 0)).isTrue();
        assertThat(node.admits(open, 100)).isTrue();
        node.passSeconds(1_000);
        assertThat(clock.virtualUnits(node.nowNs)).isEqualTo(clock.virtualUnits(TestNode.START_NS));
        assertThat(node.admits(share, 1)).isFalse();
        reached(1);
        assertThat(node.admits(share, 25)).isTrue();
    }

    @Test
    void shouldCountAsThisNodeAloneOnceTheLeaseHasRunOut() {
        reached(4);
        clock.renewLease(node.nowNs, SECOND_NS / 2);
        final LimitSet set = set(node.bucket("t", SPEC));
        node.nowNs += SECOND_NS / 2;
        assertThat(node.admits(set, 70)).isTrue();
        node.nowNs += 4 * SECOND_NS;
        // 30 were left, and 40 / 4 were refilled; a fourth of the capacity is usable.
        assertThat(node.admits(set, 26)).isFalse();
        assertThat(clock.withheldUnits(node.nowNs)).isEqualTo((3 * SECOND_NS) << VirtualTime.UNITS_SHIFT);
        clock.renewLease(node.nowNs, SECOND_NS / 2);
        assertThat(node.admits(set, 40)).isTrue();
        assertThat(node.admits(set, 1)).isFalse();
    }

    @Test
    void shouldNeitherWinNorLoseTokensByChangingClocks() {
        final long seed = 11;
        final Random random = new Random(seed);
        final PartitionPolicy[] policies = PartitionPolicy.values();
        for (int run = 0; run < 200; run++) {
            reached(1 + random.nextInt(4));
            node.passSeconds(random.nextInt(50));
            final ReservedBucket bucket = node.bucket("t" + run % 8, SPEC.under(policies[random.nextInt(3)]));
            final long before = used(bucket);
            for (int i = 0; i < 5; i++) {
                final ReservedBucket changed = node.bucket("t" + run % 8, SPEC.under(policies[random.nextInt(3)]));
                assertThat(used(changed)).as("seed %d, run %d", seed, run).isEqualTo(before);
            }
            node.admits(set(bucket), random.nextInt(60));
        }
    }

    @Test
    void shouldNeverUseALimitWordASecondTimeHoweverOftenThePolicyChanges() {
        reached(2);
        final ReservedBucket bucket = node.bucket("t", SPEC);
        final LimitSet kept = set(bucket);
        final Set<Long> words = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            clock.policy(i % 2 == 0 ? PartitionPolicy.SHARE : PartitionPolicy.OPEN, node.nowNs);
            assertThat(node.admits(i % 3 == 0 ? set(bucket) : kept, 0)).isTrue();
            final long word =
                    node.table.store().buffer().getLong(bucket.slotOffset() + BucketSlotDescriptor.LIMIT_OFFSET);
            assertThat(LimitWord.isOpen(word)).isEqualTo(i % 2 == 1);
            assertThat(words.add(word)).as("change %d", i).isTrue();
        }
    }

    @Test
    @Timeout(60)
    void shouldComeBackStaleFromASlotWhoseConversionNeverEnds() {
        final ReservedBucket bucket = node.bucket("t", SPEC);
        final LimitSet set = set(bucket, node.bucket("u", SPEC));
        reached(4);
        assertThat(node.admits(set, 10)).isTrue();
        final AtomicBuffer slots = node.table.store().buffer();
        slots.putLong(bucket.slotOffset(), slots.getLong(bucket.slotOffset()) ^ LimitWord.PARITY);
        final long refused = node.buckets.tryAdmit(set, 1, node.nowNs);
        assertThat(Decision.isAdmitted(refused)).isFalse();
        assertThat(Decision.reason(refused)).isEqualTo(Decision.REASON_STALE);
        node.buckets.refund(set, 1, node.nowNs);
        node.buckets.settle(set, 12, node.nowNs);
        assertThat(node.counted(CrdtCounter.STALE_DROPPED)).isPositive();
        final TestJoin join = new TestJoin(node.table);
        assertThat(join.join(bucket, new ReplicaEntry().counters(2, 1, 1, 0, 0), node.nowNs))
                .isFalse();
    }

    /** Units by which a bucket's word is ahead of now in the clock in which it counts, after it was touched. */
    private long used(final ReservedBucket bucket) {
        node.buckets.tryAdmit(set(bucket), 0, node.nowNs);
        final long word = node.table.store().buffer().getLong(bucket.slotOffset());
        final long limit = node.table.store().buffer().getLong(bucket.slotOffset() + BucketSlotDescriptor.LIMIT_OFFSET);
        return Math.max(
                0, (word & VirtualTime.TIME_MASK) - clock.pace(node.nowNs).units(limit, node.nowNs));
    }
}
