package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
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

    /** Of whom it cannot hear itself it has the word of one alone, whose datagrams are lost in part at first. */
    @Test
    void shouldWaitUntilItIsToldHowFarAnotherHasJoinedTheOthers() {
        assertThat(LongStream.rangeClosed(1, 60)
                        .mapToObj(JoiningTest::toldThroughLoss)
                        .filter(Objects::nonNull))
                .isEmpty();
    }

    /** What it lacks, for any of a few of these seeds, or null. */
    static String told() {
        return LongStream.rangeClosed(1, 30)
                .mapToObj(JoiningTest::toldThroughLoss)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * One that hears all begins at once to relay what nobody else can tell, and says so; how far it has joined those whom it
     * leaves to speak for themselves comes later, if a datagram is lost.
     */
    private static String toldThroughLoss(final long seed) {
        final List<Demand> demands = new ArrayList<>();
        final World world = joinsThree(seed, demands);
        world.events().runUntil(4 * World.SECOND);
        demands.forEach(Demand::stop);
        for (int node = 1; node < 4; node++) {
            for (int other = 1; other < 4; other++) {
                world.network().cut(node, other, node != other);
            }
        }
        world.events().runUntil(5 * World.SECOND);
        world.network().quality(200_000, 10_000_000, 0.3, 0);
        restartWithNothing(world, 2);
        world.events().runUntil(5 * World.SECOND + 30 * World.MS);
        world.node(3).start();
        world.events().runUntil(5 * World.SECOND + 60 * World.MS);
        world.network().lossless();
        world.events().runUntil(8 * World.SECOND);
        return world.node(2).serves() ? world.invariants().violation() : "does not serve";
    }

    /** Of so many that it takes two datagrams to tell how far they are joined, one alone is reached. */
    @Test
    void shouldBeToldAllPartsOneAfterAnother() {
        final int nodes = 20;
        final TenantPlan plan = new TenantPlan("tenant", 100, 100, World.SECOND, TenantPlan.Kind.GREEDY);
        final World world = new World(1, nodes, nodes, List.of(plan), World.Timing.DEFAULT, RealGossip::factory);
        world.startFull();
        world.start();
        world.startPulling();
        for (int node = 0; node < nodes; node++) {
            final SimulatedNode each = world.node(node);
            world.events().at(World.SECOND, () -> each.request(0, 1, 0));
        }
        world.events().runUntil(2 * World.SECOND);
        for (int other = 2; other < nodes; other++) {
            world.network().cut(1, other, true);
            world.network().cut(other, 1, true);
        }
        restartWithNothing(world, 1);
        world.events().runUntil(2 * World.SECOND + 100 * World.MS);
        assertThat(world.node(1).gossip().view().why()).startsWith("pulls what the others have of third ones");
        world.events().runUntil(4 * World.SECOND);
        assertThat(world.invariants().violation()).isNull();
        assertThat(world.node(1).gossip().view().why()).startsWith("pulled the state of 1 member");
    }

    private static String pulled(final long seed) {
        final World world = joinsThree(seed, new ArrayList<>());
        world.network().cut(0, 3, true);
        world.network().cut(0, 2, true);
        world.network().cut(1, 2, true);
        world.network().cut(2, 1, true);
        world.events().runUntil(5 * World.SECOND);
        world.node(3).start();
        world.events().runUntil(8 * World.SECOND);
        return world.node(3).serves() ? world.invariants().violation() : "does not serve";
    }

    /** Three nodes that admit, a fourth that is still to start. */
    private static World joinsThree(final long seed, final List<Demand> demands) {
        final TenantPlan plan = new TenantPlan("tenant", 100, 100, World.SECOND, TenantPlan.Kind.GREEDY);
        final World.Timing timing = new World.Timing(20 * World.MS, 400 * World.MS, 500 * World.MS, 2 * World.MS);
        final World world = new World(seed, 3, 4, List.of(plan), timing, RealGossip::factory);
        world.startFull();
        world.start();
        world.startPulling();
        world.events().runUntil(3 * World.SECOND);
        for (int node = 0; node < 3; node++) {
            demands.add(new Demand(world, 0, node, 60, 0, 1, 3));
        }
        return world;
    }

    /**
     * One begins with its share a moment before the others, who then pull from it: together they have one share, six seconds of
     * refill, and what the first took before the others had heard of it.
     */
    @Test
    void shouldBeginWithOneShareHoweverCloseTogetherNodesOfANewClusterStart() {
        for (final long laterMs : new long[] {0, 30, 100, 300, 450}) {
            final World world = fresh(1);
            startAfter(world, laterMs);
            world.events().runUntil(6 * World.SECOND);
            assertThat(admitted(world)).as("%d ms apart", laterMs).isBetween(300L, 330L);
            assertThat(world.running()).allMatch(SimulatedNode::serves);
        }
    }

    @Test
    void shouldNotBeginFullerThanThoseWhoHaveJustBegun() {
        final World world = fresh(1);
        startAfter(world, 20);
        world.events().runUntil(30 * World.SECOND);
        restartWithNothing(world, 2);
        world.events().runUntil(60 * World.SECOND);
        assertThat(world.node(2).serves()).isTrue();
        assertThat(admitted(world)).isBetween(355L, 364L);
    }

    @Test
    void shouldHaveOneShareEachTimeAllBeginAnew() {
        final World world = fresh(1);
        startAfter(world, 20);
        for (int times = 1; times <= 3; times++) {
            world.events().runUntil(6L * times * World.SECOND);
            assertThat(admitted(world)).isBetween(300L * times, 309L * times);
            for (int node = 0; node < 3; node++) {
                restartWithNothing(world, node);
            }
        }
    }

    @Test
    void shouldBeginEmptyWhereTheOthersHaveBegunEmpty() {
        final World world = fresh(1);
        world.node(0).start();
        world.invariants().learnKeys(world.node(0));
        world.events().runUntil(3 * World.SECOND);
        world.start(1);
        world.start(2);
        world.events().runUntil(13 * World.SECOND);
        assertThat(world.running()).allMatch(SimulatedNode::serves);
        assertThat(admitted(world)).isLessThanOrEqualTo(14);
    }

    @Test
    void shouldBeginFullOnceTheOthersAreRefilled() {
        final World world = fresh(300);
        startAfter(world, 20);
        world.events().runUntil(5 * World.SECOND);
        restartWithNothing(world, 2);
        world.events().runUntil(8 * World.SECOND);
        assertThat(world.node(2).gossip().view().why())
                .startsWith("pulled the state of 2 members")
                .endsWith("buckets");
    }

    /** Three nodes without state, a capacity of 900, and demand far above it. */
    private static World fresh(final long perSecond) {
        final TenantPlan plan = new TenantPlan("tenant", 900, perSecond, World.SECOND, TenantPlan.Kind.GREEDY);
        final World.Timing timing = new World.Timing(20 * World.MS, 1000 * World.MS, 500 * World.MS, 2 * World.MS);
        final World world = new World(1, 3, 3, List.of(plan), timing, RealGossip::factory);
        world.network().quality(400_000, 200_000, 0, 0);
        for (int node = 0; node < 3; node++) {
            new Demand(world, 0, node, 60, 0, 1, 3);
        }
        return world;
    }

    private static void startAfter(final World world, final long laterMs) {
        for (int node = 0; node < 3; node++) {
            final int number = node;
            if (node == 0) {
                world.start(0);
            } else {
                world.events().at(1 + node * laterMs * World.MS, () -> world.start(number));
            }
        }
    }

    private static void restartWithNothing(final World world, final int number) {
        final SimulatedNode node = world.node(number);
        node.kill();
        node.disk(SimulatedDisk.empty(number));
        node.newDirectory();
        node.start();
    }

    private static long admitted(final World world) {
        assertThat(world.invariants().violation()).isNull();
        return world.invariants().account(0).netTokens();
    }
}
