package openclaw.edge.load.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A connection of a client that sends what it is told to, legal or not. For one thread. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    /** Small, since tests open thousands of these; bodies are read past it. */
    private static final int BUFFER_BYTES = 4 * 1024;

    private final Socket socket;
    private final WireReader reader;

    private RawClient(final Socket socket) throws IOException {
        this.socket = socket;
        this.reader = new WireReader(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
    }

    /** Connects to a port of this machine. */
    public static RawClient connect(final int port) throws IOException {
        return connect(port, 0);
    }

    /** Connects with buffers of about {@code bufferBytes} both ways, 0 for the system's choice. */
    public static RawClient connect(final int port, final int bufferBytes) throws IOException {
        return new RawClient(open(port, bufferBytes));
    }

    /** Connects to any machine, with buffers of about {@code bufferBytes} both ways, 0 for the system's choice. */
    public static RawClient connect(final String host, final int port, final int bufferBytes) throws IOException {
        return new RawClient(open(new InetSocketAddress(host, port), bufferBytes));
    }

    private static Socket open(final int port, final int bufferBytes) throws IOException {
        return open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), bufferBytes);
    }

    private static Socket open(final InetSocketAddress address, final int bufferBytes) throws IOException {
        final Socket socket = new Socket();
        if (bufferBytes > 0) {
            socket.setReceiveBufferSize(bufferBytes);
            socket.setSendBufferSize(bufferBytes);
        }
        socket.connect(address, TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        return socket;
    }

    /** Connects by TLS, with buffers of about {@code bufferBytes} both ways, 0 for the system's choice. */
    public static RawClient connectTls(final int port, final SSLContext tls, final int bufferBytes) throws IOException {
        final Socket plain = open(port, bufferBytes);
        return new RawClient(tls.getSocketFactory().createSocket(plain, "localhost", port, true));
    }

    /** A GET with a key. */
    public static String get(final String key, final String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: rating.test\r\nAuthorization: Bearer " + key + "\r\n\r\n";
    }

    /** A POST with a key and its body's length. */
    public static String post(final String key, final String path, final String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: rating.test\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** One exchange on a connection of its own. */
    public static RawResponse once(final int port, final String request) throws IOException {
        try (RawClient client = connect(port)) {
            client.send(request);
            return client.read();
        }
    }

    public void send(final String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(final byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Ends the sending direction only. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with RST. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The response to a GET or POST. */
    public RawResponse read() throws IOException {
        return read("GET");
    }

    /**
     * The next response.
     *
     * @throws EOFException when the stream ended within or before a head
     */
    public RawResponse read(final String method) throws IOException {
        final List<Integer> interim = new ArrayList<>();
        List<String> head = head();
        while (status(head) < 200) {
            interim.add(status(head));
            head = head();
        }
        return rest(method, interim, head);
    }

    /** The next final head, whose body is still to come. */
    public List<String> readHead() throws IOException {
        return head();
    }

    /** The response to a GET whose head was read already. */
    public RawResponse readRest(final List<String> head) throws IOException {
        return rest("GET", List.of(), head);
    }

    /**
     * Reads the body to a response's head, given on as it comes.
     *
     * @return its length, or -1 - what came of it when the stream ended before its end
     */
    public long readBody(final List<String> head, final BodySink body) throws IOException {
        return reader.body(head, true, body);
    }

    /** Where to write to. */
    public OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    /** Whether reading would find something at once. */
    public boolean hasInput() throws IOException {
        return socket.getInputStream().available() > 0;
    }

    private RawResponse rest(final String method, final List<Integer> interim, final List<String> head)
            throws IOException {
        final int status = status(head);
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final String length = WireReader.field(head, "Content-Length");
        if (method.equals("HEAD") || status == 204 || status == 304) {
            return new RawResponse(status, interim, head, "", 0, true);
        }
        if (WireReader.isChunked(head)) {
            final long total = chunksOrReset(body);
            return new RawResponse(
                    status,
                    interim,
                    head,
                    body.toString(StandardCharsets.ISO_8859_1),
                    total < 0 ? -1 - total : total,
                    total >= 0);
        }
        if (length != null) {
            final long expected = Long.parseLong(length);
            final long total = bytesOrReset(expected, body);
            return new RawResponse(
                    status, interim, head, body.toString(StandardCharsets.ISO_8859_1), total, total == expected);
        }
        final long total = bytesOrReset(Long.MAX_VALUE, body);
        return new RawResponse(status, interim, head, body.toString(StandardCharsets.ISO_8859_1), total, true);
    }

    /** The next interim response's status; nothing else may come. */
    public int readInterim() throws IOException {
        return status(head());
    }

    /** Whether the other side has closed: true for an end or a reset, false for a byte. */
    public boolean isEnded() throws IOException {
        try {
            return reader.bytes(1, new ByteArrayOutputStream()) == 0;
        } catch (final java.net.SocketException reset) {
            return true;
        }
    }

    /** Reads up to {@code count} bytes as they come; how many there were. */
    public long skip(final long count) throws IOException {
        return reader.bytes(count, new ByteArrayOutputStream());
    }

    private long bytesOrReset(final long length, final ByteArrayOutputStream body) throws IOException {
        try {
            return reader.bytes(length, body);
        } catch (final java.net.SocketException reset) {
            return body.size();
        }
    }

    private long chunksOrReset(final ByteArrayOutputStream body) throws IOException {
        try {
            return reader.chunks(body);
        } catch (final java.net.SocketException reset) {
            return -1L - body.size();
        }
    }

    private List<String> head() throws IOException {
        final List<String> head = reader.head();
        if (head == null) {
            throw new EOFException("the connection was closed without an answer");
        }
        return head;
    }

    private static int status(final List<String> head) throws IOException {
        final String[] words = head.get(0).split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("not a status line: " + head.get(0));
        }
        return Integer.parseInt(words[1]);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
