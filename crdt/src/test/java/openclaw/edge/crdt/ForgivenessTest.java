package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a silent member consumed is paid for by the refill withheld since, once. */
final class ForgivenessTest {

    private static final LimitSpec SPEC = perSecond(100, 10);

    private final TestNode node = TestNode.inMemory(16, 3);
    private final VirtualClock clock = node.table.clock();
    private final TestJoin join = new TestJoin(node.table);
    private ReservedBucket bucket = node.bucket("t", SPEC);

    ForgivenessTest() {
        clock.members(3, 3, node.nowNs);
        receives(2, 0, Silence.HEARD);
        receives(3, 0, Silence.HEARD);
    }

    private boolean receives(final int from, final long consumed, final Silence silence) {
        return join.join(bucket, new ReplicaEntry().counters(from, 1, consumed, 0, 0), silence, node.nowNs);
    }

    private Silence cut(final int reachable) {
        clock.members(reachable, 3, node.nowNs);
        return clock.silence(node.nowNs);
    }

    private long remaining() {
        return node.table.remainingTokens(bucket, node.nowNs);
    }

    @Test
    void shouldForgiveAsMuchAsWasWithheldAndDebitTheRest() {
        final Silence silence = cut(2);
        node.nowNs += 9 * SECOND_NS;
        clock.members(3, 3, node.nowNs);
        // A third of 9 s at 10/s: 30 tokens were withheld.
        receives(3, 50, silence);
        assertThat(remaining()).isEqualTo(80);
        assertThat(join.counters().get(CrdtCounter.FORGIVEN_UNITS)).isEqualTo(30 * SPEC.unitsPerToken());
        receives(3, 60, silence);
        assertThat(remaining()).as("withheld refill pays once").isEqualTo(70);
    }

    @Test
    void shouldPoolWhatWasWithheldOverAllWhoWereSilent() {
        final Silence silence = cut(1);
        node.nowNs += 9 * SECOND_NS;
        clock.members(3, 3, node.nowNs);
        receives(2, 40, silence);
        assertThat(remaining()).isEqualTo(100);
        receives(3, 40, silence);
        assertThat(remaining())
                .as("60 were withheld, 80 consumed; w is rounded up by 262 us at most")
                .isBetween(79L, 80L);
    }

    @Test
    void shouldForgiveNothingOfBeforeTheSilenceNorOfAMemberHeard() {
        final Silence first = cut(2);
        node.nowNs += 30 * SECOND_NS;
        final Silence second = cut(1);
        assertThat(second.withheldUnits()).isGreaterThan(first.withheldUnits());
        clock.members(3, 3, node.nowNs);
        receives(2, 40, second);
        assertThat(remaining()).isEqualTo(60);
        receives(3, 20, Silence.HEARD);
        assertThat(remaining()).isEqualTo(40);
        receives(3, 60, first);
        assertThat(remaining()).isEqualTo(40);
    }

    @Test
    void shouldOnlyMoveTheBaselineUnderOpen() {
        clock.policy(PartitionPolicy.OPEN, node.nowNs);
        final Silence silence = cut(2);
        node.admits(set(bucket), 0);
        receives(3, 500, silence);
        assertThat(remaining()).isEqualTo(100);
        assertThat(join.counters().get(CrdtCounter.OPEN_UNDEBITED_TOKENS)).isEqualTo(500);
        join.join(bucket, new ReplicaEntry().counters(3, 1, 500, 500, 0), silence, node.nowNs);
        receives(3, 510, Silence.HEARD);
        assertThat(remaining()).isEqualTo(90);
        join.join(bucket, new ReplicaEntry().counters(2, 1, 60, 0, 0), Silence.HEARD, node.nowNs);
        assertThat(remaining()).isEqualTo(30);
        join.join(bucket, new ReplicaEntry().counters(2, 1, 60, 60, 0), silence, node.nowNs);
        assertThat(remaining()).as("no credit for what was not debited").isEqualTo(30);
    }

    @Test
    void shouldSettleByThePolicyInForceWhenTheSilenceBegan() {
        final Silence share = cut(2);
        node.nowNs += 9 * SECOND_NS;
        clock.policy(PartitionPolicy.OPEN, node.nowNs);
        assertThat(node.admits(set(bucket), 0)).isTrue();
        node.nowNs += 90 * SECOND_NS;
        receives(3, 50, share);
        assertThat(remaining()).as("30 were withheld before it was opened").isEqualTo(80);

        final Silence open = clock.silence(node.nowNs);
        clock.policy(PartitionPolicy.SHARE, node.nowNs);
        clock.members(3, 3, node.nowNs);
        assertThat(node.admits(set(bucket), 0)).isTrue();
        receives(3, 150, open);
        assertThat(remaining()).isEqualTo(80);
        receives(3, 160, share);
        assertThat(remaining()).as("nothing was withheld from an open bucket").isEqualTo(70);
    }

    @Test
    void shouldSettleALimitWithAPolicyOfItsOwnByThat() {
        bucket = node.bucket("own", SPEC.under(PartitionPolicy.OPEN));
        receives(3, 0, Silence.HEARD);
        receives(3, 50, cut(2));
        assertThat(remaining()).isEqualTo(100);
        clock.policy(PartitionPolicy.OPEN, node.nowNs);
        bucket = node.bucket("other", SPEC.under(PartitionPolicy.CLOSED));
        receives(3, 0, Silence.HEARD);
        receives(3, 10, clock.silence(node.nowNs));
        clock.members(3, 3, node.nowNs);
        assertThat(remaining()).isEqualTo(90);
    }
}
