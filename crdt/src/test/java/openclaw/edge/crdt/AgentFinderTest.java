package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.perSecond;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is found by memory is what is found by hash, or nothing. */
final class AgentFinderTest {

    /** Asked for so often, whatever can be remembered is. */
    private static final int ROUNDS = 20;

    private final TestNode node = TestNode.inMemory(4_096);
    private final AgentBuckets agents = node.agents("t", perSecond(5, 1), 3_000);
    private final AgentFinder finder = new AgentFinder(node.table);
    private final LimitSet set = new LimitSet();

    @Test
    void shouldFindWhatTheHashFindsForNamesOfAllLengths() {
        final List<byte[]> names = new ArrayList<>();
        final Random random = new Random(1);
        for (int length = 0; length <= 128; length++) {
            final byte[] name = new byte[length];
            random.nextBytes(name);
            names.add(name);
        }
        shouldFindThemAll(names);
    }

    /** Each differs from the first in one bit; of those that fall on one place each must push out the others. */
    @Test
    void shouldNotTakeOneNameForAnother() {
        final List<byte[]> names = new ArrayList<>();
        for (int length = 0; length <= 41; length++) {
            names.add(new byte[length]);
            for (int bit = 0; bit < 8 * length; bit += 3) {
                final byte[] name = new byte[length];
                name[bit / 8] = (byte) (1 << bit % 8);
                names.add(name);
            }
        }
        shouldFindThemAll(names);
    }

    private void shouldFindThemAll(final List<byte[]> names) {
        for (int round = 0; round < ROUNDS; round++) {
            for (final byte[] name : names) {
                assertThat(found(agents, name))
                        .as("name of %d bytes in round %d", name.length, round)
                        .isEqualTo(hashed(agents, name));
            }
        }
        assertThat(node.table.liveAgents(agents)).isEqualTo(names.size());
    }

    @Test
    void shouldKeepLimitsApart() {
        final AgentBuckets others = node.agents("u", perSecond(5, 1), 10);
        final byte[] name = {'a'};
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(found(agents, name)).isEqualTo(hashed(agents, name)).isNotEqualTo(found(others, name));
            assertThat(found(others, name)).isEqualTo(hashed(others, name));
        }
    }

    @Test
    void shouldFindNamesWhereverTheyLie() {
        final byte[] bytes = "xxagent-4711yy".getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < ROUNDS; round++) {
            set.clear();
            assertThat(finder.findOrCreate(set, agents, bytes, 2, 10, node.nowNs))
                    .isTrue();
            assertThat(set.slotOffset(0))
                    .isEqualTo(node.agentSet(agents, "agent-4711").slotOffset(0));
        }
    }

    /** A slot that was reclaimed is nobody's; who comes back is born anew, and can be found again by its key. */
    @Test
    void shouldFindAnewWhatWasReclaimed() {
        final byte[] name = {'a'};
        for (int round = 0; round < ROUNDS; round++) {
            found(agents, name);
        }
        final long life = set.life(0);
        final int slot = set.slotOffset(0);
        node.passSeconds(3_600);
        assertThat(node.table.sweep(node.nowNs, 1 << 16)).isEqualTo(1);
        // Another is born where it was.
        assertThat(found(agents, new byte[] {'b'})).isEqualTo(slot);
        assertThat(found(agents, name)).isNotEqualTo(slot);
        assertThat(set.life(0)).isNotEqualTo(life);
        assertThat(set.slotOffset(0)).isEqualTo(hashed(agents, name));
        assertThat(node.admits(set, 5)).isTrue();
        assertThat(node.admits(set, 1)).isFalse();
    }

    /** The slot goes between finding and deciding: the key that was remembered with it finds another. */
    @Test
    void shouldDecideOnAnotherSlotIfTheOneRememberedIsReclaimedMeanwhile() {
        final byte[] name = {'a'};
        for (int round = 0; round < ROUNDS; round++) {
            found(agents, name);
        }
        node.passSeconds(3_600);
        found(agents, name);
        assertThat(node.table.sweep(node.nowNs, 1 << 16)).isEqualTo(1);
        assertThat(node.admits(set, 1)).isTrue();
        assertThat(set.slotOffset(0)).isEqualTo(hashed(agents, name));
        assertThat(node.table.liveAgents(agents)).isEqualTo(1);
    }

    @Test
    void shouldNotRememberWhoSharesTheOverflowBucket() {
        final AgentBuckets one = node.agents("one", perSecond(5, 1), 1);
        final byte[] second = {'b'};
        found(one, new byte[] {'a'});
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(found(one, second)).isEqualTo(one.overflow().slotOffset());
        }
        node.passSeconds(3_600);
        node.table.sweep(node.nowNs, 1 << 16);
        assertThat(found(one, second)).isNotEqualTo(one.overflow().slotOffset());
    }

    private int found(final AgentBuckets of, final byte[] name) {
        set.clear();
        finder.findOrCreate(set, of, name, 0, name.length, node.nowNs);
        return set.slotOffset(0);
    }

    private int hashed(final AgentBuckets of, final byte[] name) {
        final LimitSet other = new LimitSet(1);
        node.table.findOrCreateAgent(other, of, node.key.agent(of, name, 0, name.length), node.nowNs);
        return other.slotOffset(0);
    }
}
