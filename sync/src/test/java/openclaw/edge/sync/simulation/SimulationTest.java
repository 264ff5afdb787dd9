package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.fail;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mixed faults by seed. */
class SimulationTest {

    @Test
    void shouldHoldWithPlainGossip() {
        for (long seed = 1; seed <= Integer.getInteger("simulation.seeds", 10); seed++) {
            final Simulation simulation = new Simulation(Long.getLong("simulation.seed", seed), new Plain());
            if (simulation.run() != null) {
                fail(simulation.report());
            }
        }
    }

    private static final class Plain implements Simulation.Setup {
        @Override
        public Gossip.Factory gossips(final World world) {
            world.denialsCount(false);
            return PlainGossip.factory(world);
        }

        @Override
        public Schedule.Faults faults(final Random random) {
            return Schedule.Faults.NETWORK;
        }
    }
}
