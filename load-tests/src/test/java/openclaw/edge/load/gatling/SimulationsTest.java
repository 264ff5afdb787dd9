package openclaw.edge.load.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every simulation, a short while of each. */
@Tag("nightly")
final class SimulationsTest {
    @TempDir
    private Path directory;

    static Stream<Arguments> simulations() {
        return Stream.of(
                run(SteadySimulation.class, "rate=200", "seconds=5"),
                run(RampSimulation.class, "rate=50", "steps=3", "stepSeconds=2", "p99=5000"),
                run(BurstSimulation.class, "seconds=6"),
                run(TenantsSimulation.class, "seconds=8"),
                run(EventsSimulation.class, "seconds=5"),
                run(BodiesSimulation.class, "seconds=5"),
                run(SlowClientsSimulation.class, "rate=100", "seconds=5"),
                run(ReloadSimulation.class, "rate=200", "seconds=8"),
                run(RestartSimulation.class, "rate=100"),
                run(ClusterCutSimulation.class, "seconds=6"),
                run(SoakSimulation.class, "minutes=2", "sample=5", "rate=100"));
    }

    private static Arguments run(final Class<? extends EdgeSimulation> simulation, final String... properties) {
        return Arguments.of(simulation, properties);
    }

    @ParameterizedTest
    @MethodSource("simulations")
    void shouldHold(final Class<? extends EdgeSimulation> simulation, final String[] properties) throws Exception {
        final GatlingRun run = GatlingRun.of(directory, simulation, properties);
        assertThat(run.exitCode()).as("%s", run).isZero();
        assertThat(run.report()).as("%s", run).isNotNull();
        assertThat(run.output()).contains("---- " + simulation.getSimpleName()).doesNotContain("VIOLATED");
    }
}
