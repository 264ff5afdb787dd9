package openclaw.edge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchProfileTest {
    @TempDir
    private Path home;

    @Test
    void shouldProfileByAsyncProfilerWhereItIsNamed() throws IOException {
        final Path library = home.resolve("lib/libasyncProfiler.so");
        Files.createDirectories(library.getParent());
        Files.createFile(library);
        final String profiler = "async:libPath=" + library + ";event=alloc;output=flamegraph;dir=profiles";
        for (final Path named : List.of(home, library)) {
            assertThat(BenchProfile.jmhArguments(List.of("Some", "--profile", "alloc", "-f", "1"), named.toString()))
                    .containsExactly("Some", "-prof", profiler, "-f", "1");
        }
    }

    @Test
    void shouldProfileByTheFlightRecorderWithoutOne() {
        assertThat(BenchProfile.jmhArguments(
                        List.of("--profile", "cpu"), home.resolve("none").toString()))
                .element(1)
                .asString()
                .matches("jfr:configName=profile;dir=profiles|async:libPath=/(opt|usr)/.*");
    }

    @Test
    void shouldLeaveOtherArgumentsAsTheyAre() {
        final List<String> arguments = List.of("Some", "-prof", "gc");
        assertThat(BenchProfile.jmhArguments(arguments, null)).isSameAs(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--profile", "--profile heap", "--profile -f"})
    void shouldSayWhatItCanProfile(final String line) {
        final List<String> arguments = List.of(line.split(" ", -1));
        assertThatThrownBy(() -> BenchProfile.jmhArguments(arguments, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--profile ")
                .hasMessageEndingWith("expected cpu, alloc or lock");
    }
}
