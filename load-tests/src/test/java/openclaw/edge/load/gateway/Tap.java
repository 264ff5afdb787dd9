package openclaw.edge.load.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Relays connections to a port of this machine and keeps what was sent to it. */
final class Tap implements AutoCloseable {
    private static final int PIECE_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final int target;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Tap(final ServerSocket listener, final int target) {
        this.listener = listener;
        this.target = target;
    }

    static Tap before(final int target) throws IOException {
        final Tap tap = new Tap(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        tap.threads.execute(tap::accept);
        return tap;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** All that was sent since the last call, a character for each byte. */
    String take() {
        synchronized (seen) {
            final String text = seen.toString(StandardCharsets.ISO_8859_1);
            seen.reset();
            return text;
        }
    }

    private void accept() {
        try {
            while (true) {
                final Socket client = listener.accept();
                final Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(server);
                threads.execute(() -> relay(client, server, true));
                threads.execute(() -> relay(server, client, false));
            }
        } catch (final IOException closed) {
            // The test is over, or the gateway is: what hangs on it fails by itself.
        }
    }

    private void relay(final Socket from, final Socket to, final boolean isKept) {
        final byte[] piece = new byte[PIECE_BYTES];
        try {
            final InputStream in = from.getInputStream();
            final OutputStream out = to.getOutputStream();
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                if (isKept) {
                    synchronized (seen) {
                        seen.write(piece, 0, n);
                    }
                }
                out.write(piece, 0, n);
            }
            to.shutdownOutput();
        } catch (final IOException ended) {
            close(from);
            close(to);
        }
    }

    private static void close(final Socket socket) {
        try {
            socket.close();
        } catch (final IOException gone) {
            // It is closed all the same.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(Tap::close);
        threads.shutdownNow();
    }
}
