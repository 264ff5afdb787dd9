package openclaw.edge.proxy.notice;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;

/** A receiver of notices that answers as it is told, 200 when it is told nothing. */
final class WebhookServer implements AutoCloseable {
    private static final int HANG = -1;
    private static final int ENDLESS = -2;

    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    private record Answer(int status, String retryAfter) {}

    /** What came: fields by lower-case name. */
    record Received(String path, Map<String, String> fields, String body) {}

    /** @param tls of the server; null: plain HTTP */
    WebhookServer(final SSLContext tls) throws IOException {
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls == null) {
            server = HttpServer.create(address, 0);
        } else {
            final HttpsServer secure = HttpsServer.create(address, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secure;
        }
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** The next answer not yet told. */
    WebhookServer then(final int status) {
        return then(status, null);
    }

    WebhookServer then(final int status, final String retryAfter) {
        answers.add(new Answer(status, retryAfter));
        return this;
    }

    /** A request that is never answered. */
    WebhookServer thenHang() {
        return then(HANG);
    }

    /** An answer whose body never ends. */
    WebhookServer thenEndless() {
        return then(ENDLESS);
    }

    private void answer(final HttpExchange exchange) throws IOException {
        final Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> fields.put(name, String.join(", ", values)));
        final String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        final Answer next = answers.poll();
        received.add(new Received(exchange.getRequestURI().toString(), fields, body));
        final Answer answer = next == null ? new Answer(200, null) : next;
        if (answer.status == HANG) {
            awaitClose();
            exchange.close();
            return;
        }
        if (answer.retryAfter != null) {
            exchange.getResponseHeaders().set("Retry-After", answer.retryAfter);
        }
        exchange.getResponseHeaders().set("Location", "/elsewhere");
        exchange.sendResponseHeaders(answer.status == ENDLESS ? 200 : answer.status, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            final byte[] some = new byte[8_192];
            do {
                out.write(some);
                out.flush();
            } while (answer.status == ENDLESS && closing.getCount() > 0);
        } catch (final IOException e) {
            // The client does not want it.
            exchange.close();
        }
    }

    private void awaitClose() {
        try {
            closing.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next request, as soon as it is there. */
    Received take() throws InterruptedException {
        return received.take();
    }

    /** How many requests came that were not taken. */
    int waiting() {
        return received.size();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** The webhook. */
    String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
