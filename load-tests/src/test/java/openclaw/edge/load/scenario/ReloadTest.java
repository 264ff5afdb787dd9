package openclaw.edge.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
                    awaitReloads(node, i);
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
            assertThat(metrics.get(OK)).as(node.log()).isEqualTo(RELOADS);
            assertThat(metrics.get(REFUSED) + metrics.get(UNCHANGED)).isZero();
            assertThat(metrics.get("openclaw_edge_snapshot")).isEqualTo(1 + RELOADS);
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

    private static void awaitReloads(final EdgeProcess node, final long count) {
        await(node, () -> {
            final Metrics metrics = node.metrics();
            return metrics.get(OK) + metrics.get(REFUSED) + metrics.get(UNCHANGED) >= count;
        });
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

        private static void put(final Path file, final String text, final boolean isAtomic) throws IOException {
            if (isAtomic) {
                final Path aside = file.resolveSibling(file.getFileName() + ".new");
                Files.writeString(aside, text);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.writeString(file, text);
            }
        }
    }

    @Test
    void shouldEndAKeyOnOpenConnectionsAndKeepWhatWasUsed() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start(Upstreams::byPath);
                EdgeProcess node = EdgeProcess.start(EdgeFiles.write(directory, upstream.port(), "event_loops: 1"))) {
            final String catalog = Files.readString(node.files().catalog());
            Files.writeString(node.files().catalog(), catalog.replace("billing:", GUEST + "billing:"));
            // Nobody says so: two polls without a change do.
            awaitReloads(node, 1);
            try (RawClient client = RawClient.connect(node.port());
                    RawClient slow = RawClient.connect(node.port())) {
                client.send(RawClient.get(GUEST_KEY, "/v1/rate"));
                assertThat(client.read().status()).isEqualTo(200);
                slow.send(RawClient.get(GUEST_KEY, "/hold"));
                await(node, () -> upstream.requests() == 2);

                Files.writeString(node.files().catalog(), catalog);
                node.signal("HUP");
                awaitReloads(node, 2);

                client.send(RawClient.get(GUEST_KEY, "/v1/rate"));
                assertThat(client.read().status()).isEqualTo(401);
                assertThat(slow.read().body()).isEqualTo(Upstreams.BODY);
            }
            final String agent = "{tenant=\"tenant-guest\",agent_id=\"default\"}";
            await(node, () -> node.metrics().get("openclaw_requests_recorded_total" + agent) == 2);
            assertThat(node.metrics().get("openclaw_tokens_used_total" + agent)).isEqualTo(2);
            assertThat(node.metrics()
                            .get("token_bucket_consumed_total{tenant=\"tenant-guest\",limit=\"monthly_quota\"}"))
                    .isEqualTo(2);
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
            final List<String> wrong = List.of(
                    edge + "no_such_key: 1\n",
                    edge + "identity: {default_tenant: nobody}\n",
                    edge.replace("data: data", "data: elsewhere"),
                    edge.replace("127.0.0.1:" + upstream.port(), "no-such-host.invalid:80"),
                    edge + "limits: {buffers: 512GiB}\n",
                    edge.replace("catalog: [billing.yaml]", "catalog: [billing.yaml, absent.yaml]"),
                    edge.replace("event_loops: 1", "admin: {token: \"${NO_SUCH_VARIABLE_OF_THIS_TEST}\"}"),
                    "upstream: {servers",
                    "");
            int refused = 0;
            for (final String text : wrong) {
                Files.writeString(node.files().edgeYaml(), text);
                node.signal("HUP");
                awaitReloads(node, ++refused);
                assertServes(client);
            }
            Files.writeString(node.files().edgeYaml(), edge);
            Files.writeString(node.files().catalog(), catalog.substring(0, catalog.lastIndexOf("api_keys") + 20));
            node.signal("HUP");
            awaitReloads(node, ++refused);
            assertServes(client);
            assertThat(node.metrics().get(REFUSED)).as(node.log()).isEqualTo(refused);
            assertThat(node.metrics().get("openclaw_edge_reload_refused")).isEqualTo(1);
            assertThat(node.metrics().get("openclaw_edge_snapshot")).isEqualTo(1);
            assertThat(node.log())
                    .contains("no_such_key", "data: expected data as before", "no-such-host.invalid", "limits.buffers")
                    .doesNotContain("\tat ");

            Files.writeString(node.files().catalog(), catalog);
            awaitReloads(node, refused + 1L);

            assertThat(node.metrics().get(UNCHANGED)).isEqualTo(1);
            assertThat(node.metrics().get("openclaw_edge_reload_refused")).isZero();
            assertServes(client);
            assertThat(node.terminate()).isZero();
            assertThat(Journal.read(node.files()).records()).isEqualTo(refused + 1L);
        }
    }

    private static void assertServes(final RawClient client) throws IOException {
        client.send(RawClient.get(EdgeFiles.KEY, "/v1/rate"));
        assertThat(client.read().status()).isEqualTo(200);
    }
}
