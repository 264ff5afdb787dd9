package openclaw.edge.load.gateway;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** As much of a WebSocket client (RFC 6455) as it takes to see that a connection carries messages. For one thread. */
final class WebSocketClient implements AutoCloseable {
    /** The answer to this client's key, which is the one of RFC 6455 section 1.3. */
    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final int TIMEOUT_MS = 20_000;
    /** Final, with a mask that changes nothing, and the code for a normal end. */
    private static final byte[] CLOSE_FRAME = {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8};

    private final Socket socket;
    private final DataInputStream in;
    private final String head;

    private WebSocketClient(final Socket socket, final String fields) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: gateway.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n" + fields
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        final StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            text.append((char) in.readUnsignedByte());
        }
        this.head = text.toString();
    }

    /** Sends the handshake with another field and reads the head of the answer. */
    static WebSocketClient open(final String authority, final String field) throws IOException {
        final int colon = authority.lastIndexOf(':');
        final Socket socket = new Socket();
        socket.connect(
                new InetSocketAddress(authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1))),
                TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        return new WebSocketClient(socket, field);
    }

    /** The head of the answer to the handshake. */
    String head() {
        return head;
    }

    /** The next frame's payload as text. */
    String message() throws IOException {
        in.readUnsignedByte();
        final int length = in.readUnsignedByte();
        final byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length];
        in.readFully(payload);
        return new String(payload, StandardCharsets.UTF_8);
    }

    void sendClose() throws IOException {
        socket.getOutputStream().write(CLOSE_FRAME);
    }

    /** Whether the other side ends the connection, whatever it still says before. */
    boolean isEnded() throws IOException {
        try {
            in.readAllBytes();
            return true;
        } catch (final SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
