package openclaw.edge.proxy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.ScriptedUpstream;

/** A whole node in this process in front of upstreams that tests script. */
final class UpstreamsUnderTest implements AutoCloseable {
    static final String KEY = "ock_of_this_test";

    final EdgeNode node;

    /** @param upstream the keys of {@code upstream}, servers included */
    UpstreamsUnderTest(final Path directory, final int loops, final String upstream) throws IOException {
        this(directory, loops, upstream, "");
    }

    UpstreamsUnderTest(final Path directory, final int loops, final String upstream, final String more)
            throws IOException {
        Files.writeString(directory.resolve("billing.yaml"), """
                plans:
                  p:
                    limits: [{name: tenant, per: tenant, capacity: 1000000, refill_rate: 1, interval_seconds: 30}]
                tenants: [{id: t, plan: p, api_keys: ["sha256:%s"]}]
                billing: {currency: USD, invoice_day: 1, time_zone: UTC}
                """.formatted(PipelineFixture.sha256(KEY)));
        Files.writeString(directory.resolve("edge.yaml"), """
                listen: 127.0.0.1:0
                event_loops: %d
                upstream: {%s}
                catalog: [billing.yaml]
                admin: {listen: "127.0.0.1:0"}
                %s
                """.formatted(loops, upstream, more));
        node = EdgeNode.start(EdgeConfig.read(directory.resolve("edge.yaml")));
    }

    static String servers(final ScriptedUpstream... upstreams) {
        return "servers: "
                + List.of(upstreams).stream()
                        .map(upstream ->
                                "http://127.0.0.1:" + upstream.address().getPort())
                        .toList();
    }

    RawClient client() throws IOException {
        return new RawClient(node.addresses().get(0).getPort());
    }

    static String head(final String method, final String path, final String fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: h\r\nx-api-key: " + KEY + "\r\n" + fields + "\r\n";
    }

    static RawClient.Response get(final RawClient client, final String path) throws IOException {
        return client.send(head("GET", path, "")).read();
    }

    long count(final EdgeCounter counter) {
        return node.loops().stream()
                .mapToLong(loop -> loop.context().counters().get(counter))
                .sum();
    }

    /** A sample of {@code openclaw_upstream_<name>{server="<server>"}}; -1: there is none. */
    double metric(final String name, final String server) throws IOException, InterruptedException {
        final HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.adminAddress().getPort() + "/metrics"))
                .build();
        final HttpResponse<String> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        final String begin = String.format(Locale.ROOT, "openclaw_upstream_%s{server=\"%s\",} ", name, server);
        return response.body()
                .lines()
                .filter(line -> line.startsWith(begin))
                .mapToDouble(line -> Double.parseDouble(line.substring(begin.length())))
                .findFirst()
                .orElse(-1);
    }

    static String label(final ScriptedUpstream upstream) {
        return "127.0.0.1:" + upstream.address().getPort();
    }

    static void eventually(final Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 3_000; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("did not come true in half a minute");
    }

    @Override
    public void close() {
        node.drainAndClose();
    }
}
