package openclaw.edge.proxy.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A directory for one run of the demo, with its configuration, catalog and data; closing removes it. */
public final class DemoSite implements AutoCloseable {
    private static final int PROXY_PORT = 8080;
    private static final int ADMIN_PORT = 9901;

    private final Path directory;
    private final int proxyPort;
    private final int adminPort;

    private DemoSite(Path directory, int proxyPort, int adminPort) {
        this.directory = directory;
        this.proxyPort = proxyPort;
        this.adminPort = adminPort;
    }

    /**
     * Makes the directory and its files, and finds ports.
     *
     * @param usual whether the ports are 8080 and 9901 where these are free; else any free ones
     * @param ratingPort where the stand-in Rating API serves on the loopback address
     * @param teamKeyHash hash of the API key of the tenant with the larger plan
     * @param trialKeyHash hash of the API key of the tenant with the small one
     */
    public static DemoSite create(boolean usual, int ratingPort, String teamKeyHash, String trialKeyHash)
            throws IOException {
        Path directory = Files.createTempDirectory("openclaw-edge-demo-");
        DemoSite site;
        // Both are held until both are chosen: the kernel may give the same free one twice.
        try (ServerSocket proxy = bound(usual ? PROXY_PORT : 0);
                ServerSocket admin = bound(usual ? ADMIN_PORT : 0)) {
            site = new DemoSite(directory, proxy.getLocalPort(), admin.getLocalPort());
        }
        Files.writeString(site.edgeYaml(), site.edgeYamlText(ratingPort));
        Files.writeString(site.catalog(), catalogText(teamKeyHash, trialKeyHash));
        return site;
    }

    /** An address on this machine only. */
    public static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** At the given port when nobody has it, else at one that nobody has. */
    private static ServerSocket bound(int preferred) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(loopback(preferred));
            return socket;
        } catch (IOException taken) {
            socket.close();
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }
    }

    /** Where clients connect. */
    public int proxyPort() {
        return proxyPort;
    }

    /** Where health, metrics and usage are. */
    public int adminPort() {
        return adminPort;
    }

    /** Holds everything of this run. */
    public Path directory() {
        return directory;
    }

    /** The node's configuration. */
    public Path edgeYaml() {
        return directory.resolve("edge.yaml");
    }

    /** The catalog. */
    public Path catalog() {
        return directory.resolve("billing.yaml");
    }

    /** Where the journal's files are. */
    public Path journal() {
        return directory.resolve("data").resolve("journal");
    }

    private String edgeYamlText(int ratingPort) {
        return """
                listen: 127.0.0.1:%d
                upstream:
                  servers: [http://127.0.0.1:%d]
                catalog: [billing.yaml]
                data: data
                admin: {listen: 127.0.0.1:%d}
                log: {level: warn}
                """.formatted(proxyPort, ratingPort, adminPort);
    }

    private static String catalogText(String teamKeyHash, String trialKeyHash) {
        return """
                plans:
                  team:
                    subscription_fee: 49.00
                    monthly_quota: 10
                    overage: allow
                    overage_rate: 0.02
                    limits:
                      - {name: tenant, per: tenant, capacity: 60, refill_rate: 60, interval_seconds: 60}
                      - {name: agent, per: agent, capacity: 30, refill_rate: 30, interval_seconds: 60}
                    costs:
                      - {path: /v1/rate, tokens: 1}
                  trial:
                    monthly_quota: 1_000
                    overage: deny
                    limits:
                      - {name: tenant, per: tenant, capacity: 5, refill_rate: 5, interval_seconds: 60}
                tenants:
                  - id: acme
                    plan: team
                    api_keys: ["%s"]
                  - id: globex
                    plan: trial
                    api_keys: ["%s"]
                billing: {currency: USD, invoice_day: 1, time_zone: UTC}
                """.formatted(teamKeyHash, trialKeyHash);
    }

    @Override
    public void close() throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
