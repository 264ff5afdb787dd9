package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.load.harness.ClusterNodes;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.GossipMesh;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A life whose records were lost with the whole directory is missed by what another node has written down of it. */
final class LostLifeTest {
    private static final ClusterNodes.Limits WIDE = new ClusterNodes.Limits(1_000_000_000, 1_000_000_000, "1s");
    private static final int REQUESTS = 20;

    @TempDir
    private Path directory;

    @Test
    void shouldMissALifeWhoseDirectoryWasSetBackToAnOlderState() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                ClusterNodes cluster =
                        ClusterNodes.start(directory, upstream.port(), WIDE, GossipMesh.freePorts(2), null)) {
            final EdgeProcess node = cluster.nodes().get(0);
            final EdgeProcess witness = cluster.nodes().get(1);
            cluster.awaitAllHeard();
            assertThat(node.terminate()).as(node.log()).isZero();
            final Path data = node.files().journal().getParent();
            final Path older = directory.resolve("older");
            copy(data, older);

            node.startAgain();
            cluster.awaitAllHeard();
            use(node);
            // Members tell of their journals once a second.
            Pause.ms(2_500);
            node.kill();
            Files.move(data, directory.resolve("lost"));
            Files.move(older, data);
            node.startAgain();
            cluster.awaitAllHeard();
            assertThat(node.terminate()).isZero();
            assertThat(witness.terminate()).isZero();

            final ReadReport report = new JournalReader(
                            List.of(node.files().journal(), witness.files().journal()))
                    .read(JournalVisitor.NONE);
            final List<ReadReport.LifeSummary> lost = report.lives().stream()
                    .filter(ReadReport.LifeSummary::heardOnly)
                    .toList();
            assertThat(lost).as("%s", report.lives()).hasSize(1);
            assertThat(lost.get(0).lanes().stream()
                            .mapToLong(ReadReport.LaneSummary::expectedTo)
                            .sum())
                    .as("records that are missing")
                    .isEqualTo(REQUESTS);
            assertThat(report.gaps()).isEmpty();
        }
    }

    private static void use(final EdgeProcess node) throws IOException {
        try (RawClient client = RawClient.connect(node.port())) {
            for (int i = 0; i < REQUESTS; i++) {
                client.send(RawClient.get(EdgeFiles.KEY, "/v1/rate"));
                assertThat(client.read().status()).isEqualTo(200);
            }
        }
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (final Path path : (Iterable<Path>) paths::iterator) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }
}
