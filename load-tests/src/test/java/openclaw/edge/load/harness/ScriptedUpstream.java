package openclaw.edge.load.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** An upstream that does to each request what a script says; a thread for each connection. */
public final class ScriptedUpstream implements AutoCloseable {
    private final ServerSocket listener;
    private final Script script;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        final Thread thread = new Thread(task, "upstream");
        thread.setDaemon(true);
        return thread;
    });
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();
    private final Queue<List<String>> heads = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private volatile boolean closed;

    private ScriptedUpstream(final ServerSocket listener, final Script script) {
        this.listener = listener;
        this.script = script;
    }

    /** What to do with a request whose head has been read. */
    @FunctionalInterface
    public interface Script {
        /** Answers; returning false closes the connection. */
        boolean answer(Turn turn) throws IOException;
    }

    /** One request on one connection. */
    public static final class Turn {
        private final List<String> head;
        private final WireReader reader;
        private final Socket socket;
        private long bodyBytes = -1;

        private Turn(final List<String> head, final WireReader reader, final Socket socket) {
            this.head = head;
            this.reader = reader;
            this.socket = socket;
        }

        public List<String> head() {
            return head;
        }

        /** The request's target. */
        public String path() {
            return head.get(0).split(" ", 3)[1];
        }

        public String method() {
            return head.get(0).split(" ", 3)[0];
        }

        public String field(final String name) {
            return WireReader.field(head, name);
        }

        /** Reads the body; its length, or -1 when the proxy closed before its end. */
        public long readBody() throws IOException {
            if (bodyBytes < 0) {
                final ByteArrayOutputStream body = new ByteArrayOutputStream();
                if (WireReader.isChunked(head)) {
                    bodyBytes = Math.max(-1, reader.chunks(body));
                } else {
                    final String length = field("Content-Length");
                    final long expected = length == null ? 0 : Long.parseLong(length);
                    bodyBytes = reader.bytes(expected, body) == expected ? expected : -1;
                }
            }
            return bodyBytes;
        }

        /** Reads the body, given on as it comes; its length, or -1 when the proxy closed before its end. */
        public long readBody(final BodySink body) throws IOException {
            bodyBytes = Math.max(-1, reader.body(head, false, body));
            return bodyBytes;
        }

        /** Bounds what the kernel holds of this connection from now on to about {@code bytes} each way. */
        public void bufferBytes(final int bytes) throws IOException {
            socket.setSendBufferSize(bytes);
            socket.setReceiveBufferSize(bytes);
        }

        public void send(final String text) throws IOException {
            send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void send(final byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        public OutputStream output() throws IOException {
            return socket.getOutputStream();
        }

        /** A whole response with its length. */
        public boolean respond(final int status, final String body) throws IOException {
            send("HTTP/1.1 " + status + " Status\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + (method().equals("HEAD") ? "" : body));
            return true;
        }

        /** Closes with RST. */
        public boolean reset() throws IOException {
            socket.setSoLinger(true, 0);
            return false;
        }
    }

    /** Starts listening on a port of the system's choice. */
    public static ScriptedUpstream start(final Script script) throws IOException {
        final ServerSocket listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        final ScriptedUpstream upstream = new ScriptedUpstream(listener, script);
        upstream.threads.execute(upstream::accept);
        return upstream;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Requests whose head was read. */
    public long requests() {
        return requests.get();
    }

    /** Heads read since the last call, oldest first; at most the first few thousand. */
    public List<List<String>> takeHeads() {
        final List<List<String>> taken = List.copyOf(heads);
        heads.clear();
        return taken;
    }

    private void accept() {
        while (!closed) {
            try {
                final Socket socket = listener.accept();
                connections.add(socket);
                threads.execute(() -> serve(socket));
            } catch (final IOException e) {
                if (!closed) {
                    throw new IllegalStateException("the upstream cannot accept", e);
                }
            }
        }
    }

    private void serve(final Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            final WireReader reader = new WireReader(new BufferedInputStream(socket.getInputStream()));
            List<String> head = reader.head();
            while (head != null) {
                requests.incrementAndGet();
                if (heads.size() < 4096) {
                    heads.add(head);
                }
                final Turn turn = new Turn(head, reader, socket);
                if (!script.answer(turn) || turn.readBody() < 0) {
                    return;
                }
                head = reader.head();
            }
        } catch (final IOException expected) {
            // The proxy closes connections as it must; what that means for clients is what the tests look at.
            connections.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        for (final Socket socket : connections) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
