package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Nodes that begin to use a bucket at the same instant, none of which has heard of it from another: what they take together
 * beyond the limit, before they hear of one another, is repaid by all.
 */
class FirstContactTest {

    private static final int CAPACITY = 200;
    private static final int PER_SECOND = 20;
    private static final long DELAY_NS = 30 * World.MS;
    private static final long BEGIN_NS = 3 * World.SECOND;

    /** How long it goes on after what all took is repaid. */
    private static final int SECONDS_AFTER = 10;

    @Test
    void shouldRepayWhatAllTookOfABucketThatNoneHadHeardOf() {
        assertThat(begin(4, 0, 3)).isNull();
        assertThat(begin(8, 0, 3)).isNull();
    }

    @Test
    void shouldRepayItWhateverTheOrder() {
        for (int seed = 1; seed <= 15; seed++) {
            assertThat(begin(3 + seed % 3, seed, seed % 4)).as("seed %d", seed).isNull();
        }
    }

    /** What is wrong, or null. */
    static String run() {
        return begin(4, 0, 3);
    }

    /**
     * All nodes ask for a whole capacity at once, or within some milliseconds, and then for four times the refill.
     *
     * @param nodes how many.
     * @param seed of the world.
     * @param spreadMs within how many milliseconds they begin.
     * @return what is wrong, or null.
     */
    private static String begin(final int nodes, final long seed, final int spreadMs) {
        final int seconds = nodes * CAPACITY / PER_SECOND + SECONDS_AFTER;
        final List<TenantPlan> plans =
                List.of(new TenantPlan("tenant", CAPACITY, PER_SECOND, World.SECOND, TenantPlan.Kind.GREEDY));
        final World world = new World(seed, nodes, nodes, plans, World.Timing.DEFAULT, RealGossip::factory);
        world.network().quality(DELAY_NS, seed == 0 ? 0 : 10 * World.MS, seed % 5 == 0 ? 0 : 0.05, 0);
        world.startFull();
        world.start();
        world.events().runUntil(2 * World.SECOND);
        world.sharp(true);
        for (int node = 0; node < nodes; node++) {
            final SimulatedNode at = world.node(node);
            final long beginNs = BEGIN_NS + (spreadMs == 0 ? 0 : world.random().nextInt(spreadMs * 1_000_000));
            world.events().at(beginNs, () -> {
                for (int i = 0; i < CAPACITY; i++) {
                    at.request(0, 1, 0);
                }
            });
            world.events()
                    .at(
                            BEGIN_NS + World.SECOND,
                            () -> new Demand(world, 0, at.number(), 4.0 * PER_SECOND / nodes, 0, 1, nodes));
        }
        world.events().runUntil(BEGIN_NS + seconds * World.SECOND);
        if (world.invariants().violation() != null) {
            return world.invariants().violation();
        }
        final Account account = world.invariants().account(0);
        final double limit = CAPACITY + (double) PER_SECOND * seconds;
        final double unheard = (nodes - 1.0) * CAPACITY;
        System.out.printf(
                "%d nodes begin to use a bucket at once, seed %d: of B + R*T %.4f, at first %.2f B%n",
                nodes, seed, account.netTokens() / limit, (double) account.admittedBetween(2, 4) / CAPACITY);
        if (account.excessTokens() > CAPACITY + unheard + 1) {
            return "G2: " + account.excessTokens() + " tokens above R*T in one window";
        }
        // Repaid: in the long run no more than the limit, but what is under way at the end.
        return account.netTokens() > limit + nodes
                ? "G2: " + account.netTokens() + " tokens in " + seconds + " s, the limit admits " + limit
                : null;
    }
}
