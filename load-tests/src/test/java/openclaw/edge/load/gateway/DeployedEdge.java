package openclaw.edge.load.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.load.harness.FreePorts;
import openclaw.edge.load.harness.JavaProcess;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;

/** A node that runs a file of {@code deploy/openclaw} as it stands, told the rest by its environment. */
final class DeployedEdge implements AutoCloseable {
    static final String ACME_KEY = "key-of-acme-90c1";
    static final String GLOBEX_KEY = "key-of-globex-77b3";
    static final Path FOLDER = Path.of("../deploy/openclaw").toAbsolutePath().normalize();

    private static final int START_SECONDS = 60;

    private final JavaProcess process;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String authority;
    private final Path data;

    private DeployedEdge(final JavaProcess process, final String authority, final Path data) {
        this.process = process;
        this.authority = authority;
        this.data = data;
    }

    /** A final usage record with its names. */
    record Usage(String tenant, String agent, String route, String model, int status, long tokens) {}

    /**
     * Starts it and waits until it is ready.
     *
     * @param file of deploy/openclaw
     * @param address of this machine to listen on
     * @param gatewayPort on the loopback address
     */
    static DeployedEdge start(
            final String file,
            final Path directory,
            final String address,
            final int gatewayPort,
            final Map<String, String> more)
            throws IOException {
        final int adminPort = FreePorts.next();
        final String authority = address + ":" + FreePorts.next();
        final Path data = directory.resolve("data");
        final Map<String, String> environment = new HashMap<>(more);
        environment.put("EDGE_LISTEN", authority);
        environment.put("EDGE_ADMIN", "127.0.0.1:" + adminPort);
        environment.put("EDGE_DATA", data.toString());
        environment.put("OPENCLAW_GATEWAY", "http://127.0.0.1:" + gatewayPort);
        environment.put("ACME_KEY_HASH", hash(ACME_KEY));
        environment.put("GLOBEX_KEY_HASH", hash(GLOBEX_KEY));
        final JavaProcess process = JavaProcess.start(
                directory.resolve("edge.log"),
                List.of(),
                environment,
                "openclaw.edge.proxy.EdgeMain",
                "run",
                "-c",
                FOLDER.resolve(file).toString());
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isReady(adminPort)) {
            if (!process.isAlive() || System.nanoTime() - endNs > 0) {
                process.close();
                throw new IllegalStateException("the node did not become ready:\n" + process.output());
            }
            Pause.ms(20);
        }
        return new DeployedEdge(process, authority, data);
    }

    private static boolean isReady(final int adminPort) {
        try {
            return RawClient.once(
                                    adminPort,
                                    "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1:" + adminPort
                                            + "\r\nConnection: close\r\n\r\n")
                            .status()
                    == 200;
        } catch (final IOException notYet) {
            return false;
        }
    }

    HttpClient client() {
        return client;
    }

    String authority() {
        return authority;
    }

    HttpResponse<String> get(final String path, final String... fields) throws Exception {
        return client.send(request(path, fields).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> chat(final String body, final String... fields) throws Exception {
        return client.send(
                request("/v1/chat/completions", fields)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(final String path, final String... fields) {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + authority + path));
        return fields.length == 0 ? request : request.headers(fields);
    }

    /** Ends it with SIGTERM and reads the final records of its journal. */
    List<Usage> end() throws IOException {
        final int exit = process.terminate(90);
        if (exit != 0) {
            throw new IllegalStateException("the node ended with " + exit + ":\n" + process.output());
        }
        final List<long[]> ids = new ArrayList<>();
        final JournalReader reader = new JournalReader(List.of(data.resolve("journal")));
        final ReadReport report = reader.read(record -> {
            if (record.isFinal()) {
                ids.add(new long[] {
                    record.tenantId(),
                    record.agentId(),
                    record.routeId(),
                    record.modelId(),
                    record.status(),
                    record.chargedTokens()
                });
            }
        });
        if (!report.isClean()) {
            throw new IllegalStateException("the journal is not whole: " + report);
        }
        final NameDictionary names = reader.names();
        return ids.stream()
                .map(id -> new Usage(
                        names.text(id[0]), names.text(id[1]), names.text(id[2]), names.text(id[3]), (int) id[4], id[5]))
                .toList();
    }

    private static String hash(final String key) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
