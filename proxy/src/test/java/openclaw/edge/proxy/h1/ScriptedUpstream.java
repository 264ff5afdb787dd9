package openclaw.edge.proxy.h1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream of plain sockets: reads whole requests and lets a script answer each. */
public final class ScriptedUpstream implements AutoCloseable {
    /** One request as it came. */
    public record Received(String head, String bodyText, int connection) {}

    /** Answers a request; closing the socket is allowed. */
    public interface Script {
        void answer(Received request, OutputStream out, Socket socket) throws IOException, InterruptedException;
    }

    public final List<Received> received = new CopyOnWriteArrayList<>();
    public final List<Throwable> failures = new CopyOnWriteArrayList<>();
    public final AtomicInteger accepted = new AtomicInteger();
    /** Run when a head is there and before its body is read; null: nothing is. */
    public volatile Script beforeBody;

    public volatile Script script = (request, out, socket) -> ok(out, request.bodyText());

    private final ServerSocket server;
    private final Thread acceptor;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public ScriptedUpstream() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    /** @param server bound already */
    public ScriptedUpstream(final ServerSocket server) {
        this.server = server;
        acceptor = start(this::accept);
    }

    public static void ok(final OutputStream out, final String body) throws IOException {
        write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    public static void write(final OutputStream out, final String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = server.accept();
                sockets.add(socket);
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
        try (socket) {
            final InputStream in = socket.getInputStream();
            while (true) {
                final String head = readHead(in);
                if (head == null) {
                    return;
                }
                final Script early = beforeBody;
                if (early != null) {
                    early.answer(new Received(head, "", number), socket.getOutputStream(), socket);
                }
                final Received request =
                        new Received(head, new String(readBody(head, in), StandardCharsets.ISO_8859_1), number);
                received.add(request);
                script.answer(request, socket.getOutputStream(), socket);
                if (socket.isClosed()) {
                    return;
                }
            }
        } catch (final IOException e) {
            // The proxy may close at any time; what the test is about is seen at the client.
            return;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String readHead(final InputStream in) throws IOException {
        final ByteArrayOutputStream head = new ByteArrayOutputStream();
        int tail = 0;
        while (tail != 0x0D0A0D0A) {
            final int b = in.read();
            if (b < 0) {
                return null;
            }
            head.write(b);
            tail = tail << 8 | b;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    static byte[] readBody(final String head, final InputStream in) throws IOException {
        final String lower = head.toLowerCase(Locale.ROOT);
        final int at = lower.indexOf("\r\ncontent-length:");
        if (at >= 0) {
            final int from = at + "\r\ncontent-length:".length();
            return readWhole(
                    in,
                    Integer.parseInt(
                            lower.substring(from, lower.indexOf('\r', from)).trim()));
        }
        if (!lower.contains("\r\ntransfer-encoding: chunked")) {
            return new byte[0];
        }
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            final int length = Integer.parseInt(readLine(in), 16);
            if (length == 0) {
                String trailer = readLine(in);
                while (!trailer.isEmpty()) {
                    trailer = readLine(in);
                }
                return body.toByteArray();
            }
            body.write(readWhole(in, length));
            readLine(in);
        }
    }

    /** A body that ends early is no request that was received. */
    private static byte[] readWhole(final InputStream in, final int length) throws IOException {
        final byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new IOException("end of input after " + body.length + " of " + length + " bytes");
        }
        return body;
    }

    static String readLine(final InputStream in) throws IOException {
        final StringBuilder line = new StringBuilder();
        int b;
        while ((b = in.read()) != '\n') {
            if (b < 0) {
                throw new IOException("end of input in a line: " + line);
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    private static Thread start(final Runnable task) {
        final Thread thread = new Thread(task, "upstream");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Stops accepting and closes everything. */
    @Override
    public void close() throws IOException {
        server.close();
        try {
            // A connection made while the listener closes could still be accepted, and served.
            acceptor.join(5_000);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (final Socket socket : sockets) {
            socket.close();
        }
    }
}
