package openclaw.edge.load.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flags for profiles are such that a JVM takes them, and leaves a profile behind. */
final class ProfileTest {
    @TempDir
    private Path directory;

    @Test
    void shouldLeaveARecordingWhereAsyncProfilerIsNotThere() throws Exception {
        // The flags of the other kinds are among those of locks.
        final String file = directory.resolve("lock").toString();
        assertThat(started(Profile.flags("lock", file, Optional.empty()))).isZero();
        assertThat(Files.size(Path.of(file + ".jfr"))).isPositive();
    }

    private static int started(final List<String> flags) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-version");
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void shouldHandAsyncProfilerTheKindAndTheFile() {
        assertThat(Profile.flags("alloc", "/p/alloc", Optional.of(Path.of("/a/libasyncProfiler.so"))))
                .containsExactly("-agentpath:/a/libasyncProfiler.so=start,event=alloc,file=/p/alloc.html");
    }
}
