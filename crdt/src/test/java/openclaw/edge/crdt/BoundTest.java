package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is admitted in any window stays within capacity and refill: on one node in its clock, on N through cuts. */
final class BoundTest {

    /** Admissions net of refunds, in the order of time, and the worst window's excess over the refill in it. */
    private static final class Meter {
        private double excess;
        private double worst;

        void pass(final double refilled) {
            excess = Math.max(0, excess - refilled);
        }

        void admitted(final long tokens) {
            excess += tokens;
            worst = Math.max(worst, excess);
        }
    }

    @Test
    void shouldAdmitOnOneNodeAtMostTheCapacityAndWhatItsClockRefilledInAnyWindow() {
        for (long seed = 1; seed <= 200; seed++) {
            final Random random = new Random(seed);
            final int members = 1 + random.nextInt(6);
            final PartitionPolicy policy = PartitionPolicy.values()[random.nextInt(3)];
            final TestNode node = TestNode.inMemory(16, members);
            final VirtualClock clock = node.table.clock();
            final long capacity = 1L + random.nextInt(50);
            final ReservedBucket bucket =
                    node.bucket("t", LimitSpec.of(capacity, 7, SECOND_NS, 1).under(policy));
            final Meter meter = new Meter();
            long beforeUnits = units(clock, policy, node.nowNs);
            for (int step = 0; step < 3_000; step++) {
                node.nowNs += random.nextLong(SECOND_NS / 4);
                final long nowUnits = units(clock, policy, node.nowNs);
                meter.pass((double) (nowUnits - beforeUnits) / bucket.spec().unitsPerToken());
                beforeUnits = nowUnits;
                final long tokens = 1 + random.nextLong(4);
                if (node.admits(set(bucket), tokens)) {
                    meter.admitted(tokens);
                }
                if (random.nextInt(10) == 0) {
                    clock.members(1 + random.nextInt(members), members, node.nowNs);
                    node.table.giveBack(node.nowNs, 16);
                }
            }
            assertThat(meter.worst)
                    .as("seed %d, capacity %d, %s", seed, capacity, policy)
                    .isGreaterThan(0)
                    .isLessThanOrEqualTo(capacity + 0.001);
        }
    }

    private static long units(final VirtualClock clock, final PartitionPolicy policy, final long nowNs) {
        return policy == PartitionPolicy.OPEN ? clock.pace(nowNs).openUnits(nowNs) : clock.virtualUnits(nowNs);
    }

    /**
     * Members that hear one another at once within their side of a cut, and after it what the other sides consumed. In
     * any window all together admit at most B + R * T, and at each cut one token for every side, since one is always
     * usable, and what another side had consumed that this one cannot know yet, at most its share of B.
     */
    @Test
    void shouldAdmitOnAllNodesTogetherAtMostTheLimitThroughAnyCuts() {
        for (long seed = 1; seed <= 150; seed++) {
            final Cluster cluster = new Cluster(seed);
            for (int step = 0; step < 4_000; step++) {
                cluster.step();
            }
            assertThat(cluster.meter.worst)
                    .as("seed %d, members %d, capacity %d", seed, cluster.members, cluster.capacity)
                    .isGreaterThan(0)
                    .isLessThanOrEqualTo(2.0 * cluster.capacity + cluster.members);
            assertThat(cluster.admitted)
                    .as("seed %d, members %d, in the long run", seed, cluster.members)
                    .isLessThanOrEqualTo((long) (cluster.capacity + 1.02 * cluster.refilled) + cluster.members);
        }
    }

    private static final class Cluster {
        private static final double PER_SECOND = 20;
        final int members;
        final long capacity;
        final Meter meter = new Meter();
        long admitted;
        double refilled;
        private final Random random;
        private final List<TestNode> nodes = new ArrayList<>();
        private final List<ReservedBucket> buckets = new ArrayList<>();
        private final List<TestJoin> joins = new ArrayList<>();
        private final Silence[][] silences;
        private int[] sides;
        private long nowNs = TestNode.START_NS;

        Cluster(final long seed) {
            random = new Random(seed);
            members = 2 + random.nextInt(5);
            capacity = 5L * members + random.nextInt(300);
            sides = new int[members];
            silences = new Silence[members][members];
            for (int i = 0; i < members; i++) {
                final TestNode node = TestNode.inMemory(16, members);
                node.table.clock().members(members, members, nowNs);
                nodes.add(node);
                buckets.add(node.bucket("t", LimitSpec.of(capacity, (long) PER_SECOND, SECOND_NS, 1)));
                joins.add(new TestJoin(node.table));
            }
            for (int i = 0; i < members; i++) {
                for (int j = 0; j < members; j++) {
                    silences[i][j] = Silence.HEARD;
                    tell(j, i);
                }
            }
        }

        /** What {@code from} consumed, to {@code to}. */
        private void tell(final int from, final int to) {
            if (from != to) {
                final long tokens = nodes.get(from).table.consumedTokens(buckets.get(from));
                joins.get(to)
                        .join(
                                buckets.get(to),
                                new ReplicaEntry().counters(from + 2, 1, tokens, 0, 0),
                                silences[to][from],
                                nowNs);
            }
        }

        void step() {
            final long passedNs = random.nextLong(SECOND_NS / 20);
            nowNs += passedNs;
            refilled += passedNs * PER_SECOND / SECOND_NS;
            meter.pass(passedNs * PER_SECOND / SECOND_NS);
            if (random.nextInt(100) == 0) {
                final int[] next = new int[members];
                if (random.nextBoolean()) {
                    for (int i = 0; i < members; i++) {
                        next[i] = random.nextInt(1 + random.nextInt(3));
                    }
                }
                cut(next);
            }
            final int at = random.nextInt(members);
            nodes.get(at).nowNs = nowNs;
            if (nodes.get(at).admits(set(buckets.get(at)), 1)) {
                admitted++;
                meter.admitted(1);
                for (int to = 0; to < members; to++) {
                    if (sides[to] == sides[at]) {
                        tell(at, to);
                    }
                }
            }
        }

        /** New sides: who is no longer heard is silent from now on; who is heard again is settled first. */
        private void cut(final int[] next) {
            for (int i = 0; i < members; i++) {
                final VirtualClock clock = nodes.get(i).table.clock();
                int heard = 0;
                for (int j = 0; j < members; j++) {
                    final boolean hears = next[i] == next[j];
                    heard += hears ? 1 : 0;
                    if (hears) {
                        tell(j, i);
                        clock.heard(silences[i][j]);
                        silences[i][j] = Silence.HEARD;
                    } else if (!silences[i][j].isSilent()) {
                        silences[i][j] = clock.silence(nowNs);
                    }
                }
                clock.members(heard, members, nowNs);
                nodes.get(i).table.giveBack(nowNs, 16);
            }
            sides = next;
        }
    }
}
