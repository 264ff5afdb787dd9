package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Silences that overlap: what a younger one uses of the withheld refill is not lost for an older one. */
final class HoleTest {

    /** A token a second, of which T is 10^9 * 16 units; three members. */
    private static final LimitSpec SPEC = LimitSpec.of(1_000_000, 1, SECOND_NS, 1);

    private static final TableConfig CONFIG = new TableConfig(Path.of("memory"), 16, 8, 1, 2);

    private final TableMemory memory = new TableMemory(CONFIG, 64);
    private TestNode node = TestNode.over(memory, new TableMemory(CONFIG, 64), 3, TestNode.START_NS);
    private TestJoin join = new TestJoin(node.table);
    private ReservedBucket bucket = node.bucket("t", SPEC);

    HoleTest() {
        members(3);
        receives(2, 0, Silence.HEARD);
        receives(3, 0, Silence.HEARD);
        receives(4, 0, Silence.HEARD);
    }

    private void members(final int reachable) {
        node.table.clock().members(reachable, 3, node.nowNs);
    }

    private Silence silence() {
        return node.table.clock().silence(node.nowNs);
    }

    private void receives(final int from, final long consumed, final Silence silence) {
        join.join(bucket, new ReplicaEntry().counters(from, 1, consumed, 0, 0), silence, node.nowNs);
    }

    private long forgiven() {
        return join.counters().get(CrdtCounter.FORGIVEN_UNITS) / SPEC.unitsPerToken();
    }

    @Test
    void shouldForgiveInFullWhoWasCutForLongThoughAnotherBlippedMeanwhile() {
        members(2);
        final Silence isolated = silence();
        node.passSeconds(300);
        members(1);
        final Silence blip = silence();
        node.passSeconds(3);
        receives(3, 2, blip);
        assertThat(forgiven()).as("2 of 3 s were withheld").isEqualTo(2);
        node.table.clock().heard(blip);
        members(2);
        node.passSeconds(300);
        receives(2, 190, isolated);
        assertThat(forgiven()).isEqualTo(192);
        receives(2, 1_000, isolated);
        assertThat(forgiven())
                .as("all that was withheld: 600 / 3 and 3 * 2 / 3, once")
                .isBetween(201L, 202L);
        assertThat(node.table.clock().withheldUnits(node.nowNs)).isEqualTo(202 * SPEC.unitsPerToken());
    }

    @Test
    void shouldForgiveBothSidesOfTheHoleInAnyOrder() {
        members(2);
        final Silence first = silence();
        node.passSeconds(30);
        members(1);
        final Silence second = silence();
        node.passSeconds(30);
        receives(3, 12, second);
        receives(2, 10, first);
        receives(3, 17, second);
        assertThat(forgiven()).isEqualTo(27);
        receives(2, 100, first);
        assertThat(forgiven()).as("10 and 20 were withheld").isBetween(29L, 30L);
        receives(3, 100, second);
        assertThat(forgiven()).isBetween(29L, 30L);
    }

    /** The younger a silence, the less is there for it: none takes what another one needs, whichever ends first. */
    @Test
    void shouldForgiveThreeThatAreHeardAgainTheYoungestFirst() {
        members(2);
        final Silence first = silence();
        node.passSeconds(300);
        final Silence second = silence();
        members(1);
        node.passSeconds(3);
        final Silence third = silence();
        node.passSeconds(3);
        receives(4, 1, third);
        receives(3, 3, second);
        receives(2, 80, first);
        assertThat(forgiven()).isEqualTo(84);
        receives(2, 200, first);
        assertThat(forgiven()).as("100 and 4 were withheld").isBetween(103L, 104L);
    }

    /** Unit by unit: each silence takes the lowest that was withheld since it began and that nobody has used. */
    @Test
    void shouldForgiveAsIfEveryUnitWereNoted() {
        final long unit = 1 << 24;
        for (long seed = 1; seed <= 300; seed++) {
            final Random random = new Random(seed);
            final TestNode each = TestNode.inMemory(16, 2);
            final VirtualClock clock = each.table.clock();
            final ReservedBucket limit = each.bucket("t", SPEC);
            final Forgiveness forgiveness = new Forgiveness(each.table.store().buffer(), clock, 1);
            final boolean[] isUsed = new boolean[2_000];
            final List<Silence> silences = new ArrayList<>();
            int withheld = 0;
            for (int step = 0; step < 100; step++) {
                withheld += random.nextInt(20);
                if (silences.isEmpty() || (silences.size() < 16 && random.nextInt(4) == 0)) {
                    silences.add(clock.begin(Silence.since(withheld * unit, PartitionPolicy.SHARE)));
                }
                final Silence silence = silences.get(random.nextInt(silences.size()));
                final int growth = 1 + random.nextInt(12);
                int expected = 0;
                for (int i = (int) (silence.withheldUnits() / unit); i < withheld && expected < growth; i++) {
                    expected += isUsed[i] ? 0 : 1;
                    isUsed[i] = true;
                }
                assertThat(forgiveness.take(limit.slotOffset(), limit.life(), growth * unit, withheld * unit, silence))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(expected * unit);
            }
        }
    }

    @Test
    void shouldForgiveNothingTwiceWhereAHoleIsNotKnownAnyMore() {
        node.table.startAt(1, 1, node.nowNs);
        members(2);
        final Silence first = silence();
        node.passSeconds(30);
        members(1);
        final Silence second = silence();
        node.passSeconds(30);
        receives(3, 12, second);
        node.table.checkpoint(node.nowNs);
        join = new TestJoin(node.table);
        receives(2, 100, first);
        assertThat(forgiven()).isZero();

        node = TestNode.over(memory.copy(), new TableMemory(CONFIG, 64), 3, node.nowNs);
        join = new TestJoin(node.table);
        bucket = node.bucket("t", SPEC);
        receives(2, 200, first);
        assertThat(forgiven()).isZero();
    }

    @Test
    void shouldTakeWPastAHoleThatCannotBeKept() {
        final Forgiveness none = new Forgiveness(node.table.store().buffer(), node.table.clock(), 0);
        members(2);
        final Silence first = silence();
        node.passSeconds(30);
        final Silence second = silence();
        node.passSeconds(30);
        final long withheldUnits = node.table.clock().withheldUnits(node.nowNs);
        final long token = SPEC.unitsPerToken();
        assertThat(none.take(bucket.slotOffset(), bucket.life(), 4 * token, withheldUnits, second))
                .isEqualTo(4 * token);
        assertThat(none.holes()).isZero();
        assertThat(none.take(bucket.slotOffset(), bucket.life(), 100 * token, withheldUnits, first))
                .as("20 were withheld, 14 are passed")
                .isBetween(5 * token, 6 * token);
    }

    @Test
    void shouldForgiveAtMostWhatWasWithheldAndNothingOfBeforeASilence() {
        for (long seed = 1; seed <= 300; seed++) {
            final Random random = new Random(seed);
            final int members = 2 + random.nextInt(6);
            final TestNode each = TestNode.inMemory(16, members);
            final VirtualClock clock = each.table.clock();
            clock.members(members, members, each.nowNs);
            final ReservedBucket limit = each.bucket("t", SPEC);
            final Forgiveness forgiveness =
                    new Forgiveness(each.table.store().buffer(), clock, random.nextInt(4) == 0 ? 0 : 8);
            final List<Silence> silences = new ArrayList<>();
            long forgivenUnits = 0;
            for (int step = 0; step < 400; step++) {
                each.nowNs += random.nextLong(10 * SECOND_NS);
                final int what = random.nextInt(10);
                if (what == 0 && silences.size() < members - 1) {
                    silences.add(clock.silence(each.nowNs));
                } else if (what == 1 && !silences.isEmpty()) {
                    clock.heard(silences.remove(random.nextInt(silences.size())));
                } else if (!silences.isEmpty()) {
                    final Silence silence = silences.get(random.nextInt(silences.size()));
                    final long nowUnits = clock.withheldUnits(each.nowNs);
                    final long growthUnits = random.nextLong(8) * SPEC.unitsPerToken();
                    final long units =
                            forgiveness.take(limit.slotOffset(), limit.life(), growthUnits, nowUnits, silence);
                    forgivenUnits += units;
                    assertThat(units)
                            .as("seed %d, step %d", seed, step)
                            .isBetween(0L, Math.min(growthUnits, nowUnits - silence.withheldUnits()));
                    assertThat(forgivenUnits).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(nowUnits);
                }
                clock.members(members - silences.size(), members, each.nowNs);
            }
            assertThat(forgivenUnits).as("seed %d", seed).isPositive();
        }
    }
}
