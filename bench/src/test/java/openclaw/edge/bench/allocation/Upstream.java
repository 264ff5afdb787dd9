package openclaw.edge.bench.allocation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Answers every request at once, with a length or in chunks, or echoes a tunnel, on a thread per connection. */
final class Upstream implements AutoCloseable {
    private static final byte[] BY_LENGTH =
            ascii("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 41\r\n\r\n"
                    + "{\"subject\":\"example.com\",\"score\":0.87   }");
    private static final byte[] CHUNKED = ascii(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n15\r\n{\"subject\":\"example.c\r\n14\r\nom\",\"score\":0.87   }\r\n0\r\n\r\n");
    private static final byte[] SWITCHING =
            ascii("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    private static final byte[] POST = ascii("POST ");
    private static final int POST_BODY_BYTES = 25;

    private final ServerSocket server;

    Upstream() throws IOException {
        server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                final Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                start(() -> serve(socket));
            } catch (final IOException e) {
                if (!server.isClosed()) {
                    throw new IllegalStateException("the upstream cannot accept", e);
                }
            }
        }
    }

    /** One request is in flight per connection, and comes whole: a read that ends a message is a message. */
    private static void serve(final Socket socket) {
        final byte[] in = new byte[8192];
        try (socket) {
            final InputStream input = socket.getInputStream();
            final OutputStream output = socket.getOutputStream();
            int length = 0;
            int n;
            while ((n = input.read(in, length, in.length - length)) > 0) {
                length += n;
                if (isWhole(in, length)) {
                    if (in[5] == 't') {
                        output.write(SWITCHING);
                        input.transferTo(output);
                        return;
                    }
                    output.write(in[5] == 'c' ? CHUNKED : BY_LENGTH);
                    length = 0;
                }
            }
        } catch (final IOException e) {
            // The node closes its pool at the end of a run.
            return;
        }
    }

    private static boolean isWhole(final byte[] in, final int length) {
        final int end = in[0] == POST[0] ? length - POST_BODY_BYTES : length;
        return end >= 4 && in[end - 4] == '\r' && in[end - 3] == '\n' && in[end - 2] == '\r' && in[end - 1] == '\n';
    }

    private static void start(final Runnable task) {
        final Thread thread = new Thread(task, "upstream");
        thread.setDaemon(true);
        thread.start();
    }

    private static byte[] ascii(final String s) {
        return s.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
