package openclaw.edge.load.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands in for a model provider: answers every chat completion with the same words, plain or streamed, with usage. */
final class ModelServer implements AutoCloseable {
    static final String MODEL = "echo-1";
    static final int INPUT_TOKENS = 42;
    static final int OUTPUT_TOKENS = 3;

    private static final String[] WORDS = {"Rated ", "example.com: ", "0.87"};
    /** What the words add up to. */
    static final String TEXT = String.join("", WORDS);

    private static final String USAGE = "\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}"
            .formatted(INPUT_TOKENS, OUTPUT_TOKENS, INPUT_TOKENS + OUTPUT_TOKENS);
    private static final String HEAD = "{\"id\":\"c1\",\"created\":1,\"model\":\"" + MODEL + "\",\"object\":";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private ModelServer(final HttpServer server) {
        this.server = server;
    }

    static ModelServer start() throws IOException {
        final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        final ModelServer model = new ModelServer(server);
        server.createContext("/v1/models", ModelServer::models);
        server.createContext("/v1/chat/completions", ModelServer::complete);
        server.setExecutor(model.threads);
        server.start();
        return model;
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void models(final HttpExchange exchange) throws IOException {
        answer(exchange, "{\"object\":\"list\",\"data\":[{\"id\":\"" + MODEL + "\",\"object\":\"model\"}]}");
    }

    private static void complete(final HttpExchange exchange) throws IOException {
        final String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (request.replace(" ", "").contains("\"stream\":true")) {
            stream(exchange);
        } else {
            answer(
                    exchange,
                    HEAD
                            + "\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                            + TEXT + "\"},\"finish_reason\":\"stop\"}]," + USAGE + "}");
        }
    }

    private static void answer(final HttpExchange exchange, final String json) throws IOException {
        final byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void stream(final HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        final OutputStream out = exchange.getResponseBody();
        for (final String word : WORDS) {
            event(out, chunk("{\"content\":\"" + word + "\"}", "null"));
        }
        event(out, chunk("{}", "\"stop\""));
        event(out, HEAD + "\"chat.completion.chunk\",\"choices\":[]," + USAGE + "}");
        event(out, "[DONE]");
        exchange.close();
    }

    private static String chunk(final String delta, final String finish) {
        return HEAD + "\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":"
                + finish + "}]}";
    }

    private static void event(final OutputStream out, final String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
