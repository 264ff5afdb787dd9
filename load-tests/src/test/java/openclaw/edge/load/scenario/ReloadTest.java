package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.RawResponse;
import openclaw.edge.load.harness.ScriptedUpstream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change under load: no request fails, nothing is lost or counted twice, and no counter falls. */
final class ReloadTest {
    private static final int CLIENTS = 6;
    private static final int RELOADS = 24;
    private static final String GUEST_KEY = "key-of-guest-77aa";
    private static final String GUEST =
            "  - {id: tenant-guest, plan: wide, api_keys: [\"sha256:" + EdgeFiles.sha256(GUEST_KEY) + "\"]}\n";
    private static final String GUESTS_QUOTA =
            "token_bucket_consumed_total{tenant=\"tenant-guest\",limit=\"monthly_quota\"}";
    private static final String OK = "openclaw_edge_reloads_total{result=\"ok\"}";
    private static final String REFUSED = "openclaw_edge_reloads_total{result=\"refused\"}";
    private static final String UNCHANGED = "openclaw_edge_reloads_total{result=\"unchanged\"}";

    private final AtomicLong sent = new AtomicLong();
    private volatile boolean isOver;

    @TempDir
    private Path directory;

    @BeforeEach
    void needSignals() {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "SKIPPED: needs kill");
    }

    @Test
    void shouldFailNoRequestWhileFilesChange() throws Exception {
        final long seed = Long.getLong("reload.seed", 20_261_121L);
        System.out.println("ReloadTest: -Dreload.seed=" + seed);
        try (ScriptedUpstream a = ScriptedUpstream.start(turn -> answer(turn, "a"));
                ScriptedUpstream b = ScriptedUpstream.start(turn -> answer(turn, "b"));
                EdgeProcess node = EdgeProcess.start(
                        EdgeFiles.write(directory, a.port(), "  headers: {X-Server: a}", "event_loops: 2"))) {
            final Versions versions = new Versions(node.files(), a.port(), b.port());
            final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
            try {
                final List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    final int number = i;
                    running.add(threads.submit(() -> client(node.port(), number)));
                }
                running.add(threads.submit(() -> watchCounters(node)));
                final Random random = new Random(seed);
                for (int i = 1; i <= RELOADS; i++) {
                    versions.write(random, i);
                    node.signal("HUP");
                    awaitSwaps(node, i);
                }
                isOver = true;
                for (final Future<?> one : running) {
                    one.get();
                }
            } finally {
                isOver = true;
                threads.shutdownNow();
            }

            final Metrics metrics = node.metrics();
            assertThat(swaps(node, node.files().edgeYaml())).as(node.log()).isEqualTo(RELOADS);
            assertThat(swaps(node, node.files().catalog())).as(node.log()).isEqualTo(RELOADS);
            assertThat(metrics.get(OK)).as(node.log()).isBetween((long) RELOADS, 2L * RELOADS);
            assertThat(metrics.get(REFUSED)).as(node.log()).isZero();
            assertThat(metrics.get("openclaw_edge_snapshot")).isEqualTo(1 + metrics.get(OK));
            assertThat(a.requests()).isPositive();
            assertThat(b.requests()).isPositive();
            assertThat(metrics.admitted() + metrics.refused() + metrics.malformed())
                    .as("%s", metrics)
                    .isEqualTo(sent.get());
            assertThat(metrics.refused()).as("guests without a key").isEqualTo(metrics.refused("unauthenticated"));
            assertThat(node.terminate()).isZero();
            final Journal journal = Journal.read(node.files());
            assertThat(journal.records()).as("final records, seed %d", seed).isEqualTo(metrics.admitted());
            assertThat(journal.records(Outcome.COMPLETE)).isEqualTo(metrics.admitted());
            assertThat(journal.report().isClean()).as("%s", journal.report()).isTrue();
            System.out.println("ReloadTest: " + sent.get() + " requests through " + RELOADS + " reloads");
        }
    }

    /** Rules and servers belong together: what went by one version's rules to the other's server is not served. */
    private static boolean answer(final ScriptedUpstream.Turn turn, final String name) throws IOException {
        turn.readBody();
        if (!name.equals(turn.field("X-Server"))) {
            return turn.respond(500, "{\"error\":\"X-Server: " + turn.field("X-Server") + " at " + name + "\"}");
        }
        return turn.respond(200, turn.field("X-Token"));
    }

    private Void client(final int port, final int number) throws IOException {
        final String key = number == 0 ? GUEST_KEY : EdgeFiles.KEY;
        try (RawClient client = RawClient.connect(port)) {
            for (int i = 0; !isOver; i++) {
                final String token = number + "-" + i;
                final String body = i % 3 == 0 ? "{\"subject\":\"" + "x".repeat(i % 700) + "\"}" : "";
                client.send("POST /v1/rate HTTP/1.1\r\nHost: rating.test\r\nAuthorization: Bearer " + key
                        + "\r\nX-Token: " + token + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
                sent.incrementAndGet();
                final RawResponse response = client.read();
                if (number == 0 && response.status() == 401) {
                    continue;
                }
                assertThat(response.status()).as("%s", response).isEqualTo(200);
                assertThat(response.body()).isEqualTo(token);
            }
        }
        return null;
    }

    private Void watchCounters(final EdgeProcess node) {
        Map<String, Long> before = Map.of();
        while (!isOver) {
            final Map<String, Long> now = node.metrics().counters();
            before.forEach((name, value) -> assertThat(now.getOrDefault(name, -1L))
                    .as("%s after %d", name, value)
                    .isGreaterThanOrEqualTo(value));
            before = now;
            Pause.ms(20);
        }
        assertThat(before).hasSizeGreaterThan(50);
        return null;
    }

    /**
     * Waits until each file was put in force so many times. Reloads are no measure: a test that is held up between its two
     * writes and the signal finds that polls have done a half of the work, or all, and that the signal then does the rest.
     */
    private static void awaitSwaps(final EdgeProcess node, final long count) {
        await(
                node,
                () -> swaps(node, node.files().edgeYaml()) >= count
                        && swaps(node, node.files().catalog()) >= count);
    }

    private static long swaps(final EdgeProcess node, final Path file) {
        return node.log()
                .lines()
                .filter(line -> line.contains("reload: in force now") && line.contains("" + file.getFileName()))
                .count();
    }

    private static void await(final EdgeProcess node, final BooleanSupplier condition) {
        final long endNs = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - endNs).as(node.log()).isNegative();
            Pause.ms(10);
        }
    }

    /** Versions of both files: the guest's tenant comes and goes, limits and head rules change, the server moves. */
    private static final class Versions {
        /** More than either file needs: its length is the same in all versions. */
        private static final int FILE_BYTES = 4096;

        private final EdgeFiles files;
        private final String edge;
        private final String catalog;
        private final int portA;
        private final int portB;

        Versions(final EdgeFiles files, final int portA, final int portB) throws IOException {
            this.files = files;
            this.edge = Files.readString(files.edgeYaml());
            this.catalog = Files.readString(files.catalog());
            this.portA = portA;
            this.portB = portB;
        }

        void write(final Random random, final int number) throws IOException {
            String nextEdge = edge + "routes: [{path: /v" + number + "}]\nlimits: {body: " + (10 + number) + "MiB}\n";
            if (random.nextBoolean()) {
                nextEdge = nextEdge.replace("127.0.0.1:" + portA, "127.0.0.1:" + portB)
                        .replace("X-Server: a", "X-Server: b");
            }
            if (random.nextBoolean()) {
                nextEdge += "via: false\n";
            }
            // Widths that no client reaches, in paces that buckets must be converted to.
            String nextCatalog = catalog.replace(
                    "capacity: 1000000000, refill_rate: 1000000000",
                    "capacity: " + (900_000_000 + random.nextInt(1000)) + ", refill_rate: "
                            + (400_000_000 + random.nextInt(1000)));
            if (random.nextBoolean()) {
                nextCatalog = nextCatalog.replace("billing:", GUEST + "billing:");
            }
            put(files.edgeYaml(), nextEdge, random.nextBoolean());
            put(files.catalog(), nextCatalog, random.nextBoolean());
        }

        /** Whoever looks sees the old content or the new, also where it is written in place: at once, and as long as before. */
        private static void put(final Path file, final String text, final boolean isReplaced) throws IOException {
            final String padded = text + "\n".repeat(FILE_BYTES - text.length());
            if (isReplaced) {
                replace(file, padded);
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                final ByteBuffer bytes = ByteBuffer.wrap(padded.getBytes(StandardCharsets.US_ASCII));
                assertThat(channel.write(bytes, 0)).isEqualTo(FILE_BYTES);
            }
        }
    }

    /** At once: a poll never finds a part of a file. */
    private static void replace(final Path file, final String text) throws IOException {
        final Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(aside, text);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void shouldEndAKeyOnOpenConnectionsAndKeepWhatWasUsed() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                EdgeProcess node = EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), "event_loops: 1"))) {
            final String catalog = Files.readString(node.files().catalog());
            replace(node.files().catalog(), catalog.replace("billing:", GUEST + "billing:"));
            // Nobody says so: two polls without a change do.
            await(node, () -> swaps(node, node.files().catalog()) == 1);
            try (RawClient client = RawClient.connect(node.port());
                    RawClient slow = RawClient.connect(node.port())) {
                client.send(RawClient.get(GUEST_KEY, "/v1/rate"));
                assertThat(client.read().status()).isEqualTo(200);
                slow.send(RawClient.get(GUEST_KEY, "/hold"));
                await(node, () -> upstream.requests() == 2);
                // Counters that were scraped once are to stay.
                assertThat(node.metrics().get(GUESTS_QUOTA)).isEqualTo(2);

                replace(node.files().catalog(), catalog);
                node.signal("HUP");
                await(node, () -> swaps(node, node.files().catalog()) == 2);

                client.send(RawClient.get(GUEST_KEY, "/v1/rate"));
                assertThat(client.read().status()).isEqualTo(401);
                assertThat(slow.read().body()).isEqualTo(Upstreams.BODY);
            }
            final String agent = "{tenant=\"tenant-guest\",agent_id=\"default\"}";
            await(node, () -> node.metrics().get("openclaw_requests_recorded_total" + agent) == 2);
            assertThat(node.metrics().get("openclaw_tokens_used_total" + agent)).isEqualTo(2);
            assertThat(node.metrics().get(GUESTS_QUOTA)).isEqualTo(2);
            assertThat(node.terminate()).isZero();
            final Journal journal = Journal.read(node.files());
            assertThat(journal.records(Outcome.COMPLETE)).isEqualTo(2);
            assertThat(journal.exempt()).isZero();
            assertThat(directory.resolve("data").resolve("catalog").toFile().list())
                    .as("versions of the catalog")
                    .hasSize(2);
        }
    }

    @Test
    void shouldChangeNothingForFilesThatAreWrong() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                EdgeProcess node = EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), "event_loops: 1"));
                RawClient client = RawClient.connect(node.port())) {
            final String edge = Files.readString(node.files().edgeYaml());
            final String catalog = Files.readString(node.files().catalog());
            final List<Wrong> wrong = List.of(
                    new Wrong("no_such_key", edge + "no_such_key: 1\n"),
                    new Wrong("nobody", edge + "identity: {default_tenant: nobody}\n"),
                    new Wrong("data: expected data as before", edge.replace("data: data", "data: elsewhere")),
                    new Wrong(
                            "no-such-host.invalid has no address: expected",
                            edge.replace("127.0.0.1:" + upstream.port(), "no-such-host.invalid:80")),
                    new Wrong("limits.buffers", edge + "limits: {buffers: 512GiB}\n"),
                    new Wrong(
                            "absent.yaml",
                            edge.replace("catalog: [billing.yaml]", "catalog: [billing.yaml, absent.yaml]")),
                    new Wrong(
                            "NO_SUCH_VARIABLE", edge + "journal: {durability: \"${NO_SUCH_VARIABLE_OF_THIS_TEST}\"}\n"),
                    new Wrong("while parsing a flow mapping", "upstream: {servers"),
                    new Wrong("upstream.servers: expected a URL", ""));
            for (final Wrong one : wrong) {
                assertRefuses(node, node.files().edgeYaml(), one);
                assertServes(client);
            }
            replace(node.files().edgeYaml(), edge);
            assertRefuses(
                    node,
                    node.files().catalog(),
                    new Wrong(
                            "while scanning a quoted scalar",
                            catalog.substring(0, catalog.lastIndexOf("api_keys") + 20)));
            assertServes(client);
            assertThat(node.metrics().get(REFUSED)).as(node.log()).isGreaterThan(wrong.size());
            assertThat(node.metrics().get("openclaw_edge_reload_refused")).isEqualTo(1);
            assertThat(node.log()).doesNotContain("\tat ");

            replace(node.files().catalog(), catalog);
            await(node, () -> {
                final Metrics metrics = node.metrics();
                return metrics.get(UNCHANGED) > 0 && metrics.get("openclaw_edge_reload_refused") == 0;
            });
            assertThat(node.metrics().get(OK)).isZero();
            assertThat(node.metrics().get("openclaw_edge_snapshot")).isEqualTo(1);
            assertServes(client);
            assertThat(node.terminate()).isZero();
            assertThat(Journal.read(node.files()).records()).isEqualTo(wrong.size() + 2L);
        }
    }

    /** A file that is refused, and what it is told by. */
    private record Wrong(String why, String text) {}

    /** Waits until a version of a file was refused for its own reason; a poll may have done so before the signal does once more. */
    private static void assertRefuses(final EdgeProcess node, final Path file, final Wrong wrong) throws IOException {
        assertThat(node.log()).doesNotContain(wrong.why());
        replace(file, wrong.text());
        node.signal("HUP");
        await(node, () -> node.log().contains(wrong.why()));
    }

    private static void assertServes(final RawClient client) throws IOException {
        client.send(RawClient.get(EdgeFiles.KEY, "/v1/rate"));
        assertThat(client.read().status()).isEqualTo(200);
    }
}
