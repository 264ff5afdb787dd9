package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random admissions, refunds, cuts and growth of members heard and silent against {@link FloatBucket}. */
final class SettlementModelTest {

    private static final int STEPS = 600;
    private static final double TOLERANCE_TOKENS = 0.01;

    /** Of the capacity: aside is kept in parts of so much. */
    private static final double ASIDE_PARTS = 32_768;

    /** Of the capacity: the floor that took it off is kept in parts of so much. */
    private static final double FLOOR_PARTS = 240;

    @Test
    void shouldSettleAsTheModelDoes() {
        for (long seed = 1; seed <= 300; seed++) {
            new Run(seed).run();
        }
    }

    @Test
    @Tag("nightly")
    void shouldSettleAsTheModelDoesForManySeeds() {
        for (long seed = 1_000_000; seed < 1_030_000; seed++) {
            new Run(seed).run();
        }
    }

    private static final class Run {
        private final long seed;
        private final Random random;
        private final int members;
        private final TestNode node;
        private final VirtualClock clock;
        private final ReservedBucket bucket;
        private final TestJoin join;
        private final FloatBucket model;
        private final long capacity;
        private final long[] consumed;
        private final Silence[] silences;
        private final double[] silentSince;
        private long charged;
        private long forgivenBefore;
        private String where = "";

        Run(final long seed) {
            this.seed = seed;
            random = new Random(seed);
            members = 2 + random.nextInt(7);
            node = TestNode.inMemory(16, members);
            clock = node.table.clock();
            clock.members(members, members, node.nowNs);
            capacity = 1L + random.nextInt(random.nextBoolean() ? 5 : 2_000);
            // T of a power of two: the model's rate is exact.
            final long intervalNs = 1L << (20 + random.nextInt(14));
            bucket = node.bucket("t", LimitSpec.of(capacity, 1, intervalNs, 1));
            model = new FloatBucket(capacity, (double) SECOND_NS / intervalNs, members, 0);
            join = new TestJoin(node.table);
            consumed = new long[members + 1];
            silences = new Silence[members + 1];
            silentSince = new double[members + 1];
            for (int j = 2; j <= members; j++) {
                silences[j] = Silence.HEARD;
                receive(j);
            }
        }

        private void receive(final int j) {
            join.join(bucket, new ReplicaEntry().counters(j, 1, consumed[j], 0, 0), silences[j], node.nowNs);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                where = "seed " + seed + ", members " + members + ", capacity " + capacity + ", step " + step;
                final int what = random.nextInt(100);
                if (what < 40) {
                    admit();
                } else if (what < 45) {
                    refund();
                } else if (what < 65) {
                    pause();
                } else if (what < 80) {
                    turn(2 + random.nextInt(members - 1));
                } else {
                    grow(2 + random.nextInt(members - 1));
                }
                compare();
            }
        }

        private void admit() {
            final long tokens = 1 + random.nextLong(Math.max(1, random.nextBoolean() ? 3 : capacity));
            double margin = model.usable() - tokens;
            if (margin < 0 && tokens <= capacity) {
                model.giveBack();
                margin = model.usable() - tokens;
            }
            final boolean admitted = node.admits(set(bucket), tokens);
            if (Math.abs(margin) > tolerance()) {
                assertThat(admitted).as(where).isEqualTo(margin > 0);
            }
            if (admitted) {
                model.take(tokens);
                charged += tokens;
            }
        }

        private void refund() {
            if (charged == 0 || ReplicaPairs.owed(node.table.store().buffer(), bucket.slotOffset()) != 0) {
                return;
            }
            final LimitSet request = set(bucket);
            request.charge(charged);
            final long tokens = random.nextLong(charged + 1);
            node.buckets.refund(request, tokens, node.nowNs);
            model.credit(tokens);
            charged -= tokens;
        }

        private void pause() {
            node.nowNs += random.nextLong(1L << (20 + random.nextInt(16)));
            model.passTo((node.nowNs - TestNode.START_NS) / (double) SECOND_NS);
        }

        /** A member falls silent, or is heard again with what it consumed meanwhile, settled in parts. */
        private void turn(final int j) {
            if (silences[j].isSilent()) {
                grow(j);
                clock.heard(silences[j]);
                silences[j] = Silence.HEARD;
            } else {
                silences[j] = clock.silence(node.nowNs);
                silentSince[j] = model.withheldSeconds();
            }
            int heard = 1;
            for (int i = 2; i <= members; i++) {
                heard += silences[i].isSilent() ? 0 : 1;
            }
            clock.members(heard, members, node.nowNs);
            model.members(heard);
        }

        private void grow(final int j) {
            final long tokens = random.nextLong(random.nextInt(4) == 0 ? 2 * capacity + 1 : capacity / 4 + 2);
            consumed[j] += tokens;
            receive(j);
            final double[] others = IntStream.rangeClosed(2, members)
                    .filter(i -> i != j && silences[i].isSilent())
                    .mapToDouble(i -> silentSince[i])
                    .toArray();
            model.grow(tokens, silences[j].isSilent(), silentSince[j], others);
        }

        private double tolerance() {
            return TOLERANCE_TOKENS + 3 * capacity / ASIDE_PARTS;
        }

        private void compare() {
            final long word = node.table.store().buffer().getLong(bucket.slotOffset()) & VirtualTime.TIME_MASK;
            final double ahead = Math.max(0, word - clock.virtualUnits(node.nowNs));
            final double level = capacity - ahead / bucket.spec().unitsPerToken();
            assertThat(level).as(where).isCloseTo(model.level(), within(tolerance()));
            final long withheld = WithheldWord.read(node.table.store().buffer(), bucket.slotOffset());
            final double aside = WithheldWord.parts(withheld) * capacity / ASIDE_PARTS;
            assertThat(aside).as(where).isCloseTo(model.aside(), within(tolerance()));
            final double used = WithheldWord.withheldUnits(withheld) / (double) SECOND_NS / VirtualTime.UNITS_PER_NS;
            final double taken =
                    (double) WithheldWord.floorUnits(withheld, bucket.spec().capacityUnits())
                            / bucket.spec().unitsPerToken();
            assertThat(taken)
                    .as(where)
                    .isBetween(model.taken() - tolerance() - 3 * capacity / FLOOR_PARTS, model.taken() + tolerance());
            model.round(level, aside, taken, used);
            final long forgiven = join.counters().get(CrdtCounter.FORGIVEN_UNITS);
            assertThat(forgiven).as(where).isGreaterThanOrEqualTo(forgivenBefore);
            assertThat(forgiven)
                    .as("%s: no stretch of withheld refill pays twice", where)
                    .isLessThanOrEqualTo(clock.withheldUnits(node.nowNs));
            forgivenBefore = forgiven;
        }
    }
}
