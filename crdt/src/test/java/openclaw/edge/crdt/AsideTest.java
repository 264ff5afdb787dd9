package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the floor took off a bucket's level is not debited a second time, and comes back once. */
final class AsideTest {

    /** A bucket of 2,000, 16.7 tokens a second, cut between two nodes: each side within its half all the time. */
    private static final class Pair {
        final TestNode[] nodes = {TestNode.inMemory(16, 2), TestNode.inMemory(16, 2)};
        final ReservedBucket[] buckets = new ReservedBucket[2];
        final TestJoin[] joins = new TestJoin[2];
        final Silence[] silences = {Silence.HEARD, Silence.HEARD};
        long denied;

        Pair() {
            for (int i = 0; i < 2; i++) {
                buckets[i] = nodes[i].bucket("t", LimitSpec.of(2_000, 167, 10 * SECOND_NS, 1));
                joins[i] = new TestJoin(nodes[i].table);
            }
            members(2);
            exchange();
        }

        void members(final int reachable) {
            for (int i = 0; i < 2; i++) {
                nodes[i].table.clock().members(reachable, 2, nodes[i].nowNs);
            }
        }

        void cut() {
            members(1);
            for (int i = 0; i < 2; i++) {
                silences[i] = nodes[i].table.clock().silence(nodes[i].nowNs);
            }
        }

        void heal() {
            exchange();
            for (int i = 0; i < 2; i++) {
                nodes[i].table.clock().heard(silences[i]);
                silences[i] = Silence.HEARD;
            }
            members(2);
        }

        void exchange() {
            for (int i = 0; i < 2; i++) {
                final long consumed = nodes[1 - i].table.consumedTokens(buckets[1 - i]);
                joins[i].join(
                        buckets[i], new ReplicaEntry().counters(2, 1, consumed, 0, 0), silences[i], nodes[i].nowNs);
            }
        }

        void pass(final long ns, final boolean exchanging) {
            for (long passed = 0; passed < ns; passed += SECOND_NS / 10) {
                for (int i = 0; i < 2; i++) {
                    nodes[i].nowNs += SECOND_NS / 10;
                }
                // 0.9 of half of 16.7 a second, three in four tenths of a second.
                if (passed / (SECOND_NS / 10) % 4 != 0) {
                    admit(1);
                }
                if (exchanging) {
                    exchange();
                }
            }
        }

        void admit(final int tokens) {
            for (int i = 0; i < 2; i++) {
                for (int n = 0; n < tokens; n++) {
                    denied += nodes[i].admits(set(buckets[i]), 1) ? 0 : 1;
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 60, 300})
    void shouldDenyNothingAfterACutToThoseWhoStayedWithinEachSidesShare(final int cutSeconds) {
        final Pair pair = new Pair();
        pair.cut();
        pair.admit(1_000);
        pair.pass(cutSeconds * SECOND_NS, false);
        pair.heal();
        pair.pass(120 * SECOND_NS, true);
        assertThat(pair.denied).isZero();
    }

    @Test
    void shouldLetThePartGivenUpBeUsedLaterWhenTheSilentOneDidNot() {
        final Pair pair = new Pair();
        pair.cut();
        pair.admit(1);
        assertThat(level(pair.nodes[0], pair.buckets[0])).isEqualTo(999);
        pair.nodes[0].nowNs += SECOND_NS;
        pair.nodes[1].nowNs += SECOND_NS;
        pair.heal();
        pair.exchange();
        // 1,000 that were given up, 999 that were not, and what 1 s refilled, less what the other used.
        assertThat(level(pair.nodes[0], pair.buckets[0])).isCloseTo(2_000, within(9L));
        pair.admit(990);
        assertThat(pair.denied).isZero();
        pair.exchange();
        assertThat(level(pair.nodes[0], pair.buckets[0])).isCloseTo(2_000 - 1_980, within(9L));
    }

    private final TestNode node = TestNode.inMemory(32, 4);
    private final VirtualClock clock = node.table.clock();
    private final TestJoin join = new TestJoin(node.table);

    private static long level(final TestNode node, final ReservedBucket bucket) {
        return node.table.remainingTokens(bucket, node.nowNs);
    }

    private void reached(final int members) {
        clock.members(members, 4, node.nowNs);
    }

    private long aside(final ReservedBucket bucket) {
        final long word = WithheldWord.read(node.table.store().buffer(), bucket.slotOffset());
        return WithheldWord.partsToUnits(WithheldWord.parts(word), bucket.spec().capacityUnits())
                / bucket.spec().unitsPerToken();
    }

    @Test
    void shouldComeBackWhenARequestMissesItAndInTheSweepAndNeverTwice() {
        final ReservedBucket missed = node.bucket("missed", perSecond(1_024, 1));
        final ReservedBucket swept = node.bucket("swept", perSecond(1_024, 1));
        final ReservedBucket swept2 = node.bucket("swept2", perSecond(1_024, 1));
        reached(1);
        for (final ReservedBucket each : new ReservedBucket[] {missed, swept, swept2}) {
            assertThat(node.admits(set(each), 100)).isTrue();
            assertThat(aside(each)).isEqualTo(768);
        }
        assertThat(node.table.giveBack(node.nowNs, 1_000))
                .as("once after a start")
                .isEqualTo(32);
        assertThat(node.table.giveBack(node.nowNs, 1_000)).isZero();
        reached(2);
        assertThat(node.table.giveBack(node.nowNs, 20)).isEqualTo(20);
        assertThat(node.table.giveBack(node.nowNs, 20)).isEqualTo(12);
        assertThat(node.table.giveBack(node.nowNs, 20)).isZero();
        assertThat(aside(swept)).isEqualTo(512);
        assertThat(level(node, swept)).isEqualTo(412);
        reached(4);
        assertThat(level(node, missed)).isEqualTo(412);
        assertThat(node.admits(set(missed), 924)).isTrue();
        assertThat(node.admits(set(missed), 1)).isFalse();
        node.table.sweep(node.nowNs, 64);
        assertThat(level(node, swept2)).isEqualTo(924);
        assertThat(level(node, missed)).isZero();
        assertThat(aside(swept2)).isZero();
        assertThat(node.counted(CrdtCounter.ASIDE_GIVEN_BACK_UNITS)
                        / missed.spec().unitsPerToken())
                .isEqualTo(3 * 768);
    }

    @Test
    void shouldForgetWhatWasRefilledSinceAndNotGrowBeyondTheFloor() {
        final ReservedBucket bucket = node.bucket("t", perSecond(1_024, 64));
        reached(2);
        for (int i = 0; i < 50; i++) {
            assertThat(node.admits(set(bucket), 1)).isTrue();
            node.nowNs += SECOND_NS;
        }
        assertThat(aside(bucket)).isEqualTo(512);
        node.passSeconds(10);
        // 11 s at 32/s: of the 513 missing, 161 are left.
        reached(4);
        assertThat(node.table.giveBack(node.nowNs, 1_000)).isEqualTo(32);
        assertThat(aside(bucket)).isZero();
        assertThat(level(node, bucket)).isEqualTo(1_024);
        assertThat(node.admits(set(bucket), 1_024)).isTrue();
        assertThat(node.admits(set(bucket), 1)).isFalse();
    }

    @Test
    void shouldPayForGrowthOfTheSilentOnlyOnceAndNotForTheHeard() {
        final ReservedBucket bucket = node.bucket("t", perSecond(1_024, 1));
        reached(4);
        for (int i = 2; i < 5; i++) {
            join.join(bucket, new ReplicaEntry().counters(i, 1, 0, 0, 0), node.nowNs);
        }
        reached(2);
        final Silence silence = clock.silence(node.nowNs);
        assertThat(node.admits(set(bucket), 12)).isTrue();
        join.join(bucket, new ReplicaEntry().counters(2, 1, 100, 0, 0), node.nowNs);
        assertThat(level(node, bucket)).isEqualTo(400);
        join.join(bucket, new ReplicaEntry().counters(3, 1, 300, 0, 0), silence, node.nowNs);
        assertThat(level(node, bucket)).isEqualTo(400);
        join.join(bucket, new ReplicaEntry().counters(4, 1, 300, 0, 0), silence, node.nowNs);
        assertThat(level(node, bucket)).as("512 were given up, 600 consumed").isEqualTo(312);
        reached(4);
        node.table.giveBack(node.nowNs, 1_000);
        assertThat(level(node, bucket)).isEqualTo(312);
    }

    @Test
    void shouldSurviveARestartAndBeDroppedWithAnotherPaceOrPolicy() {
        final TableConfig config = new TableConfig(Path.of("memory"), 16, 8, 1, 2);
        final TableMemory memory = new TableMemory(config, 64);
        final TestNode before = TestNode.over(memory, new TableMemory(config, 64), 4, TestNode.START_NS);
        before.table.startAt(1, 1, before.nowNs);
        before.admits(set(before.bucket("t", perSecond(1_024, 1))), 24);
        before.admits(set(before.bucket("u", perSecond(1_024, 1))), 24);
        before.table.checkpoint(before.nowNs);
        final TestNode after = TestNode.over(memory.copy(), new TableMemory(config, 64), 4, TestNode.START_NS);
        final ReservedBucket kept = after.bucket("t", perSecond(1_024, 1));
        final ReservedBucket changed = after.bucket("u", perSecond(1_024, 2));
        after.admits(set(changed), 0);
        after.table.clock().members(4, 4, after.nowNs);
        after.table.giveBack(after.nowNs, 1_000);
        assertThat(level(after, kept)).isEqualTo(1_000);
        assertThat(level(after, changed)).isEqualTo(232);
    }

    @Test
    void shouldKeepAfterAMomentInWhichNobodyIsHeardWhatItWouldHaveKeptWithoutIt() {
        final ReservedBucket bucket = node.bucket("t", perSecond(1_024, 1));
        reached(4);
        assertThat(node.admits(set(bucket), 100)).isTrue();
        reached(1);
        assertThat(node.admits(set(bucket), 1)).isTrue();
        assertThat(aside(bucket)).isEqualTo(668);
        reached(3);
        node.table.giveBack(node.nowNs, 1_000);
        assertThat(aside(bucket)).as("of a quarter 100 were used before").isEqualTo(156);
        assertThat(level(node, bucket)).isEqualTo(768 - 1);
        reached(4);
        node.table.giveBack(node.nowNs, 1_000);
        assertThat(level(node, bucket)).isEqualTo(1_024 - 101);
    }

    /** Moments in which fewer are heard leave nothing behind: neither more may be admitted after them nor less. */
    @Test
    void shouldLeaveNothingBehindOfMomentsInWhichFewerAreHeard() {
        for (long seed = 1; seed <= 400; seed++) {
            final Random random = new Random(seed);
            final int members = 2 + random.nextInt(7);
            final long capacity = 240L + random.nextInt(5_000);
            final TestNode[] both = {TestNode.inMemory(16, members), TestNode.inMemory(16, members)};
            final ReservedBucket[] buckets = new ReservedBucket[2];
            for (int i = 0; i < 2; i++) {
                buckets[i] = both[i].bucket("t", perSecond(capacity, 1 + capacity / 100));
                both[i].table.clock().members(members, members, both[i].nowNs);
            }
            admitAtBoth(both, buckets, random.nextInt((int) capacity / 2));
            final int reachable = 1 + random.nextInt(members - 1);
            setAll(both, reachable, members);
            // Less is heard only by the first of the two, and only for moments in which nothing is refilled.
            for (int moment = 0; moment < 4; moment++) {
                admitAtBoth(both, buckets, random.nextInt(1 + (int) capacity / members / 8));
                both[0].table.clock().members(1 + random.nextInt(reachable), members, both[0].nowNs);
                both[0].table.giveBack(both[0].nowNs, 1_000);
                admitAtBoth(both, buckets, random.nextInt(1 + (int) capacity / members / 16));
                both[0].table.clock().members(reachable, members, both[0].nowNs);
                both[0].table.giveBack(both[0].nowNs, 1_000);
                final String where = "seed " + seed + ", moment " + moment + ", " + reachable + " of " + members;
                final long[] levels = {level(both[0], buckets[0]), level(both[1], buckets[1])};
                assertThat(levels[0]).as(where).isBetween(levels[1] - 2 - capacity / 30, levels[1] + 1);
                final long ns = random.nextLong(2 * SECOND_NS);
                both[0].nowNs += ns;
                both[1].nowNs += ns;
            }
        }
    }

    private static void setAll(final TestNode[] nodes, final int reachable, final int members) {
        for (final TestNode each : nodes) {
            each.table.clock().members(reachable, members, each.nowNs);
        }
    }

    /** What one of the two denies the other one is not asked for. */
    private static void admitAtBoth(final TestNode[] nodes, final ReservedBucket[] buckets, final int tokens) {
        for (int n = 0; n < tokens; n++) {
            if (Decision.isAdmitted(nodes[0].buckets.peek(set(buckets[0]), 1, nodes[0].nowNs))
                    && Decision.isAdmitted(nodes[1].buckets.peek(set(buckets[1]), 1, nodes[1].nowNs))) {
                assertThat(nodes[0].admits(set(buckets[0]), 1)).isTrue();
                assertThat(nodes[1].admits(set(buckets[1]), 1)).isTrue();
            }
        }
    }
}
