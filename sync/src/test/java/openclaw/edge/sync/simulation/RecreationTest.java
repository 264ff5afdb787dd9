package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import openclaw.edge.crdt.ReplicaEntry;
import openclaw.edge.crdt.ReplicaRow;
import openclaw.edge.crdt.ReplicaTable;
import org.junit.jupiter.api.Test;

/**
 * An agent's bucket that one node reclaims, cut off from others that go on using it, and makes again: the others take the
 * new one's counters for what they are.
 */
class RecreationTest {

    private static final int NODES = 3;
    private static final int CUT_SECONDS = 60;

    @Test
    void shouldTellTheCountersOfABucketMadeAgainFromThoseBefore() {
        assertThat(run()).isNull();
    }

    /** Runs it; what is wrong, or null. */
    static String run() {
        final List<TenantPlan> plans = List.of(new TenantPlan("tenant", 40, 40, World.SECOND, TenantPlan.Kind.AGENTS));
        final World world = new World(1, NODES, NODES, plans, World.Timing.DEFAULT, RealGossip::factory);
        world.startFull();
        world.start();
        world.events().runUntil(2 * World.SECOND);
        request(world, 0, 20);
        world.events().runUntil(3 * World.SECOND);
        final long before = pair(world, 0, 0)[0];
        for (int other = 1; other < NODES; other++) {
            world.network().cut(0, other, true);
            world.network().cut(other, 0, true);
        }
        for (int second = 4; second < CUT_SECONDS; second++) {
            world.events().runUntil(second * World.SECOND);
            request(world, 1, 1);
        }
        if (pair(world, 0, 0)[0] != 0) {
            return "node-0 did not reclaim the bucket";
        }
        request(world, 0, 5);
        world.network().healAll();
        world.events().runUntil((CUT_SECONDS + 3) * World.SECOND);
        final long[] own = pair(world, 0, 0);
        if (own[0] == before) {
            return "generation " + before + " was used again";
        }
        for (int other = 1; other < NODES; other++) {
            final long[] known = pair(world, other, 0);
            if (known[0] != own[0] || known[1] != own[1]) {
                return "G1: node-" + other + " holds generation " + known[0] + ", consumed " + known[1]
                        + " of node-0's agent, which counts generation " + own[0] + ", consumed " + own[1];
            }
        }
        return world.invariants().violation();
    }

    private static void request(final World world, final int node, final int times) {
        for (int i = 0; i < times; i++) {
            world.node(node).request(0, 1, 7);
        }
    }

    /** Generation and consumption of a node's incarnation in the agent's bucket as another has it; 0 if it has none. */
    private static long[] pair(final World world, final int at, final int of) {
        final SimulatedNode node = world.node(at);
        final ReplicaTable table = node.view();
        final long incarnation = world.node(of).view().ownIncarnation();
        final ReplicaRow row = new ReplicaRow();
        for (int i = 0; i < table.rows(); i++) {
            if (table.read(i, row, node.nowNs()) && row.kind() == ReplicaEntry.KIND_AGENT) {
                if (at == of) {
                    return new long[] {row.generation(), row.consumedTokens()};
                }
                for (int pair = 0; pair < row.pairs(); pair++) {
                    if (row.incarnationId(pair) == incarnation) {
                        return new long[] {row.generation(pair), row.consumedTokens(pair)};
                    }
                }
            }
        }
        return new long[2];
    }
}
