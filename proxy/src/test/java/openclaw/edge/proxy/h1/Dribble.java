package openclaw.edge.proxy.h1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Takes one connection and passes it on in pieces of one size, with a little time between them. */
final class Dribble implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    Dribble(final int to, final int pieceBytes) throws IOException {
        start(() -> {
            try (Socket client = server.accept();
                    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), to)) {
                upstream.setTcpNoDelay(true);
                start(() -> copy(upstream, client, 65_536));
                copy(client, upstream, pieceBytes);
            } catch (final IOException e) {
                // Either side may go; the test sees that at its ends.
                return;
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    private static void copy(final Socket from, final Socket to, final int pieceBytes) {
        final byte[] piece = new byte[pieceBytes];
        try {
            final InputStream in = from.getInputStream();
            final OutputStream out = to.getOutputStream();
            int n;
            while ((n = in.read(piece)) > 0) {
                out.write(piece, 0, n);
                Thread.onSpinWait();
            }
        } catch (final IOException e) {
            return;
        }
    }

    private static void start(final Runnable task) {
        final Thread thread = new Thread(task, "dribble");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
