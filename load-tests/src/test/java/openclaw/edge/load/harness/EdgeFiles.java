package openclaw.edge.load.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The configuration of one node in a directory of its own: {@code edge.yaml} and {@code billing.yaml}. */
public final class EdgeFiles {
    /** Has wide limits. */
    public static final String KEY = "key-of-acme-5d0b";

    public static final String TENANT = "tenant-acme";

    /** Has a bucket of {@link #NARROW_CAPACITY} tokens that does not refill within a test. */
    public static final String NARROW_KEY = "key-of-narrow-11c3";

    public static final String NARROW_TENANT = "tenant-narrow";
    public static final int NARROW_CAPACITY = 20;

    private static final String CATALOG = """
            plans:
              wide:
                subscription_fee: 49.00
                monthly_quota: 1_000_000_000
                overage: allow
                overage_rate: 0.00002
                limits:
                  - {name: tenant, per: tenant, capacity: 1000000000, refill_rate: 1000000000, interval_seconds: 1}
                  - {name: agent, per: agent, capacity: 1000000000, refill_rate: 1000000000, interval_seconds: 1}
              narrow:
                monthly_quota: 1000
                overage: allow
                overage_rate: 0.001
                limits:
                  - {name: tenant, per: tenant, capacity: %d, refill_rate: 1, interval_seconds: 86400}
            tenants:
              - {id: %s, plan: wide, api_keys: ["sha256:%s"]}
              - {id: %s, plan: narrow, api_keys: ["sha256:%s"]}
            billing: {currency: USD, invoice_day: 1, time_zone: UTC}
            """;

    private final Path directory;
    private final int port;
    private final int adminPort;

    private EdgeFiles(final Path directory, final int port, final int adminPort) {
        this.directory = directory;
        this.port = port;
        this.adminPort = adminPort;
    }

    /**
     * Writes both files.
     *
     * @param upstreamPort of the upstream on the loopback address
     * @param more further lines of edge.yaml; must not name listen, upstream, catalog, data or admin
     */
    public static EdgeFiles write(final Path directory, final int upstreamPort, final String more) throws IOException {
        return write(directory, upstreamPort, "", more);
    }

    /**
     * Writes both files.
     *
     * @param upstreamMore further lines inside {@code upstream:}, indented by two
     */
    public static EdgeFiles write(
            final Path directory, final int upstreamPort, final String upstreamMore, final String more)
            throws IOException {
        final EdgeFiles files = new EdgeFiles(directory, FreePorts.next(), FreePorts.next());
        final String edge = """
                listen: 127.0.0.1:%d
                upstream:
                  servers: [http://127.0.0.1:%d]
                %s
                catalog: [billing.yaml]
                data: data
                admin: {listen: 127.0.0.1:%d}
                %s
                """.formatted(files.port, upstreamPort, upstreamMore, files.adminPort, more);
        Files.writeString(files.edgeYaml(), edge);
        Files.writeString(
                files.catalog(),
                CATALOG.formatted(NARROW_CAPACITY, TENANT, sha256(KEY), NARROW_TENANT, sha256(NARROW_KEY)));
        return files;
    }

    public Path directory() {
        return directory;
    }

    public Path edgeYaml() {
        return directory.resolve("edge.yaml");
    }

    public Path catalog() {
        return directory.resolve("billing.yaml");
    }

    public Path journal() {
        return directory.resolve("data").resolve("journal");
    }

    /** Where clients connect to. */
    public int port() {
        return port;
    }

    public int adminPort() {
        return adminPort;
    }

    /** The hash of a key, as catalogs hold it without its prefix. */
    public static String sha256(final String key) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
