package openclaw.edge.proxy.h2;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream that speaks HTTP/2 frame by frame: a script answers each request, whole, and may send any nonsense. */
final class FrameServer implements AutoCloseable {
    /** One request as it came. */
    static final class Request {
        final FrameClient on;
        final int connection;
        final int stream;
        final Map<String, String> head;
        final Windows windows;
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        Map<String, String> trailers;

        Request(
                final FrameClient on,
                final Windows windows,
                final int connection,
                final int stream,
                final Map<String, String> head) {
            this.on = on;
            this.windows = windows;
            this.connection = connection;
            this.stream = stream;
            this.head = head;
        }

        String path() {
            return head.get(":path");
        }

        String text() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }

        /** Answers 200 with a body that fits into any window. */
        void ok(final String text) throws IOException {
            on.headers(stream, false, ":status: 200", "content-length: " + text.length());
            on.data(stream, true, text);
        }

        /** Answers 200 with a body that may be longer than the windows, which it keeps to, while other requests are served. */
        void okByAndBy(final String text) {
            start(() -> {
                try {
                    on.headers(stream, false, ":status: 200", "content-length: " + text.length());
                    for (int at = 0; at < text.length(); ) {
                        final int count = windows.take(stream, Math.min(text.length() - at, 16_384));
                        on.data(stream, at + count == text.length(), text.substring(at, at + count));
                        at += count;
                    }
                } catch (final IOException | InterruptedException e) {
                    // The proxy may close at any time; what the test is about is seen at the client.
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** What the proxy takes on one connection. */
    static final class Windows {
        private final Map<Integer, Integer> left = new HashMap<>(Map.of(0, 65_535));
        private int initial = 65_535;

        synchronized void initial(final int bytes) {
            initial = bytes;
        }

        synchronized void grow(final int stream, final int bytes) {
            left.put(stream, left.getOrDefault(stream, initial) + bytes);
            notifyAll();
        }

        /** Takes so many, or as many as there are; waits for one at least. */
        synchronized int take(final int stream, final int most) throws InterruptedException {
            left.putIfAbsent(stream, initial);
            int count = 0;
            while (count <= 0) {
                count = Math.min(most, Math.min(left.get(0), left.get(stream)));
                if (count <= 0) {
                    wait();
                }
            }
            left.merge(0, -count, Integer::sum);
            left.merge(stream, -count, Integer::sum);
            return count;
        }

        synchronized int left(final int stream) {
            return left.getOrDefault(stream, initial);
        }
    }

    /** Answers a request. */
    interface Script {
        void answer(Request request) throws Exception;
    }

    final List<Request> received = new CopyOnWriteArrayList<>();
    final List<FrameClient> connections = new CopyOnWriteArrayList<>();
    final List<FrameClient.Frame> resets = new CopyOnWriteArrayList<>();
    final List<FrameClient.Frame> goneAway = new CopyOnWriteArrayList<>();
    final List<FrameClient.Frame> settingsReceived = new CopyOnWriteArrayList<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final AtomicInteger accepted = new AtomicInteger();

    /** Sent when a connection begins: pairs of id and value. */
    volatile int[] settings = {};

    /** PINGs received, on all connections. */
    final AtomicInteger pings = new AtomicInteger();

    /** False: requests are answered with five bytes, and forgotten. */
    volatile boolean keepsRequests = true;

    /** Whether windows grow as bytes come. */
    volatile boolean credits = true;

    /** The last connection that answers PING. */
    volatile int lastThatPongs = Integer.MAX_VALUE;

    /** Run on each head, before the body; null: nothing is. */
    volatile Script onHead;

    volatile Script script = request -> request.ok(request.text());

    private final ServerSocket server;

    FrameServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = server.accept();
                final int number = accepted.incrementAndGet();
                start(() -> serve(socket, number));
            }
        } catch (final IOException e) {
            if (!server.isClosed()) {
                failures.add(e);
            }
        }
    }

    private void serve(final Socket socket, final int number) {
        try (FrameClient on = new FrameClient(socket)) {
            socket.setSoTimeout(0);
            connections.add(on);
            final byte[] preface = socket.getInputStream().readNBytes(FrameClient.PREFACE.length);
            if (preface.length < FrameClient.PREFACE.length) {
                return;
            }
            on.settings(settings);
            final Windows windows = new Windows();
            final Map<Integer, Request> open = new HashMap<>();
            for (FrameClient.Frame frame = on.read(); frame != null; frame = on.read()) {
                take(frame, on, windows, number, open);
            }
        } catch (final IOException e) {
            // The proxy may close at any time; what the test is about is seen at the client.
            return;
        } catch (final Exception e) {
            failures.add(e);
        }
    }

    private void take(
            final FrameClient.Frame frame,
            final FrameClient on,
            final Windows windows,
            final int number,
            final Map<Integer, Request> open)
            throws Exception {
        final int stream = frame.stream();
        switch (frame.type()) {
            case FrameClient.SETTINGS -> {
                if ((frame.flags() & FrameClient.ACK) == 0) {
                    settingsReceived.add(frame);
                    windows.initial(UpstreamSettings.FIRST_WINDOW_BYTES);
                    on.frame(FrameClient.SETTINGS, FrameClient.ACK, 0, FrameClient.NONE);
                }
            }
            case FrameClient.HEADERS -> {
                final Map<String, String> fields = on.decode(frame.payload());
                final Request before = open.get(stream);
                if (before != null) {
                    before.trailers = fields;
                } else {
                    final Request request = new Request(on, windows, number, stream, fields);
                    open.put(stream, request);
                    if (onHead != null) {
                        onHead.answer(request);
                    }
                }
            }
            case FrameClient.DATA -> {
                final Request request = open.get(stream);
                if (request != null) {
                    request.body.writeBytes(frame.payload());
                }
                if (credits && frame.payload().length > 0) {
                    on.window(0, frame.payload().length);
                    if (!frame.isEnd()) {
                        on.window(stream, frame.payload().length);
                    }
                }
            }
            case FrameClient.RST_STREAM -> {
                resets.add(frame);
                open.remove(stream);
            }
            case FrameClient.WINDOW_UPDATE ->
                windows.grow(stream, ByteBuffer.wrap(frame.payload()).getInt());
            case FrameClient.GOAWAY -> goneAway.add(frame);
            case FrameClient.PING -> {
                pings.incrementAndGet();
                if (number <= lastThatPongs && (frame.flags() & FrameClient.ACK) == 0) {
                    on.frame(FrameClient.PING, FrameClient.ACK, 0, frame.payload());
                }
            }
            default -> {
                // Of no concern here.
            }
        }
        if (frame.isEnd() && open.containsKey(stream)) {
            final Request request = open.remove(stream);
            if (keepsRequests) {
                received.add(request);
                script.answer(request);
            } else {
                request.ok("12345");
            }
        }
    }

    private static void start(final Runnable task) {
        final Thread thread = new Thread(task, "upstream");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (final FrameClient connection : connections) {
            connection.close();
        }
    }
}
