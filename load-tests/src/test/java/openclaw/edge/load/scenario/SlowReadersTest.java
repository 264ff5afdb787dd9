package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.Leftovers;
import openclaw.edge.load.harness.MemoryWatch;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.ScriptedUpstream;
import openclaw.edge.load.harness.ScriptedUpstream.Turn;
import openclaw.edge.proxy.exchange.EdgeCounter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However many clients take no answers, what is held for all of them stays within {@code limits.buffers}. */
final class SlowReadersTest {
    private static final int READERS = 800;
    private static final long BLOCKS = Payload.blocksOfMib(16);
    private static final long LIMIT_BYTES = 16L * 1024 * 1024;

    private final List<RawClient> readers = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void leave() throws IOException {
        for (final RawClient reader : readers) {
            reader.close();
        }
    }

    @Test
    void shouldHoldNoMoreThanTheBudget() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(SlowReadersTest::answer);
                EdgeProcess node = EdgeProcess.start(
                        EdgeFiles.write(
                                directory,
                                upstream.port(),
                                "event_loops: 1\nlimits: {buffers: 16MiB}\ntimeouts: {body_idle: 120s}"),
                        "-Xmx256m",
                        "-XX:MaxDirectMemorySize=80m");
                MemoryWatch watch = MemoryWatch.of(node)) {
            for (int i = 0; i < READERS; i++) {
                final RawClient reader = RawClient.connect(node.port(), 4096);
                readers.add(reader);
                reader.send(RawClient.get(EdgeFiles.KEY, "/0"));
                assertThat(reader.read().status()).isEqualTo(200);
            }
            for (final RawClient reader : readers) {
                reader.send(RawClient.get(EdgeFiles.KEY, "/" + BLOCKS));
            }
            Pause.ms(5_000);
            final Metrics metrics = node.metrics();
            System.out.println("SlowReadersTest: held at most " + watch.mostHeldBytes() + " B of " + LIMIT_BYTES
                    + ", exchanges open " + metrics.get("openclaw_edge_exchanges_open"));
            assertThat(watch.mostHeldBytes()).isLessThan(LIMIT_BYTES);
            assertThat(metrics.get(EdgeCounter.EXCEPTIONS)).isZero();
            leave();
            Leftovers.assertNone(node);
        }
    }

    private static boolean answer(final Turn turn) throws IOException {
        turn.bufferBytes(16 * 1024);
        final long blocks = Long.parseLong(turn.path().substring(1));
        turn.send("HTTP/1.1 200 OK\r\n" + Payload.framing(blocks, false) + "\r\n");
        Payload.write(turn.output(), blocks, false, new AtomicLong());
        return true;
    }
}
