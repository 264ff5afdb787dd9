package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import openclaw.edge.sync.ClusterView;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy of a node's whole machine goes by its incarnation for a moment, and then by another one or is no more. */
class TwinTest {

    /** Versions of that incarnation are the original's again: who falls silent afterwards is heard again. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHearTheOriginalAgainWhenItsTwinIsSomebodyElse(final boolean isKilledSoon) {
        assertThat(heard(isKilledSoon)).isNull();
    }

    /** What is wrong in the end, or null. */
    static String heard(final boolean isKilledSoon) {
        final List<TenantPlan> plans = List.of(new TenantPlan("tenant", 40, 40, World.SECOND, TenantPlan.Kind.GREEDY));
        final World.Timing timing = new World.Timing(20 * World.MS, 250 * World.MS, 500 * World.MS, 2 * World.MS);
        final World world = new World(1, 3, 4, plans, timing, RealGossip::factory);
        world.startFull();
        world.start();
        world.events().runUntil(3 * World.SECOND);
        for (int node = 0; node < 3; node++) {
            new Demand(world, 0, node, 40, 0, 1, 4);
        }
        final SimulatedNode twin = world.node(3);
        twin.twinOf(world.node(1), true);
        world.invariants().twins(world.node(1));
        cut(world, 3, true);
        twin.start();
        world.events().runUntil(3_020 * World.MS);
        if (isKilledSoon) {
            twin.kill();
        }
        cut(world, 3, false);
        world.events().runUntil(5 * World.SECOND);
        cut(world, 1, true);
        world.network().cut(0, 1, true);
        world.network().cut(1, 0, true);
        world.events().runUntil(6 * World.SECOND);
        world.network().healAll();
        world.events().runUntil(8 * World.SECOND);
        for (final ClusterView.Member each : world.node(0).gossip().view().members()) {
            if (each.name().equals("node-1") && !each.why().startsWith("heard, and all")) {
                return each + " at node-0";
            }
        }
        return world.invariants().violation();
    }

    /** Cuts a node off from all but the first, or not. */
    private static void cut(final World world, final int of, final boolean isDown) {
        for (int node = 1; node < 4; node++) {
            if (node != of) {
                world.network().cut(node, of, isDown);
                world.network().cut(of, node, isDown);
            }
        }
    }
}
