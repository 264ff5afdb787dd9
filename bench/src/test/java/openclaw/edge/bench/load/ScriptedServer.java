package openclaw.edge.bench.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Answers each head with what a script says for its number: the bytes of a response, or null to close without one. */
final class ScriptedServer implements AutoCloseable {
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final ServerSocket listening;
    private final AtomicInteger requests = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final IntFunction<String> script;
    private volatile String lastHead = "";

    ScriptedServer(final IntFunction<String> script) throws IOException {
        this(new ServerSocket(0, 512, InetAddress.getLoopbackAddress()), script);
    }

    /** One that listens there; it closes it. */
    ScriptedServer(final ServerSocket listening, final IntFunction<String> script) {
        this.listening = listening;
        this.script = script;
        daemon(this::accept);
    }

    private static void daemon(final Runnable task) {
        final Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (final IOException e) {
            // Closed: the test is over.
            open.clear();
        }
    }

    private void serve(final Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream())) {
            for (String head = head(in); head != null; head = head(in)) {
                lastHead = head;
                final String answer = script.apply(requests.getAndIncrement());
                if (answer == null) {
                    return;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (final IOException e) {
            // The client has gone, or the test is over.
            open.remove(socket);
        }
    }

    private static String head(final InputStream in) throws IOException {
        final StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            final int next = in.read();
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    String url(final String path) {
        return "http://127.0.0.1:" + listening.getLocalPort() + path;
    }

    int requests() {
        return requests.get();
    }

    String lastHead() {
        return lastHead;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (final Socket socket : open) {
            socket.close();
        }
    }
}
