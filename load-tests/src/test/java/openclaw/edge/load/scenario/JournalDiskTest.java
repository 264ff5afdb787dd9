package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import openclaw.edge.load.harness.Await;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.RawResponse;
import openclaw.edge.load.harness.ScriptedUpstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of a node whose journal cannot be written, and that it goes on without a restart. */
final class JournalDiskTest {
    private static final int DISK_MEBIBYTES = 96;
    private static final int BLOCK = 1 << 16;
    private static final String LOOPS = "event_loops: 1\n";

    @TempDir
    private Path directory;

    private Path mounted;

    @AfterEach
    void unmount() throws Exception {
        if (mounted != null) {
            new ProcessBuilder("umount", "-l", mounted.toString()).start().waitFor();
        }
    }

    /** A small disk under the journal alone. Needs the right to mount; without it the test says that it is skipped. */
    private void mountSmallDisk(final EdgeFiles files) throws Exception {
        Files.createDirectories(files.journal());
        final Process mount = new ProcessBuilder(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=" + DISK_MEBIBYTES + "m",
                        "none",
                        files.journal().toString())
                .redirectErrorStream(true)
                .start();
        final boolean done = mount.waitFor(30, TimeUnit.SECONDS) && mount.exitValue() == 0;
        if (!done) {
            System.out.println("SKIPPED: no small disk can be mounted; run as root on Linux to fill one up");
        }
        Assumptions.assumeTrue(done, "a tmpfs can be mounted, which needs root");
        mounted = files.journal();
    }

    private void fill(final long leftBytes) throws IOException {
        try (FileChannel filler =
                FileChannel.open(mounted.resolve("filler"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (mounted.toFile().getUsableSpace() >= leftBytes + BLOCK) {
                filler.write(ByteBuffer.allocate(BLOCK));
            }
        }
    }

    @Test
    void shouldAnswer503WhileTheDiskIsNearlyFullAndDebitAndSendNothing() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath)) {
            final EdgeFiles files = EdgeFiles.write(directory, upstream.port(), LOOPS);
            mountSmallDisk(files);
            try (EdgeProcess node = EdgeProcess.start(files)) {
                final long before = 5;
                assertThat(statuses(node, EdgeFiles.NARROW_KEY, (int) before)).containsOnly(200);
                fill(8 << 20);
                Await.until("the node says that it is not ready", () -> !node.isReady());
                final long sent = upstream.requests();
                for (int i = 0; i < 30; i++) {
                    final RawResponse refused = request(node, EdgeFiles.NARROW_KEY);
                    assertThat(refused.status()).isEqualTo(503);
                    assertThat(refused.field("Retry-After")).isEqualTo("1");
                }
                assertThat(upstream.requests()).as("nothing was sent").isEqualTo(sent);
                assertThat(node.metrics().get("openclaw_journal_healthy")).isZero();
                assertThat(node.metrics().get("openclaw_journal_disk_stops_total"))
                        .isOne();
                Files.delete(mounted.resolve("filler"));
                Await.until("the node is ready again", node::isReady);
                assertThat(statuses(node, EdgeFiles.NARROW_KEY, EdgeFiles.NARROW_CAPACITY - (int) before))
                        .as("nothing was debited")
                        .containsOnly(200);
                assertThat(request(node, EdgeFiles.NARROW_KEY).status()).isEqualTo(429);
                assertThat(node.terminate()).isZero();
                final Journal journal = Journal.read(node.files());
                assertThat(journal.records()).isEqualTo(EdgeFiles.NARROW_CAPACITY);
                assertThat(journal.report().isClean())
                        .as("%s", journal.report())
                        .isTrue();
                assertThat(node.log().lines().filter(line -> line.contains("ERROR") && line.contains("disk")))
                        .as("logged once")
                        .hasSize(1);
            }
        }
    }

    @Test
    void shouldServeOnAndTellWhatItLostWhereThatIsThePolicy() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath)) {
            final EdgeFiles files =
                    EdgeFiles.write(directory, upstream.port(), LOOPS + "journal: {on_unavailable: admit}\n");
            mountSmallDisk(files);
            try (EdgeProcess node = EdgeProcess.start(files)) {
                assertThat(statuses(node, EdgeFiles.KEY, 5)).containsOnly(200);
                fill(8 << 20);
                Await.until("the journal is not healthy", () -> node.metrics().get("openclaw_journal_healthy") == 0);
                assertThat(node.isReady()).as("it serves").isTrue();
                assertThat(statuses(node, EdgeFiles.KEY, 7)).containsOnly(200);
                Files.delete(mounted.resolve("filler"));
                Await.until("the journal is healthy", () -> node.metrics().get("openclaw_journal_healthy") == 1);
                assertThat(statuses(node, EdgeFiles.KEY, 5)).containsOnly(200);
                assertThat(node.terminate()).isZero();
                final Journal journal = Journal.read(node.files());
                assertThat(journal.records()).isEqualTo(10);
                assertThat(journal.report().losses())
                        .singleElement()
                        .satisfies(loss -> assertThat(loss.requests()).isEqualTo(7));
            }
        }
    }

    @Test
    void shouldGoOnWhenItsJournalIsDeletedUnderIt() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath)) {
            final EdgeFiles files = EdgeFiles.write(directory, upstream.port(), LOOPS);
            try (EdgeProcess node = EdgeProcess.start(files)) {
                assertThat(statuses(node, EdgeFiles.KEY, 20)).containsOnly(200);
                Await.until(
                        "all is in the journal",
                        () -> node.metrics().get("openclaw_journal_records_appended_total") == 20);
                deleteTree(files.journal());
                long served = 20;
                while (node.metrics().get("openclaw_journal_failures_total") == 0) {
                    served += request(node, EdgeFiles.KEY).status() == 200 ? 1 : 0;
                }
                Await.until("the node is ready again", node::isReady);
                assertThat(statuses(node, EdgeFiles.KEY, 5)).containsOnly(200);
                assertThat(node.terminate()).isZero();
                final Journal journal = Journal.read(node.files());
                assertThat(journal.records()).as("the lanes held them all").isEqualTo(served + 5);
                assertThat(journal.report().isClean())
                        .as("%s", journal.report())
                        .isTrue();
            }
        }
    }

    private static List<Integer> statuses(final EdgeProcess node, final String key, final int requests)
            throws IOException {
        final List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            statuses.add(request(node, key).status());
        }
        return statuses;
    }

    private static RawResponse request(final EdgeProcess node, final String key) throws IOException {
        try (RawClient client = RawClient.connect(node.port())) {
            client.send(RawClient.get(key, "/v1/rate"));
            return client.read();
        }
    }

    private static void deleteTree(final Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
