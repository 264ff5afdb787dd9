package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Slots' lives: agents, overflow, reclaim, catalogs. */
final class BucketTableTest {

    private final TestNode node = TestNode.inMemory(64);

    @Test
    void shouldGiveEachAgentABucketOfItsOwn() {
        final AgentBuckets agents = node.agents("t", perSecond(2, 1), 10);
        assertThat(node.admits(node.agentSet(agents, "a"), 2)).isTrue();
        assertThat(node.admits(node.agentSet(agents, "a"), 1)).isFalse();
        assertThat(node.admits(node.agentSet(agents, "b"), 2)).isTrue();
        assertThat(node.admits(node.agentSet(agents, ""), 2)).isTrue();
        assertThat(node.table.liveAgents(agents)).isEqualTo(3);
        assertThat(node.counted(CrdtCounter.AGENT_CREATED)).isEqualTo(3);
    }

    @Test
    void shouldKeepSameNamesOfOtherTenantsAndLimitsApart() {
        final CatalogSlots catalog = node.table.catalogSlots(node.nowNs);
        final LimitSpec spec = perSecond(1, 1);
        final AgentBuckets one = catalog.agents("t", "x", spec, 10);
        final AgentBuckets two = catalog.agents("t", "y", spec, 10);
        final AgentBuckets three = catalog.agents("u", "x", spec, 10);
        for (final AgentBuckets agents : new AgentBuckets[] {one, two, three}) {
            assertThat(node.admits(node.agentSet(agents, "a"), 1)).isTrue();
            assertThat(node.admits(node.agentSet(agents, "a"), 1)).isFalse();
        }
        assertThat(node.admits(set(catalog.bucket("t", "x", spec)), 1)).isTrue();
        assertThat(node.admits(set(catalog.bucket("tx", "", spec)), 1)).isTrue();
        assertThat(node.admits(set(one.overflow()), 1)).isTrue();
    }

    @Test
    void shouldLetAgentsBeyondTheBoundShareTheOverflowBucket() {
        final AgentBuckets agents = node.agents("t", perSecond(3, 1), 2);
        final LimitSet set = new LimitSet();
        assertThat(node.addAgent(set, agents, "a")).isTrue();
        assertThat(node.addAgent(set, agents, "b")).isTrue();
        set.clear();
        assertThat(node.addAgent(set, agents, "c")).isFalse();
        assertThat(node.admits(set, 2)).isTrue();
        assertThat(node.admits(node.agentSet(agents, "d"), 1)).isTrue();
        assertThat(node.admits(node.agentSet(agents, "e"), 1)).isFalse();
        assertThat(node.admits(node.agentSet(agents, "a"), 3)).isTrue();
        assertThat(node.table.liveAgents(agents)).isEqualTo(2);
        assertThat(node.counted(CrdtCounter.OVERFLOW_AGENT_BOUND)).isEqualTo(3);
    }

    @Test
    void shouldSendAgentsToOverflowWhenTheTableIsFullAndKeepRoomForCatalogs() {
        final AgentBuckets agents = node.agents("t", perSecond(1_000, 1), 1_000);
        for (int i = 0; i < 200; i++) {
            assertThat(node.admits(node.agentSet(agents, "agent-" + i), 1)).isTrue();
        }
        assertThat(node.table.liveSlots()).isEqualTo(60);
        assertThat(node.table.liveAgents(agents)).isEqualTo(59);
        assertThat(node.counted(CrdtCounter.OVERFLOW_TABLE_FULL)).isEqualTo(141);
        assertThat(node.table.consumedTokens(agents.overflow())).isEqualTo(141);
        assertThat(node.admits(set(node.bucket("new tenant", perSecond(1, 1))), 1))
                .isTrue();
    }

    @Test
    void shouldRefuseACatalogThatDoesNotFit() {
        final CatalogSlots catalog = node.table.catalogSlots(node.nowNs);
        for (int i = 0; i < 64; i++) {
            catalog.bucket("t" + i, "tenant", perSecond(1, 1));
        }
        assertThatThrownBy(() -> catalog.bucket("t64", "tenant", perSecond(1, 1)))
                .isInstanceOf(TableException.class)
                .hasMessageContaining("limit 'tenant' of tenant 't64'")
                .hasMessageContaining("64 of 64 slots are in use, 64 of them by this catalog")
                .hasMessageContaining("more slots");
    }

    @Test
    void shouldReclaimOnlyAgentsThatHaveBeenFullForAWhile() {
        final AgentBuckets agents = node.agents("t", perSecond(100, 10), 10);
        assertThat(node.admits(node.agentSet(agents, "busy"), 100)).isTrue();
        assertThat(node.admits(node.agentSet(agents, "idle"), 1)).isTrue();
        node.passSeconds(9);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isZero();
        node.passSeconds(2);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isEqualTo(1);
        assertThat(node.table.liveAgents(agents)).isEqualTo(1);
        node.passSeconds(8);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isZero();
        node.passSeconds(2);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isEqualTo(1);
        assertThat(node.table.liveSlots()).isEqualTo(1);
        assertThat(node.counted(CrdtCounter.RECLAIMED)).isEqualTo(2);
    }

    @Test
    void shouldSweepThePartAskedForAndComeRound() {
        final AgentBuckets agents = node.agents("t", perSecond(1, 1), 40);
        for (int i = 0; i < 40; i++) {
            node.agentSet(agents, "a" + i);
        }
        node.passSeconds(20);
        final int first = node.table.sweep(node.nowNs, 24);
        assertThat(first).isLessThan(40);
        int reclaimed = first;
        for (int i = 0; i < 10; i++) {
            reclaimed += node.table.sweep(node.nowNs, 8);
        }
        assertThat(reclaimed).isEqualTo(40);
        assertThat(node.table.liveAgents(agents)).isZero();
    }

    @Test
    void shouldFindAReclaimedAgentAgainInTheMiddleOfADecision() {
        final AgentBuckets agents = node.agents("t", perSecond(5, 1), 10);
        final LimitSet before = node.agentSet(agents, "a");
        node.passSeconds(20);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isEqualTo(1);
        // The slot now belongs to another.
        final LimitSet other = node.agentSet(agents, "b");
        assertThat(node.admits(before, 4)).isTrue();
        assertThat(before.remaining(0)).isEqualTo(1);
        assertThat(node.admits(other, 5)).isTrue();
        assertThat(node.admits(node.agentSet(agents, "a"), 2)).isFalse();
        assertThat(node.table.liveAgents(agents)).isEqualTo(2);
    }

    @Test
    void shouldNotCreditAReclaimedSlotNorItsNextKey() {
        final AgentBuckets agents = node.agents("t", perSecond(5, 1), 1);
        final LimitSet early = node.agentSet(agents, "a");
        assertThat(node.admits(early, 4)).isTrue();
        node.passSeconds(30);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isEqualTo(1);
        final LimitSet next = node.agentSet(agents, "b");
        assertThat(node.admits(next, 5)).isTrue();
        node.buckets.refund(early, 4, node.nowNs);
        assertThat(node.admits(node.agentSet(agents, "b"), 1)).isFalse();
        assertThat(node.counted(CrdtCounter.STALE_DROPPED)).isEqualTo(1);
        assertThat(node.table.store().buffer().getLong(next.slotOffset(0) + BucketSlotDescriptor.REFUNDED_OFFSET))
                .isZero();
    }

    @Test
    void shouldAnswerStaleWhenAReclaimedAgentHasNoPlaceAnyMore() {
        final AgentBuckets agents = node.agents("t", perSecond(5, 1), 1);
        final LimitSet before = node.agentSet(agents, "a");
        node.passSeconds(20);
        node.table.sweep(node.nowNs, 1_000);
        node.agentSet(agents, "b");
        final long decision = node.buckets.tryAdmit(before, 1, node.nowNs);
        assertThat(Decision.reason(decision)).isEqualTo(Decision.REASON_STALE);
        assertThat(node.counted(CrdtCounter.REFUSED_STALE)).isEqualTo(1);
    }

    @Test
    void shouldKeepWhatACatalogKeepsAndGiveUpTheRestAfterAnHour() {
        final LimitSpec spec = perSecond(10, 1);
        final CatalogSlots first = node.table.catalogSlots(node.nowNs);
        final ReservedBucket kept = first.bucket("kept", "tenant", spec);
        final ReservedBucket dropped = first.bucket("dropped", "tenant", spec);
        final AgentBuckets droppedAgents = first.agents("dropped", "agent", spec, 10);
        first.commit();
        assertThat(node.admits(set(kept), 7)).isTrue();
        assertThat(node.admits(set(dropped), 7)).isTrue();

        final CatalogSlots second = node.table.catalogSlots(node.nowNs);
        final ReservedBucket again = second.bucket("kept", "tenant", spec);
        second.commit();
        assertThat(node.admits(set(again), 4)).isFalse();
        assertThat(node.table.consumedTokens(again)).isEqualTo(7);

        node.passSeconds(3_599);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isZero();
        assertThat(node.admits(set(dropped), 1))
                .as("a running exchange keeps its snapshot")
                .isTrue();
        node.passSeconds(1 + 15);
        assertThat(node.table.sweep(node.nowNs, 1_000)).isEqualTo(2);
        assertThat(Decision.reason(node.buckets.tryAdmit(set(dropped), 1, node.nowNs)))
                .isEqualTo(Decision.REASON_STALE);
        assertThat(Decision.reason(node.buckets.tryAdmit(set(droppedAgents.overflow()), 1, node.nowNs)))
                .isEqualTo(Decision.REASON_STALE);
        assertThat(node.admits(set(again), 10)).isTrue();
        assertThat(node.table.liveSlots()).isEqualTo(1);
    }

    /** The value is part of what nodes say to each other: it never changes. */
    @Test
    void shouldGiveASlotTheSameKeyAtEveryNode() {
        final KeyHash tenant = new KeyHash().fixed(KeyHash.prefixState(BucketSlotDescriptor.KIND_TENANT, "t", "x"));
        assertThat(tenant.high()).isEqualTo(8838255423932982093L);
        assertThat(tenant.low()).isEqualTo(-9175519610597582877L);
        final KeyHash overflow = new KeyHash().fixed(KeyHash.prefixState(BucketSlotDescriptor.KIND_OVERFLOW, "t", "x"));
        assertThat(overflow.high()).isNotEqualTo(tenant.high());
    }

    @Test
    void shouldSpreadKeysEvenlyAndOtherwiseUnderAnotherSecret() {
        final int keys = 8_000;
        final SlotIndex one = new SlotIndex(keys, 1, 2, true);
        final SlotIndex two = new SlotIndex(keys, 0x9876_5432_1234_5678L, 0x1357_9bdf_0246_8aceL, true);
        final int[] crowd = new int[two.lines()];
        int same = 0;
        for (int i = 0; i < keys; i++) {
            final long key = i * 0x9E37_79B9_7F4A_7C15L;
            crowd[two.homeLine(key)]++;
            same += one.homeLine(key) == two.homeLine(key) ? 1 : 0;
        }
        assertThat(same).isLessThan(keys / 100);
        assertThat(Arrays.stream(crowd).max().getAsInt()).isLessThan(30);
    }

    @Test
    void shouldHashAnAgentsNameAlikeFromEveryBuffer() {
        final AgentBuckets agents = node.agents("t", perSecond(1, 1), 10);
        final byte[] bytes = "..an-agent-of-some-length.".getBytes(StandardCharsets.US_ASCII);
        final KeyHash fromArray = new KeyHash().agent(agents, bytes, 2, 23);
        final UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(64));
        direct.putBytes(9, bytes, 2, 23);
        final KeyHash fromDirect = new KeyHash().agent(agents, direct, 9, 23);
        assertThat(fromDirect.high()).isEqualTo(fromArray.high());
        assertThat(fromDirect.low()).isEqualTo(fromArray.low());
        assertThat(new KeyHash().agent(agents, bytes, 2, 22).low()).isNotEqualTo(fromArray.low());
    }

    @Test
    void shouldHoldAMillionKeysInLessThan256MiB() {
        assertThat(SlotStore.footprintBytes(1_000_000, 1_000_000 / 256)).isLessThan(256L << 20);
    }
}
