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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An upstream that reads with {@link StrictModel}, keeps every message, and answers with its number, in several framings. */
final class RecordingUpstream implements AutoCloseable {
    /** Whole requests in the order in which they were complete. */
    final List<StrictMessage> received = new CopyOnWriteArrayList<>();
    /** Why a connection carried something that is no strict request; must stay empty. */
    final List<String> offences = new CopyOnWriteArrayList<>();

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    RecordingUpstream() throws IOException {
        start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = server.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (final IOException e) {
            if (!server.isClosed()) {
                offences.add(e.toString());
            }
        }
    }

    private void serve(final Socket socket) {
        try (socket) {
            final InputStream in = socket.getInputStream();
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            final byte[] piece = new byte[8192];
            int at = 0;
            for (int n = in.read(piece); n > 0; n = in.read(piece)) {
                bytes.write(piece, 0, n);
                final StrictModel model =
                        new StrictModel(bytes.toByteArray(), null, StrictModel.Flaw.NONE).behindProxy();
                StrictMessage message = model.judge(at);
                while (message.whole) {
                    at = message.end;
                    if (answer(message, socket.getOutputStream())) {
                        return;
                    }
                    message = model.judge(at);
                }
                if (message.refused) {
                    offences.add(message.statuses + " at " + at + " of " + bytes.toString(StandardCharsets.ISO_8859_1));
                }
            }
        } catch (final IOException e) {
            // The proxy may close at any time; what counts is what came before.
            return;
        }
    }

    /** Returns whether the connection ends. */
    private boolean answer(final StrictMessage message, final OutputStream out) throws IOException {
        final int number;
        synchronized (received) {
            number = received.size();
            received.add(message);
        }
        final String body = message.method.equals("HEAD") ? "" : "number " + number;
        final String field = "HTTP/1.1 200 OK\r\nX-Number: " + number + "\r\n";
        final int form = number % 5;
        final String text = switch (form) {
            case 0 ->
                field + "Transfer-Encoding: chunked\r\n\r\n"
                        + (body.isEmpty()
                                ? ""
                                : "1;x=\"y\"\r\nn\r\n" + Integer.toHexString(body.length() - 1) + "\r\n"
                                        + body.substring(1) + "\r\n0\r\n\r\n");
            case 1 -> field + "Connection: close\r\n\r\n" + body;
            case 2 ->
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + field + "Content-Length: " + body.length() + "\r\n\r\n"
                        + body;
            default -> field + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        };
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return form == 1;
    }

    private static void start(final Runnable task) {
        final Thread thread = new Thread(task, "recording-upstream");
        thread.setDaemon(true);
        thread.start();
    }

    List<StrictMessage> receivedFrom(final int index) {
        return new ArrayList<>(received.subList(index, received.size()));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (final Socket socket : sockets) {
            socket.close();
        }
    }
}
