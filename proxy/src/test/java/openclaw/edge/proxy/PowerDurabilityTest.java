package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node under {@code durability: power}, on a real disk. */
@Timeout(120)
final class PowerDurabilityTest {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 25;

    @Test
    void shouldAnswerEveryRequestBehindAForcedRecord(@TempDir final Path directory) throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream()) {
            upstream.script = (request, out, socket) -> ScriptedUpstream.ok(out, "abc");
            final ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
            try (UpstreamsUnderTest proxy = new UpstreamsUnderTest(
                    directory, 2, UpstreamsUnderTest.servers(upstream), "journal: {durability: power}")) {
                final List<Future<Integer>> clients = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(pool.submit(() -> requests(proxy)));
                }
                for (final Future<Integer> client : clients) {
                    assertThat(client.get(60, TimeUnit.SECONDS)).isEqualTo(REQUESTS);
                }
                assertThat(proxy.count(EdgeCounter.OUTPUT_PARKED)).isPositive();
                assertThat(proxy.count(EdgeCounter.OUTPUT_PARKED_GIVEN_UP)).isZero();
            } finally {
                pool.shutdownNow();
            }
        }
        final long[] records = new long[1];
        final ReadReport report =
                new JournalReader(List.of(directory.resolve("data/journal"))).read(usage -> records[0]++);
        assertThat(records[0]).isEqualTo(CLIENTS * REQUESTS);
        assertThat(report.gaps()).isEmpty();
    }

    private static int requests(final UpstreamsUnderTest proxy) throws Exception {
        int answered = 0;
        try (RawClient client = proxy.client()) {
            for (int i = 0; i < REQUESTS; i++) {
                answered += UpstreamsUnderTest.get(client, "/v1/rate").body().equals("abc") ? 1 : 0;
            }
        }
        return answered;
    }
}
