package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BackgroundTest {
    /** Field of stat behind the name in parentheses, see proc_pid_stat(5): 19 of all, of which these are the first two less. */
    private static final int NICE_FIELD = 16;

    /** Nobody can be nicer. */
    private static final int MOST = 19;

    /** Of the calling thread. */
    private static int niceness() {
        try {
            final String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE_FIELD]);
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int nicenessOfAnother() throws Exception {
        final CompletableFuture<Integer> found = new CompletableFuture<>();
        Background.thread(() -> found.complete(niceness()), "quiet").start();
        return found.get();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldGiveWayToTheThreadsThatMadeIt() throws Exception {
        final int own = niceness();
        assertThat(nicenessOfAnother()).isEqualTo(Math.min(MOST, own + Background.NICENESS));
        assertThat(nicenessOfAnother()).as("of one more").isEqualTo(Math.min(MOST, own + Background.NICENESS));
        assertThat(niceness()).as("of the thread that made them").isEqualTo(own);
    }
}
