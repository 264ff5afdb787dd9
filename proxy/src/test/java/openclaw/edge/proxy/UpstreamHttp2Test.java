package openclaw.edge.proxy;

import static openclaw.edge.proxy.UpstreamsUnderTest.eventually;
import static openclaw.edge.proxy.UpstreamsUnderTest.get;
import static openclaw.edge.proxy.UpstreamsUnderTest.head;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import openclaw.edge.proxy.testing.Certificates;
import openclaw.edge.proxy.testing.Http2Server;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole node with {@code upstream.http2} before servers that others wrote: nginx, and the library's own. */
@Timeout(120)
final class UpstreamHttp2Test {
    private static final int CLIENTS = 12;

    @TempDir
    private Path directory;

    private static String server(final int port) {
        return "http2: true, servers: 'http://127.0.0.1:" + port + "'";
    }

    @Test
    void shouldPassBodiesOfEveryLength() throws Exception {
        try (Http2Server upstream = new Http2Server(null);
                UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, server(upstream.port()));
                RawClient client = edge.client()) {
            for (final int length : new int[] {0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 300_000, 3_000_000}) {
                assertThat(get(client, "/bytes/" + length).body()).hasSize(length);
                final String body = "x".repeat(length);
                assertThat(client.send(head("POST", "/echo", "Content-Length: " + length + "\r\n") + body)
                                .read()
                                .body()
                                .equals(body))
                        .isTrue();
            }
            assertThat(upstream.connections.get()).isEqualTo(1);
            assertThat(edge.count(EdgeCounter.EXCEPTIONS)).isZero();
        }
    }

    /** Every request has one record, and what clients saw whole is among those that are complete. */
    @Test
    void shouldKeepTheBooksThroughRefusalsResetsAndDeaths() throws Exception {
        int whole = 0;
        final int each = 150;
        try (Http2Server upstream = new Http2Server(null);
                UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 2, server(upstream.port()))) {
            final ExecutorService pool = Executors.newFixedThreadPool(CLIENTS);
            final List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                final int seed = i;
                clients.add(pool.submit(() -> chaos(edge, seed, each)));
            }
            for (final Future<Integer> client : clients) {
                whole += client.get(100, TimeUnit.SECONDS);
            }
            pool.shutdown();
            assertThat(edge.count(EdgeCounter.EXCEPTIONS)).isZero();
            assertThat(edge.count(EdgeCounter.ADMITTED)).isEqualTo((long) CLIENTS * each);
            eventually(() -> edge.count(EdgeCounter.EXCHANGES_BEGUN) == edge.count(EdgeCounter.EXCHANGES_ENDED));
        }
        final Map<Outcome, Integer> records = new HashMap<>();
        new JournalReader(List.of(directory.resolve("data/journal"))).read(record -> {
            if (record.isFinal()) {
                records.merge(record.outcome(), 1, Integer::sum);
            }
        });
        assertThat(records.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(CLIENTS * each);
        assertThat(records.get(Outcome.COMPLETE)).isEqualTo(whole);
        assertThat(whole).isGreaterThan(CLIENTS * each / 2);
    }

    /** Returns how many answers were whole. */
    private static int chaos(final UpstreamsUnderTest edge, final int seed, final int count) throws IOException {
        int whole = 0;
        RawClient client = edge.client();
        for (int i = 0; i < count; i++) {
            final int kind = (seed * 31 + i * 17) % 40;
            final String path = kind == 0
                    ? "/die"
                    : kind == 1
                            ? "/half"
                            : kind == 2 ? "/reset" : kind == 3 ? "/leave" : kind == 4 ? "/refuse" : "/echo";
            final String body = "b".repeat(i % 3 * 700);
            client.send(head("POST", path, "Content-Length: " + body.length() + "\r\n") + body);
            try {
                final RawClient.Response response = client.read();
                assertThat(response.status()).isIn(200, 502);
                assertThat(response.status() == 502 || response.body().equals(body))
                        .isTrue();
                whole += response.status() == 200 ? 1 : 0;
                if (response.has("connection: close")) {
                    client.close();
                    client = edge.client();
                }
            } catch (final IOException e) {
                // Cut in its midst, as it was on the other side.
                client.close();
                client = edge.client();
            }
        }
        client.close();
        return whole;
    }

    @Test
    void shouldAskForHealthByTheSameProtocol() throws Exception {
        try (Http2Server upstream = new Http2Server(null);
                UpstreamsUnderTest edge = new UpstreamsUnderTest(
                        directory,
                        1,
                        server(upstream.port()) + ", health: {path: /bytes/3, interval: 20ms, fall: 20, rise: 1}")) {
            eventually(() -> upstream.paths.size() > 3);
            assertThat(edge.metric("healthy", "127.0.0.1:" + upstream.port())).isEqualTo(1);
            assertThat(edge.metric("health_changes_total", "127.0.0.1:" + upstream.port()))
                    .isZero();
        }
    }

    /** From one protocol to the other and back under load, without failing a request. */
    @Test
    void shouldFollowAReload() throws Exception {
        try (Http2Server upstream = new Http2Server(null);
                ScriptedUpstream older = new ScriptedUpstream();
                UpstreamsUnderTest edge =
                        new UpstreamsUnderTest(directory, 1, UpstreamsUnderTest.servers(older) + ", http2: false");
                RawClient client = edge.client()) {
            older.script = (request, out, socket) -> ScriptedUpstream.ok(out, "older");
            assertThat(get(client, "/bytes/2").body()).isEqualTo("older");
            final Path file = directory.resolve("edge.yaml");
            final String before = Files.readString(file);
            Files.writeString(
                    file,
                    before.replace(UpstreamsUnderTest.servers(older) + ", http2: false", server(upstream.port())));
            edge.node.reload();
            eventually(() -> get(client, "/bytes/2").body().length() == 2);
            assertThat(edge.metric("connections", "127.0.0.1:" + upstream.port()))
                    .isEqualTo(1);
            Files.writeString(file, before);
            edge.node.reload();
            eventually(() -> get(client, "/bytes/2").body().equals("older"));
            eventually(() -> edge.count(EdgeCounter.UPSTREAM_CLOSED) >= 2);
            assertThat(edge.count(EdgeCounter.EXCEPTIONS)).isZero();
        }
    }

    // ---- TLS ----

    private SslContext tls(final String protocol) throws Exception {
        new Certificates(directory).server("good", false, "localhost");
        return SslContextBuilder.forServer(
                        directory.resolve("good.pem").toFile(),
                        directory.resolve("good.key").toFile())
                .sslProvider(SslProvider.JDK)
                .ciphers(null, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        protocol))
                .build();
    }

    private static String secure(final Http2Server upstream) {
        return "http2: true, servers: 'https://localhost:" + upstream.port()
                + "', timeouts: {connect: 20s}, tls: {ca: ca.pem}";
    }

    @Test
    void shouldSpeakHttp2ByAlpn() throws Exception {
        try (Http2Server upstream = new Http2Server(tls("h2"));
                UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, secure(upstream));
                RawClient client = edge.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(get(client, "/bytes/100000").body()).hasSize(100_000);
            }
            assertThat(upstream.connections.get()).isEqualTo(1);
            assertThat(edge.count(EdgeCounter.UPSTREAM_H2_STREAMS)).isEqualTo(20);
            assertThat(edge.count(EdgeCounter.EXCEPTIONS)).isZero();
        }
    }

    @Test
    void shouldAnswer502WhereAServerDoesNotAgreeToHttp2() throws Exception {
        try (Http2Server upstream = new Http2Server(tls("http/1.1"));
                UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, secure(upstream));
                RawClient client = edge.client()) {
            assertThat(get(client, "/").status()).isEqualTo(502);
            assertThat(edge.count(EdgeCounter.UPSTREAM_TLS_FAILED)).isEqualTo(2);
            assertThat(edge.count(EdgeCounter.UPSTREAM_CONNECT_FAILED)).isEqualTo(2);
            assertThat(upstream.requests.get()).isZero();
        }
    }

    // ---- nginx ----

    private Process nginx(final int port, final int requestsEach) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("nginx.conf"), """
                daemon off; master_process off; pid %1$s/nginx.pid; error_log %1$s/nginx.err warn;
                events { worker_connections 500; }
                http {
                  access_log off; keepalive_requests %3$d;
                  client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                  uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                  server {
                    listen 127.0.0.1:%2$d http2; default_type text/plain;
                    location / { return 200 'of nginx'; }
                    location /empty { return 204; }
                    location /files/ { alias %1$s/files/; }
                  }
                }
                """.formatted(directory, port, requestsEach));
        Files.createDirectories(directory.resolve("files"));
        Files.write(directory.resolve("files/large"), new byte[2_000_000]);
        try {
            return new ProcessBuilder(
                            "nginx", "-c", directory.resolve("nginx.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("nginx.out").toFile())
                    .start();
        } catch (final IOException e) {
            System.out.println("SKIPPED: what needs nginx, which is not installed");
            Assumptions.abort("nginx is not installed");
            throw e;
        }
    }

    /**
     * It ends each connection by GOAWAY after so many requests, and ignores what was sent behind them: of a few, those of some
     * clients are passed over again and again.
     */
    @ParameterizedTest
    @ValueSource(ints = {100, 3})
    void shouldLoseNothingBeforeNginxThatEndsConnections(final int requestsEach) throws Exception {
        final int port = FreePorts.next();
        final Process nginx = nginx(port, requestsEach);
        try (UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, server(port))) {
            final List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(edge.client());
            }
            eventually(() -> get(clients.get(0), "/").status() == 200);
            final int rounds = 100;
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.get(i)
                            .send(
                                    i % 2 == 0
                                            ? head("GET", "/", "")
                                            : head("POST", "/", "Content-Length: 4\r\n") + "abcd");
                }
                for (final RawClient client : clients) {
                    assertThat(client.read().body()).isEqualTo("of nginx");
                }
            }
            assertThat(get(clients.get(1), "/files/large").body()).hasSize(2_000_000);
            assertThat(get(clients.get(2), "/empty").status()).isEqualTo(204);
            assertThat(edge.count(EdgeCounter.UPSTREAM_H2_GOAWAYS)).isGreaterThan(8);
            assertThat(edge.count(EdgeCounter.UPSTREAM_CONNECTS)).isGreaterThan(8);
            assertThat(edge.count(EdgeCounter.UPSTREAM_H2_ERRORS)).isZero();
            for (final RawClient client : clients) {
                client.close();
            }
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }
}
