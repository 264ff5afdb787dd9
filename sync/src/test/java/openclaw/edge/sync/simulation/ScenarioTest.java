package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The scenarios that a simple rule gets wrong. */
class ScenarioTest {

    @Test
    void shouldAdmitTheLimitAndNoMoreAmongConnectedNodes() {
        final List<TenantPlan> plans = List.of(
                new TenantPlan("greedy", 100, 100, TenantPlan.Kind.GREEDY),
                new TenantPlan("modest", 100, 100, TenantPlan.Kind.MODEST),
                new TenantPlan("refunding", 100, 100, TenantPlan.Kind.REFUNDING));
        final World world = new World(1, 3, 3, plans, World.Timing.DEFAULT, RealGossip::factory);
        world.start();
        world.events().runUntil(3 * World.SECOND);
        for (int tenant = 0; tenant < plans.size(); tenant++) {
            for (int node = 0; node < 3; node++) {
                new Demand(world, tenant, node, 100, 0, 1, 3);
            }
        }
        world.events().runUntil(23 * World.SECOND);
        assertThat(world.invariants().violation()).isNull();
        final long limit = 100 + 100 * 20;
        assertThat(world.invariants().account(0).netTokens()).isBetween(limit * 98 / 100, limit + 20);
        assertThat(world.invariants().account(1).deniedRequests()).isZero();
        assertThat(world.invariants().account(2).netTokens()).isBetween(limit * 97 / 100, limit + 20);
    }
}
