package openclaw.edge.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random requests, refunds, settlements, pauses, cuts and catalog changes against {@link ModelNode}. */
final class BucketsModelTest {

    private static final int STEPS = 400;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void shouldDecideAsTheModelDoes(final int members) {
        for (long seed = 1; seed <= 150; seed++) {
            new Run(seed * 31 + members, members).run();
        }
    }

    @Test
    @Tag("nightly")
    void shouldDecideAsTheModelDoesForManySeeds() {
        for (long seed = 1_000_000; seed < 1_020_000; seed++) {
            new Run(seed, 1 + (int) (seed % 9)).run();
        }
    }

    private static final class Run {
        private final long seed;
        private final int members;
        private final Random random;
        private final TestNode node;
        private final ModelNode model;
        private final List<LimitSpec> specs = new ArrayList<>();
        private final List<ReservedBucket> buckets = new ArrayList<>();
        private final List<LimitSet> admitted = new ArrayList<>();
        private final List<int[]> admittedLimits = new ArrayList<>();
        private QuotaRow quota;
        private long quotaLimit;
        private int version = 1;
        private String where = "";

        Run(final long seed, final int members) {
            this.seed = seed;
            this.members = members;
            this.random = new Random(seed);
            this.node = TestNode.inMemory(32, members);
            this.model = new ModelNode(members, node.nowNs);
            model.members(members, node.nowNs);
            node.table.giveBack(node.nowNs, 32);
            node.table.clock().members(members, members, node.nowNs);
            for (int i = 0; i < 3; i++) {
                final LimitSpec spec = anySpec();
                specs.add(spec);
                buckets.add(node.bucket("t" + i, spec));
                model.add(spec);
            }
            quotaLimit = random.nextInt(5_000);
            quota = node.quotas.row("t", 1, quotaLimit, true);
        }

        private LimitSpec anySpec() {
            final long capacity = 1L + random.nextInt(random.nextBoolean() ? 5 : 3_000);
            final long refill = 1L + random.nextInt(1_000);
            final long intervalNs = 1_000_000L * (1 + random.nextInt(60_000));
            return LimitSpec.of(capacity, refill, intervalNs, version);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                where = "seed " + seed + ", members " + members + ", step " + step;
                final int what = random.nextInt(100);
                if (what < 60) {
                    request();
                } else if (what < 70) {
                    giveBack();
                } else if (what < 90) {
                    pause();
                } else if (what < 95) {
                    cut();
                } else {
                    changeLimit();
                }
                compare();
            }
        }

        private void request() {
            final LimitSet set = new LimitSet(4);
            final int[] limits =
                    random.ints(1 + random.nextInt(3), 0, 3).distinct().toArray();
            for (final int limit : limits) {
                set.add(buckets.get(limit));
            }
            set.add(quota);
            final long tokens = random.nextInt(random.nextInt(4) == 0 ? 3_500 : 8);
            final long decision = node.buckets.tryAdmit(set, tokens, node.nowNs);
            final int refusing = model.refusing(limits, tokens, quotaLimit, node.nowNs);
            assertThat(Decision.isAdmitted(decision)).as(where).isEqualTo(refusing < 0);
            if (refusing >= 0) {
                assertThat(Decision.limitIndex(decision)).as(where).isEqualTo(refusing);
                if (Decision.reason(decision) == Decision.REASON_RATE) {
                    assertThat(Decision.waitNs(decision))
                            .as(where)
                            .isEqualTo(model.waitNs(limits[refusing], tokens, node.nowNs));
                }
            } else {
                model.take(limits, tokens, node.nowNs);
                admitted.add(set);
                admittedLimits.add(limits);
            }
            for (int i = 0; i < limits.length; i++) {
                assertThat(set.remaining(i)).as(where).isEqualTo(model.remaining(limits[i], node.nowNs));
                assertThat(set.resetNs(i)).as(where).isEqualTo(model.resetNs(limits[i], node.nowNs));
            }
        }

        private void giveBack() {
            if (admitted.isEmpty()) {
                return;
            }
            final int i = random.nextInt(admitted.size());
            final LimitSet set = admitted.get(i);
            if (random.nextBoolean()) {
                final long tokens = set.chargedTokens() == 0 ? 0 : random.nextLong(set.chargedTokens() + 1);
                node.buckets.refund(set, tokens, node.nowNs);
                model.refund(admittedLimits.get(i), tokens, node.nowNs);
            } else {
                final long actual = random.nextInt(30);
                final long missing = actual - set.chargedTokens();
                node.buckets.settle(set, actual, node.nowNs);
                if (missing > 0) {
                    model.debit(admittedLimits.get(i), missing, node.nowNs);
                } else {
                    model.refund(admittedLimits.get(i), -missing, node.nowNs);
                }
            }
        }

        private void pause() {
            node.nowNs += random.nextLong(1L << (10 + random.nextInt(31)));
        }

        private void cut() {
            final int reachable = 1 + random.nextInt(members);
            node.table.clock().members(reachable, members, node.nowNs);
            model.members(reachable, node.nowNs);
            node.table.giveBack(node.nowNs, 32);
        }

        private void changeLimit() {
            version++;
            final int limit = random.nextInt(3);
            final LimitSpec spec = anySpec();
            specs.set(limit, spec);
            buckets.set(limit, node.bucket("t" + limit, spec));
            // First touch under the new version, by a request that costs nothing.
            node.buckets.tryAdmit(TestNode.set(buckets.get(limit)), 0, node.nowNs);
            model.change(limit, spec, node.nowNs);
        }

        private void compare() {
            for (int i = 0; i < 3; i++) {
                final ReservedBucket bucket = buckets.get(i);
                assertThat(node.table.remainingTokens(bucket, node.nowNs))
                        .as(where)
                        .isEqualTo(model.remaining(i, node.nowNs));
                assertThat(BigInteger.valueOf(node.table.consumedTokens(bucket) - node.table.refundedTokens(bucket)))
                        .as(where)
                        .isEqualTo(model.net(i));
            }
            assertThat(node.quotas.consumedTokens(quota) - node.quotas.refundedTokens(quota))
                    .as(where)
                    .isEqualTo(model.quotaUsed());
        }
    }
}
