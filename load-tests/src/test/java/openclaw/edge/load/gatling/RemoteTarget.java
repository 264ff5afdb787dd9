package openclaw.edge.load.gatling;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.Pause;

/**
 * Nodes that run already: {@code -Dtarget=} names their listeners, {@code -Dadmin=} their admin listeners (with
 * {@code -DadminToken=}), {@code -Dkeys=} API keys. Their books are their metrics; nobody else may ask them meanwhile.
 */
final class RemoteTarget implements Target {
    private static final String USUAL_ADMIN = "http://127.0.0.1:9901";
    private static final String NONE = "none";
    private static final int TRIES = 100;
    private static final long PAUSE_MS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> urls;
    private final List<String> keys;
    private final List<String> admins;
    private NodeBooks before;

    RemoteTarget(final List<String> urls, final List<String> keys, final List<String> admins) {
        this.urls = List.copyOf(urls);
        this.keys = List.copyOf(keys);
        this.admins = List.copyOf(admins);
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("-Dtarget= needs -Dkeys=KEY[,KEY...], API keys of tenants there");
        }
    }

    static RemoteTarget named() {
        Profile.refuse("the target runs already, expected no -Dtarget=");
        final List<String> urls = Knobs.urls("target");
        return new RemoteTarget(urls, Knobs.list("keys"), admins(urls));
    }

    private static List<String> admins(final List<String> urls) {
        final String named = Knobs.text("admin").orElse("");
        if (named.equals(NONE)) {
            return List.of();
        }
        if (!named.isEmpty()) {
            return Knobs.urls("admin");
        }
        if (urls.size() == 1 && isLoopback(urls.get(0))) {
            return List.of(USUAL_ADMIN);
        }
        throw new IllegalArgumentException(
                "-Dtarget= of another machine, or of several nodes, needs -Dadmin=URL[,URL...], the"
                        + " admin listeners of all nodes behind it, or -Dadmin=none to do without conservation");
    }

    private static boolean isLoopback(final String url) {
        try {
            return InetAddress.getByName(URI.create(url).getHost()).isLoopbackAddress();
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException("-Dtarget=" + url + ": no address of that name", e);
        }
    }

    @Override
    public List<String> urls() {
        return urls;
    }

    @Override
    public List<String> keys() {
        return keys;
    }

    @Override
    public void begin() throws IOException {
        if (!admins.isEmpty()) {
            before = NodeBooks.of(scrape());
        }
    }

    @Override
    public List<Row> settle(final ClientBooks clients) throws IOException {
        final List<Row> rows = new ArrayList<>();
        rows.add(Conservation.noFailures(clients));
        if (admins.isEmpty()) {
            rows.add(Row.told("conservation: not looked at (-Dadmin=none)", ""));
            return rows;
        }
        List<Row> found = Conservation.ofMetrics(clients, NodeBooks.of(scrape()).since(before));
        // What was answered last may still be on its way into the books, and from node to node.
        for (int i = 0; i < TRIES && !found.stream().allMatch(Row::holds); i++) {
            Pause.ms(PAUSE_MS);
            found = Conservation.ofMetrics(clients, NodeBooks.of(scrape()).since(before));
        }
        rows.addAll(found);
        return rows;
    }

    private List<Metrics> scrape() throws IOException {
        final List<Metrics> scraped = new ArrayList<>();
        for (final String admin : admins) {
            scraped.add(scrape(URI.create(admin + "/metrics")));
        }
        return scraped;
    }

    private Metrics scrape(final URI uri) throws IOException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
        Knobs.text("adminToken").ifPresent(token -> request.header("Authorization", "Bearer " + token));
        try {
            final HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("GET " + uri + " was answered " + response.statusCode()
                        + ", expected 200: -Dadmin= is the admin listener, -DadminToken= its token");
            }
            return Metrics.parse(response.body());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while scraping " + uri, e);
        }
    }

    @Override
    public void close() {
        // Nothing was started.
    }
}
