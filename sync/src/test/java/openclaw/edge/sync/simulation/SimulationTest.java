package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mixed faults, drawn from seeds: the guarantees hold after every event, and everything is well again afterwards. A seed
 * that fails is printed with all that befell the cluster, and replayed by
 *
 * <pre>
 *   mvn -pl sync -am test -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed=N
 * </pre>
 */
class SimulationTest {

    private static final int SEEDS = 300;
    private static final int ONE_WAY_SEEDS = 60;
    private static final int NIGHTLY_SEEDS = 20_000;
    private static final String SEED = "simulation.seed";

    @Test
    void shouldHoldWhatIsGuaranteedUnderMixedFaults() {
        final Long only = Long.getLong(SEED);
        if (only != null) {
            System.out.println(run(only));
            return;
        }
        LongStream.rangeClosed(1, SEEDS).parallel().forEach(SimulationTest::run);
    }

    /** Who is heard is one who tells what it consumes, and is told. */
    @Test
    void shouldHoldWhatIsGuaranteedWhereLinksPassOneWayOnly() {
        LongStream.range(Simulation.ONE_WAY_SEEDS, Simulation.ONE_WAY_SEEDS + ONE_WAY_SEEDS)
                .parallel()
                .forEach(SimulationTest::run);
    }

    /**
     * Seeds of thousands that showed a defect once: a newcomer that waited for what nobody knew any more, served before it
     * had heard of a member that was there, or had been told of rows by who took them for known; a twin; who is dead being
     * counted; a process that was killed before it had noted who is silent; three silences, of which the younger ended
     * first; a member whose first sign of life came long before what it had counted; a moment in
     * which nobody was heard; twins of one incarnation that each take another one while they are given up; a newcomer that one
     * member told of a process and another one of the process after it; one that was told that nothing more is relayed to it
     * before it was told how far who relays is with the others; rows of a process that who relays them onwards has not heard of.
     */
    @ParameterizedTest
    @ValueSource(
            longs = {
                1222, 1527, 1612, 2056, 2083, 2829, 2869, 4487, 5498, 6335, 7378, 9621, 10_420, 10_684, 10_861, 10_950,
                11_286, 13_672
            })
    void shouldHoldInSeedsThatShowedDefects(final long seed) {
        run(seed);
    }

    @Test
    @Tag("nightly")
    void shouldHoldWhatIsGuaranteedUnderThousandsOfMixedFaults() {
        LongStream.rangeClosed(SEEDS + 1, SEEDS + NIGHTLY_SEEDS).parallel().forEach(SimulationTest::run);
        LongStream.range(ONE_WAY_SEEDS, NIGHTLY_SEEDS / 4)
                .parallel()
                .forEach(seed -> run(Simulation.ONE_WAY_SEEDS + seed));
    }

    private static String run(final long seed) {
        final Simulation simulation = new Simulation(seed, RealGossip::factory);
        if (simulation.run() != null) {
            fail(simulation.report());
        }
        return simulation.report();
    }

    @Test
    void shouldRunTheSameTwice() {
        final Simulation first = new Simulation(7, RealGossip::factory);
        final Simulation second = new Simulation(7, RealGossip::factory);
        first.run();
        second.run();
        assertThat(second.world().network().sentDatagrams())
                .isPositive()
                .isEqualTo(first.world().network().sentDatagrams());
        assertThat(second.world().invariants().account(0).netTokens())
                .isEqualTo(first.world().invariants().account(0).netTokens());
    }
}
