package openclaw.edge.load.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.ScriptedUpstream;
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
                run(SoakSimulation.class, "minutes=2", "sample=5", "rate=100", "out=target/soak"));
    }

    /** The same before a target, which nothing is known of but its address, a key and its metrics. */
    static Stream<Arguments> simulationsOfTargets() {
        return Stream.of(
                run(SteadySimulation.class, "rate=100", "seconds=3"),
                run(RampSimulation.class, "rate=50", "steps=2", "stepSeconds=2", "p99=5000"),
                run(BurstSimulation.class, "burst=100", "seconds=2", "keys=" + EdgeFiles.NARROW_KEY),
                run(TenantsSimulation.class, "seconds=3", "keys=" + EdgeFiles.KEY + "," + EdgeFiles.NARROW_KEY),
                run(EventsSimulation.class, "seconds=3", "rate=5", "path=/events?n=10&ms=100"),
                run(BodiesSimulation.class, "seconds=3", "path=/bulk?bytes=100000"),
                run(SlowClientsSimulation.class, "rate=50", "seconds=3", "slow=6"),
                run(ReloadSimulation.class, "rate=50", "seconds=3", "command=true"),
                run(RestartSimulation.class, "rate=50", "command=true"),
                run(ClusterCutSimulation.class, "seconds=2", "cut=true", "heal=true"),
                run(SoakSimulation.class, "minutes=1", "sample=3", "rate=50"));
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

    @ParameterizedTest
    @MethodSource("simulationsOfTargets")
    void shouldHoldBeforeATarget(final Class<? extends EdgeSimulation> simulation, final String[] properties)
            throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(LoadUpstream::answer);
                EdgeProcess node = EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), ""))) {
            // What comes last wins.
            final List<String> all = new ArrayList<>(List.of(
                    "target=http://127.0.0.1:" + node.port(),
                    "admin=http://127.0.0.1:" + node.files().adminPort(),
                    "keys=" + EdgeFiles.KEY));
            all.addAll(List.of(properties));
            final GatlingRun run = GatlingRun.of(directory, simulation, all.toArray(new String[0]));
            assertThat(run.exitCode()).as("%s", run).isZero();
            assertThat(run.output())
                    .contains("malformed + refused + admitted = sent")
                    .doesNotContain("VIOLATED");
        }
    }
}
