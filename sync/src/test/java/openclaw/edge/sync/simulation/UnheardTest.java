package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import openclaw.edge.crdt.VirtualClock;
import org.junit.jupiter.api.Test;

/**
 * Addresses in somebody's list where nobody is heard: nobody lives there, or somebody does that all are cut off from. Demand
 * is far above the limit everywhere.
 */
class UnheardTest {

    private static final int CAPACITY = 100;
    private static final int PER_SECOND = 200;
    private static final int NOWHERE = 99;

    @Test
    void shouldServeThreeQuartersWhenOneListNamesAnAddressWhereNobodyIs() {
        assertThat(wrongAddress()).isNull();
    }

    /** What is wrong, or null. */
    static String wrongAddress() {
        final World world = world(3);
        lists(world);
        world.start();
        demand(world, 3);
        return run(world, 30, 0.75, 0.75, 0.75, 0.75);
    }

    @Test
    void shouldServeTheLimitAndNoMoreWhenWhoIsAtTheAddressIsCutOffFromTheBeginning() {
        assertThat(cutOff()).isNull();
    }

    /** Its list names all: its quarter is left to it. */
    static String cutOff() {
        final World world = world(4);
        lists(world);
        world.peers(2, peers(0, 3));
        isolate(world, 3, true);
        world.start();
        demand(world, 4);
        final String during = run(world, 30, 1, 0.75, 0.75, 0.75, 0.25);
        if (during != null) {
            return during;
        }
        isolate(world, 3, false);
        return run(world, 60, 1, 1, 1, 1, 1);
    }

    @Test
    void shouldLeaveItsThirdToWhoWasNeverHeardWhenANewcomerComes() {
        assertThat(newcomer()).isNull();
    }

    /** Three begin, one of them cut off; the newcomer knows two of them and adds nothing to what these may use. */
    static String newcomer() {
        final World world = world(4);
        for (int node = 0; node < 4; node++) {
            world.peers(node, node == 2 ? peers(0, 1, NOWHERE) : peers(0, 1, 3));
        }
        isolate(world, 3, true);
        for (final int founder : new int[] {0, 1, 3}) {
            world.start(founder);
        }
        world.events().at(4 * World.SECOND, () -> world.start(2));
        demand(world, 4);
        final String during = run(world, 30, 1, 2.0 / 3, 2.0 / 3, 2.0 / 3, 1.0 / 3);
        if (during != null) {
            return during;
        }
        isolate(world, 3, false);
        return run(world, 60, 1, 1, 1, 1, 1);
    }

    @Test
    void shouldServeAllOfItWhenWhoComesLaterNamesAnAddressWhereNobodyIs() {
        final World world = world(3);
        world.peers(0, peers(1));
        world.peers(1, peers(0));
        world.peers(2, peers(0, NOWHERE));
        world.start(0);
        world.start(1);
        world.events().at(4 * World.SECOND, () -> world.start(2));
        world.events().at(8 * World.SECOND, () -> restart(world, 1, peers(0, NOWHERE)));
        demand(world, 3);
        assertThat(run(world, 40, 1, 1, 1, 1)).isNull();
    }

    @Test
    void shouldServeAllOfItOnceAWrongAddressIsTakenOutByARestart() {
        final World world = world(3);
        lists(world);
        world.start();
        world.events().at(10 * World.SECOND, () -> restart(world, 2, peers(0, 1)));
        demand(world, 3);
        assertThat(run(world, 40, 1, 1, 1, 1)).isNull();
    }

    @Test
    void shouldGoOnReservingForAnAddressOverRestarts() {
        final World world = world(4);
        lists(world);
        world.peers(2, peers(0, 3));
        isolate(world, 3, true);
        world.start();
        for (int node = 0; node < 3; node++) {
            final int number = node;
            world.events().at((8 + 3 * node) * World.SECOND, () -> restart(world, number, world.peers(number)));
        }
        demand(world, 4);
        assertThat(run(world, 40, 1, 0.75, 0.75, 0.75, 0.25)).isNull();
    }

    /** Lists of three of which each names one or two others, and the last an address where nobody is. */
    private static void lists(final World world) {
        world.peers(0, peers(1));
        world.peers(1, peers(1, 2));
        world.peers(2, peers(0, NOWHERE));
    }

    private static List<String> peers(final int... nodes) {
        return Arrays.stream(nodes).mapToObj(SimulatedNetwork::peer).toList();
    }

    private static World world(final int nodes) {
        final List<TenantPlan> plans =
                List.of(new TenantPlan("tenant", CAPACITY, PER_SECOND, World.SECOND, TenantPlan.Kind.GREEDY));
        final World.Timing timing = new World.Timing(20 * World.MS, 250 * World.MS, 1000 * World.MS, 2 * World.MS);
        return new World(1, nodes, nodes, plans, timing, RealGossip::factory);
    }

    private static void demand(final World world, final int nodes) {
        for (int node = 0; node < nodes; node++) {
            new Demand(world, 0, node, 2.0 * PER_SECOND, 0, 1, nodes);
        }
    }

    private static void restart(final World world, final int number, final List<String> list) {
        world.node(number).kill();
        world.peers(number, list);
        world.events().after(300 * World.MS, () -> world.node(number).start());
    }

    /**
     * Runs on, and looks at the last ten seconds.
     *
     * @param seconds until when.
     * @param part what should have been admitted, of R.
     * @param parts k / N of each node in the end.
     * @return what is wrong, or null.
     */
    private static String run(final World world, final int seconds, final double part, final double... parts) {
        final Account account = world.invariants().account(0);
        final long[] before = new long[1];
        world.events().at((seconds - 10) * World.SECOND, () -> before[0] = account.netTokens());
        world.events().runUntil(seconds * World.SECOND);
        if (world.invariants().violation() != null) {
            return world.invariants().violation();
        }
        if (account.netTokens() > CAPACITY + (long) PER_SECOND * seconds) {
            return "G2: " + account.netTokens() + " tokens in " + seconds + " s";
        }
        final double rate = (account.netTokens() - before[0]) / 10.0 / PER_SECOND;
        if (rate < part - 0.02 || rate > part + 0.02) {
            return "admitted " + rate + " of R, expected " + part;
        }
        final double[] is = IntStream.range(0, parts.length)
                .mapToDouble(node -> part(world.node(node).table().clock()))
                .toArray();
        return Arrays.equals(is, parts) ? null : "k/N " + Arrays.toString(is) + ", expected " + Arrays.toString(parts);
    }

    private static double part(final VirtualClock clock) {
        return (double) clock.reachable() / clock.all();
    }

    private static void isolate(final World world, final int node, final boolean cut) {
        for (int other = 0; other < world.configured(); other++) {
            if (other != node) {
                world.network().cut(node, other, cut);
                world.network().cut(other, node, cut);
            }
        }
    }
}
