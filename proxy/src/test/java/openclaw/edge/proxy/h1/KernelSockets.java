package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What the kernel knows of connections on this machine, by {@code /proc/net/tcp}: so that no test need guess what has arrived. */
final class KernelSockets {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final Pattern BLANKS = Pattern.compile(" +");
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int QUEUES = 4;
    private static final long LONGEST_NS = 20_000_000_000L;

    private KernelSockets() {}

    /** Waits until a connection has bytes that its owner has not read. */
    static void awaitUnread(final int localPort, final int remotePort) throws IOException {
        final long until = System.nanoTime() + LONGEST_NS;
        String queues = queues(localPort, remotePort);
        while (queues == null || queues.endsWith(":00000000")) {
            assertThat(System.nanoTime()).as("bytes to read").isLessThan(until);
            Thread.onSpinWait();
            queues = queues(localPort, remotePort);
        }
    }

    /** Waits until a connection is no more, as after a reset. */
    static void awaitGone(final int localPort, final int remotePort) throws IOException {
        final long until = System.nanoTime() + LONGEST_NS;
        while (queues(localPort, remotePort) != null) {
            assertThat(System.nanoTime()).as("gone").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    /** Unsent and unread bytes as the kernel writes them; null: there is no such connection. */
    private static String queues(final int localPort, final int remotePort) throws IOException {
        final String local = String.format(Locale.ROOT, ":%04X", localPort);
        final String remote = String.format(Locale.ROOT, ":%04X", remotePort);
        for (final Path table : TABLES) {
            for (final String line : Files.exists(table) ? Files.readAllLines(table) : List.<String>of()) {
                final String[] words = BLANKS.split(line.trim(), -1);
                if (words[LOCAL].endsWith(local) && words[REMOTE].endsWith(remote)) {
                    return words[QUEUES];
                }
            }
        }
        return null;
    }
}
