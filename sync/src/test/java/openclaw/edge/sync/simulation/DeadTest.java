package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that are given up after {@code dead_after}, and are there all the same, or come back. Demand is above the limit. */
class DeadTest {

    private static final int CAPACITY = 100;
    private static final int PER_SECOND = 100;
    private static final long DEAD_AFTER_NS = World.SECOND;

    private World world;

    @BeforeEach
    void threeNodes() {
        world = world(3);
    }

    private static World world(final int nodes) {
        final List<TenantPlan> plans =
                List.of(new TenantPlan("tenant", CAPACITY, PER_SECOND, World.SECOND, TenantPlan.Kind.GREEDY));
        final World.Timing timing = new World.Timing(20 * World.MS, 200 * World.MS, 500 * World.MS, 2 * World.MS);
        final World world = new World(1, nodes, nodes, plans, timing, RealGossip::factory);
        world.deadAfterNs(DEAD_AFTER_NS);
        world.startFull();
        world.start();
        world.events().runUntil(3 * World.SECOND);
        world.sharp(true);
        for (int node = 0; node < nodes; node++) {
            new Demand(world, 0, node, 1.5 * PER_SECOND, 0, 1, nodes);
        }
        return world;
    }

    private void cut(final int from, final int to, final boolean isDown) {
        world.network().cut(from, to, isDown);
    }

    private void runFor(final int seconds) {
        world.events().runUntil(world.events().nowNs() + seconds * World.SECOND);
        assertThat(world.invariants().violation()).isNull();
    }

    /** N and k of the nodes that run. */
    private int[] counted() {
        return world.running().stream()
                .flatMapToInt(each -> Arrays.stream(new int[] {
                    each.table().clock().reachable(), each.table().clock().all()
                }))
                .toArray();
    }

    @Test
    void shouldBeOneClusterAgainWhenBothSidesHadGivenUpEachOther() {
        isolate(true);
        runFor(8);
        assertThat(counted()).containsExactly(2, 2, 2, 2, 1, 1);
        isolate(false);
        runFor(4);
        assertThat(counted()).containsExactly(3, 3, 3, 3, 3, 3);
    }

    private void isolate(final boolean isDown) {
        for (int node = 0; node < 2; node++) {
            cut(2, node, isDown);
            cut(node, 2, isDown);
        }
    }

    @Test
    void shouldBeOneClusterAgainWhenOneSideAloneHadGivenUpTheOther() {
        cut(2, 0, true);
        cut(2, 1, true);
        runFor(8);
        // Whether the third still hears anybody is another question: nobody hears it.
        assertThat(counted()).startsWith(2, 2, 2, 2);
        cut(2, 0, false);
        cut(2, 1, false);
        runFor(4);
        assertThat(counted()).containsExactly(3, 3, 3, 3, 3, 3);
    }

    @Test
    void shouldDebitAllThatTheDeadWentOnCounting() {
        assertThat(debited()).isNull();
    }

    /** What was admitted above what windows that began with nobody silent may have, or null. */
    static String debited() {
        final DeadTest test = new DeadTest();
        test.threeNodes();
        test.isolate(true);
        test.world.events().runUntil(11 * World.SECOND);
        test.isolate(false);
        test.world.events().runUntil(31 * World.SECOND);
        return test.world.invariants().violation();
    }

    @Test
    void shouldGiveUpWhoWasSilentBeforeTheOthersWereRestarted() {
        world.node(2).kill();
        world.events().runUntil(world.events().nowNs() + 500 * World.MS);
        for (int node = 0; node < 2; node++) {
            world.node(node).kill();
            world.node(node).start();
        }
        runFor(4);
        assertThat(counted()).containsExactly(2, 2, 2, 2);
    }
}
