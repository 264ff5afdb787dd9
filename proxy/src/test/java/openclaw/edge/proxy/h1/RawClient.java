package openclaw.edge.proxy.h1;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that sends bytes as told and reads responses strictly. */
public final class RawClient implements AutoCloseable {
    /** One response as it came. */
    public record Response(String head, String body) {
        public int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        public boolean has(final String line) {
            return head.toLowerCase(Locale.ROOT).contains("\r\n" + line.toLowerCase(Locale.ROOT) + "\r\n");
        }
    }

    public final Socket socket;
    public final InputStream in;

    public RawClient(final int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        in = socket.getInputStream();
    }

    public RawClient send(final String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    public Response get(final String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").read();
    }

    public Response read() throws IOException {
        final String head = ScriptedUpstream.readHead(in);
        if (head == null) {
            throw new IOException("closed before a response");
        }
        final String body = head.startsWith("HTTP/1.1 1") || head.startsWith("HTTP/1.1 204")
                ? ""
                : new String(ScriptedUpstream.readBody(head, in), StandardCharsets.ISO_8859_1);
        return new Response(head, body);
    }

    public String readToEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    public boolean isClosedByPeer() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
