package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import openclaw.edge.sync.ClusterView;
import org.junit.jupiter.api.Test;

/** A node that said goodbye is back while some members still know it as gone: all count it in the end. */
class ComebackTest {

    private static final int NODES = 4;

    @Test
    void shouldCountWhoIsBackThoughSomeHaveNotMetItAgain() {
        assertThat(run()).isNull();
    }

    /** Runs it; what is wrong, or null. */
    static String run() {
        final List<TenantPlan> plans = List.of(new TenantPlan("tenant", 40, 40, World.SECOND, TenantPlan.Kind.GREEDY));
        final World.Timing timing = new World.Timing(20 * World.MS, 250 * World.MS, 500 * World.MS, 2 * World.MS);
        final World world = new World(1, NODES, NODES, plans, timing, RealGossip::factory);
        world.startFull();
        world.start();
        final SimulatedNode node = world.node(1);
        world.events().at(3_000 * World.MS, node::goodbye);
        world.events().at(3_400 * World.MS, () -> {
            node.kill();
            world.network().cut(1, 2, true);
            world.network().cut(2, 1, true);
        });
        world.events().at(3_500 * World.MS, node::start);
        world.events().at(6_000 * World.MS, world.network()::healAll);
        world.events().runUntil(10 * World.SECOND);
        for (final SimulatedNode each : world.nodes()) {
            final ClusterView view = each.gossip().view();
            if (view.reachable() != NODES || view.all() != NODES) {
                return each.name() + " counts " + view.reachable() + " of " + view.all() + ", there are " + NODES;
            }
        }
        return world.invariants().violation();
    }
}
