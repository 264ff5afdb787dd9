package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A tenant within each node's share of the limit, and what befalls the cluster besides a plain cut: nobody is denied, not
 * meanwhile and not after (G5).
 */
class HealingTest {

    private static final int NODES = 3;
    private static final int CAPACITY = 1000;
    private static final int PER_SECOND = 100;
    private static final int SECONDS = 60;

    @Test
    void shouldDenyNobodyWhenANodeWasStoppedForLong() {
        assertThat(stopped(true)).isNull();
        assertThat(stopped(false)).isNull();
    }

    /** A machine that stands still, or its gossip alone, while datagrams wait to be read. */
    static String stopped(final boolean isWhole) {
        return denied(world -> {
            final SimulatedNode node = world.node(1);
            world.events().at(5 * World.SECOND, () -> stop(node, isWhole, true));
            world.events().at(35 * World.SECOND, () -> stop(node, isWhole, false));
        });
    }

    private static void stop(final SimulatedNode node, final boolean isWhole, final boolean isStopped) {
        if (isWhole) {
            node.pause(isStopped);
        } else {
            node.stall(isStopped);
        }
    }

    @Test
    void shouldDenyNobodyWhenNodesAreRestartedWhileOneIsCutOff() {
        assertThat(restartedWhileCutOff()).isNull();
    }

    /** What was withheld for who is silent outlives the process. */
    static String restartedWhileCutOff() {
        return denied(world -> {
            world.events().at(5 * World.SECOND, () -> isolate(world, 2, true));
            world.events().at(33 * World.SECOND, () -> restart(world, 0));
            world.events().at(34 * World.SECOND, () -> restart(world, 2));
            world.events().at(35 * World.SECOND, () -> isolate(world, 2, false));
        });
    }

    @Test
    void shouldDenyNobodyWhenNodesAreRestartedWhileTwoAreCutOffOneAfterTheOther() {
        assertThat(restartedAfterBlip()).isNull();
    }

    /** A blip of one member while another is cut off leaves a hole in what was withheld, of which a restart knows little. */
    static String restartedAfterBlip() {
        return denied(world -> {
            world.events().at(5 * World.SECOND, () -> isolate(world, 2, true));
            world.events().at(6 * World.SECOND, () -> isolate(world, 1, true));
            world.events().at(8 * World.SECOND, () -> link(world, 0, 1, false));
            world.events().at(44 * World.SECOND, () -> restart(world, 0));
            world.events().at(45 * World.SECOND, () -> world.network().healAll());
        });
    }

    @Test
    void shouldDenyNobodyWhenANodeIsKilledAgainAndAgain() {
        assertThat(killedAgainAndAgain()).isNull();
    }

    /** A kill costs no more refill than has passed since the clock was noted. */
    static String killedAgainAndAgain() {
        return denied(world -> {
            for (long ms = 5_000; ms < 45_000; ms += 950) {
                world.events().at(ms * World.MS, () -> restart(world, 0));
            }
        });
    }

    private static String denied(final Consumer<World> what) {
        final List<TenantPlan> plans =
                List.of(new TenantPlan("tenant", CAPACITY, PER_SECOND, World.SECOND, TenantPlan.Kind.MODEST));
        final World.Timing timing = new World.Timing(20 * World.MS, 250 * World.MS, 500 * World.MS, 2 * World.MS);
        final World world = new World(1, NODES, NODES, plans, timing, RealGossip::factory);
        world.network().quality(400_000, 200_000, 0, 0);
        world.startFull();
        world.start();
        for (int node = 0; node < NODES; node++) {
            // Everybody has heard of everybody's counters before it begins.
            final SimulatedNode first = world.node(node);
            world.events().at(World.SECOND + node * 50L * World.MS, () -> first.request(0, 1, 0));
        }
        world.events().runUntil(3 * World.SECOND);
        world.sharp(true);
        world.denialsCount(true);
        for (int node = 0; node < NODES; node++) {
            new Demand(world, 0, node, 2.0 * PER_SECOND, 0, 1, NODES);
        }
        what.accept(world);
        world.events().runUntil(SECONDS * World.SECOND);
        return world.invariants().violation();
    }

    private static void restart(final World world, final int number) {
        world.node(number).kill();
        world.events().after(20 * World.MS, () -> world.node(number).start());
    }

    private static void isolate(final World world, final int node, final boolean cut) {
        for (int other = 0; other < NODES; other++) {
            if (other != node) {
                link(world, node, other, cut);
            }
        }
    }

    private static void link(final World world, final int a, final int b, final boolean cut) {
        world.network().cut(a, b, cut);
        world.network().cut(b, a, cut);
    }
}
