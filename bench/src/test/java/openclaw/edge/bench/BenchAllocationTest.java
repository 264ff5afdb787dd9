package openclaw.edge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What is promised to allocate nothing does not, by the figures of JMH's own profiler; and every such benchmark runs. */
class BenchAllocationTest {
    /** JMH itself allocates some kilobytes in each iteration; an object in every fourth operation would be this much. */
    private static final double NEARLY_NOTHING = 4.0;

    private static final String PROMISED =
            "(DecisionBench.decide|IdentifyBench|HeadBench.edge|GossipBench|ReplicaBench|LimiterBench.limiter(One|Keys)$)";

    @Test
    void shouldAllocateNothingInWhatRunsForEachRequestOrDatagram() throws RunnerException {
        final ChainedOptionsBuilder some = options(PROMISED)
                .param("limits", "3")
                .param("isAdmitting", "true")
                .param("size", "typical")
                .param("clustered", "true");
        measure(some, 10);
    }

    @Test
    @Tag("nightly")
    void shouldAllocateNothingWhateverTheParameters() throws RunnerException {
        measure(options(PROMISED), 20);
    }

    @Test
    @Tag("nightly")
    void shouldAllocateNothingInCommitAndAppend() throws RunnerException {
        measure(options("LedgerBench.exchange"), 2);
    }

    private static ChainedOptionsBuilder options(final String benchmarks) {
        return new OptionsBuilder()
                .include(benchmarks)
                .param("agents", "1000")
                .param("keys", "1000")
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(300))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(250))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    /** By the least of the iterations: where others use the machine, the first may still be before the compiler is done. */
    private static void measure(final ChainedOptionsBuilder options, final int least) throws RunnerException {
        final Collection<RunResult> results = new Runner(options.build()).run();
        assertThat(results).hasSizeGreaterThanOrEqualTo(least);
        for (final RunResult result : results) {
            final Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
            final String name = result.getParams().getBenchmark() + " "
                    + result.getParams().getParamsKeys().stream()
                            .map(key -> key + "=" + result.getParams().getParam(key))
                            .toList();
            final double bytes = allocated.getStatistics().getMin();
            System.out.println(name + ": " + bytes + " " + allocated.getScoreUnit());
            assertThat(bytes).as(name).isLessThan(NEARLY_NOTHING);
        }
    }
}
