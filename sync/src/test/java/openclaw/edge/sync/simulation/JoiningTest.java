package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a newcomer has when it begins to serve. */
class JoiningTest {

    /** Of whom it cannot hear itself, one knows all and another one little; either may be the first whom it hears. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldPullFromWhoKnowsMost(final long seed) {
        assertThat(pulled(seed)).isNull();
    }

    /** What it lacks, for any of some seeds, or null. */
    static String pulled() {
        return LongStream.rangeClosed(1, 8)
                .mapToObj(JoiningTest::pulled)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static String pulled(final long seed) {
        final TenantPlan plan = new TenantPlan("tenant", 100, 100, World.SECOND, TenantPlan.Kind.GREEDY);
        final World.Timing timing = new World.Timing(20 * World.MS, 200 * World.MS, 500 * World.MS, 2 * World.MS);
        final World world = new World(seed, 3, 4, List.of(plan), timing, RealGossip::factory);
        world.startFull();
        world.start();
        world.startPulling();
        world.events().runUntil(3 * World.SECOND);
        for (int node = 0; node < 3; node++) {
            new Demand(world, 0, node, 60, 0, 1, 3);
        }
        world.network().cut(0, 3, true);
        world.network().cut(0, 2, true);
        world.network().cut(1, 2, true);
        world.network().cut(2, 1, true);
        world.events().runUntil(5 * World.SECOND);
        world.node(3).start();
        world.events().runUntil(8 * World.SECOND);
        return world.node(3).serves() ? world.invariants().violation() : "does not serve";
    }
}
