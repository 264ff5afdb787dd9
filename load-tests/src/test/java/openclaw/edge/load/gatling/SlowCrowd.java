package openclaw.edge.load.gatling;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.RawClient;

/** Clients that send and read a little at a time, each on a thread of its own, one request after another, until they are told to stop. */
final class SlowCrowd implements AutoCloseable {
    private static final int PAUSE_MS = 100;
    private static final int BODY_BYTES = 16_384;
    private static final int PIECE_BYTES = 512;
    private static final int HEAD_PIECE_BYTES = 8;
    private static final int READ_BYTES = 32_768;
    private static final int SMALL_BUFFER_BYTES = 8_192;

    private final URI url;
    private final String key;
    private final ClientBooks clients;
    private final String path;
    private final String largePath;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean isOver;

    /**
     * Begins.
     *
     * @param target whose first listener speaks plain HTTP
     * @param path of what is asked for
     * @param largePath of what is read slowly
     */
    SlowCrowd(
            final Target target,
            final String path,
            final String largePath,
            final ClientBooks clients,
            final int count) {
        final String url = target.urls().get(0);
        this.url = URI.create(url);
        this.key = target.keys().get(0);
        this.path = path;
        this.largePath = largePath;
        this.clients = clients;
        if (!"http".equals(this.url.getScheme())) {
            throw new IllegalArgumentException("slow clients speak plain HTTP, expected http://..., found " + url);
        }
        for (int i = 0; i < count; i++) {
            final int kind = i % 3;
            final Thread thread = new Thread(() -> run(kind), "slow client " + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(final int kind) {
        while (!isOver) {
            final String id = clients.next();
            try {
                clients.answered(id, kind == 0 ? slowHead(id) : kind == 1 ? slowBody(id) : slowReader(id));
            } catch (final IOException e) {
                failures.add(List.of("slow head", "slow body", "slow reader").get(kind) + ": " + e);
            }
        }
    }

    private RawClient connect(final int bufferBytes) throws IOException {
        return RawClient.connect(url.getHost(), url.getPort() < 0 ? 80 : url.getPort(), bufferBytes);
    }

    private String head(final String id, final String line, final String more) {
        return line + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nx-api-key: " + key + "\r\nX-Request-Id: " + id
                + "\r\n" + more + "\r\n";
    }

    private int slowHead(final String id) throws IOException {
        try (RawClient client = connect(0)) {
            slowly(client, head(id, "GET " + path, ""), HEAD_PIECE_BYTES);
            return client.read().status();
        }
    }

    private int slowBody(final String id) throws IOException {
        try (RawClient client = connect(0)) {
            client.send(head(id, "POST " + path, "Content-Length: " + BODY_BYTES + "\r\n"));
            slowly(client, "b".repeat(BODY_BYTES), PIECE_BYTES);
            return client.read().status();
        }
    }

    private static void slowly(final RawClient client, final String text, final int pieceBytes) throws IOException {
        for (int at = 0; at < text.length(); at += pieceBytes) {
            client.send(text.substring(at, Math.min(text.length(), at + pieceBytes)));
            Pause.ms(PAUSE_MS);
        }
    }

    private int slowReader(final String id) throws IOException {
        try (RawClient client = connect(SMALL_BUFFER_BYTES)) {
            client.send(head(id, "GET " + largePath, ""));
            final List<String> head = client.readHead();
            final long[] unpaused = new long[1];
            final long read = client.readBody(head, (bytes, length) -> {
                unpaused[0] += length;
                if (unpaused[0] >= READ_BYTES) {
                    unpaused[0] = 0;
                    Pause.ms(PAUSE_MS);
                }
            });
            if (read < 0) {
                throw new IOException("the answer ended after " + (-1 - read) + " bytes");
            }
            return Integer.parseInt(head.get(0).split(" ", 3)[1]);
        }
    }

    /** What went wrong so far. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Lets them end what they are at. */
    @Override
    public void close() {
        isOver = true;
        for (final Thread thread : threads) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while slow clients ended", e);
            }
        }
    }
}
