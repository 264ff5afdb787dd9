package openclaw.edge.load.harness;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver of quota notices that takes them all. */
public final class Webhook implements AutoCloseable {
    private static final int NO_CONTENT = 204;

    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /** One POST. */
    public record Notice(String key, String body) {}

    /** Listens on a free port. */
    public Webhook() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            final String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            notices.add(new Notice(exchange.getRequestHeaders().getFirst("Idempotency-Key"), body));
            exchange.sendResponseHeaders(NO_CONTENT, -1);
            exchange.close();
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/notices";
    }

    /** What came so far, in its order. */
    public List<Notice> notices() {
        return notices;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
