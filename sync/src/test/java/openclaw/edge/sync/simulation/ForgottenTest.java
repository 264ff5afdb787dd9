package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import openclaw.edge.sync.ClusterView;
import org.junit.jupiter.api.Test;

/** A node that no list names, and whom all others have forgotten: it knows where they are. */
class ForgottenTest {

    @Test
    void shouldBeCountedAgainAfterAllOthersSaidGoodbyeAndCameBackWithNothing() {
        final List<TenantPlan> plans = List.of(new TenantPlan("tenant", 40, 40, World.SECOND, TenantPlan.Kind.GREEDY));
        final World.Timing timing = new World.Timing(20 * World.MS, 250 * World.MS, 500 * World.MS, 2 * World.MS);
        final World world = new World(1, 2, 3, plans, timing, RealGossip::factory);
        world.startFull();
        world.start();
        world.events().runUntil(2 * World.SECOND);
        world.node(2).start();
        world.events().runUntil(4 * World.SECOND);
        world.startPulling();
        for (int i = 0; i < 2; i++) {
            world.node(i).goodbye();
        }
        world.events().runUntil(4_400 * World.MS);
        for (int i = 0; i < 2; i++) {
            final SimulatedNode node = world.node(i);
            node.kill();
            node.disk(SimulatedDisk.empty(i));
            node.newDirectory();
            node.start();
        }
        world.events().runUntil(10 * World.SECOND);
        for (final SimulatedNode each : world.nodes()) {
            final ClusterView view = each.gossip().view();
            assertThat(view.reachable() + " of " + view.all()).as(each.name()).isEqualTo("3 of 3");
        }
    }
}
