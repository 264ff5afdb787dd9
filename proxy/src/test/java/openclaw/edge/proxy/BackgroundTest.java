package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.retain.RetentionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class BackgroundTest {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundTest.class);

    /** Field of stat behind the name in parentheses, see proc_pid_stat(5): 19 of all, of which these are the first two less. */
    private static final int NICE_FIELD = 16;

    /** Nobody can be nicer. */
    private static final int MOST = 19;

    /** Of the calling thread. */
    private static int niceness() {
        return niceness(Path.of("/proc/thread-self"));
    }

    private static int niceness(final Path task) {
        try {
            final String stat = Files.readString(task.resolve("stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[NICE_FIELD]);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of this process's threads of a name: empty while there is none. */
    private static Set<Integer> nicenessOf(final String name) throws IOException {
        final Set<Integer> found = new TreeSet<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (final Path task : tasks) {
                try {
                    if (Files.readString(task.resolve("comm")).strip().equals(name)) {
                        found.add(niceness(task));
                    }
                } catch (final IOException | UncheckedIOException e) {
                    // A thread that has ended meanwhile.
                    LOG.debug("{} is gone", task, e);
                }
            }
        }
        return found;
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

    /** Where it does not keep up with the event loops, requests are refused: it must not be nicer than they are. */
    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(60)
    void shouldNotHaveTheThreadThatDrainsTheLanesGiveWay(@TempDir final Path data) throws Exception {
        final int own = niceness();
        try (Ledger ledger = Ledger.open(data, LedgerConfig.of("edge-a"), 1);
                JournalThreads threads = new JournalThreads(ledger, Durability.PROCESS, () -> RetentionPolicy.KEEP)) {
            threads.start();
            while (!nicenessOf("journal-ahead").equals(Set.of(Math.min(MOST, own + Background.NICENESS)))
                    || !Files.exists(Ledger.journalDirectory(data))) {
                Thread.sleep(1);
            }
            assertThat(nicenessOf("journal")).containsExactly(own);
        }
    }
}
