package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Speaks HTTP/2 frame by frame, and any nonsense; header blocks are literals without Huffman coding or table. */
final class FrameClient implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    static final byte[] NONE = {};

    private static final int TIMEOUT_MS = 20_000;

    final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    /** One frame as it came. */
    static final class Frame {
        private final int type;
        private final int flags;
        private final int stream;
        private final byte[] payload;

        Frame(final int type, final int flags, final int stream, final byte[] payload) {
            this.type = type;
            this.flags = flags;
            this.stream = stream;
            this.payload = payload;
        }

        int type() {
            return type;
        }

        int flags() {
            return flags;
        }

        int stream() {
            return stream;
        }

        byte[] payload() {
            return payload;
        }

        boolean isEnd() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        int error() {
            final ByteBuffer bytes = ByteBuffer.wrap(payload);
            return type == GOAWAY ? bytes.getInt(4) : bytes.getInt(0);
        }

        int lastStream() {
            return ByteBuffer.wrap(payload).getInt(0);
        }
    }

    /** All that came on one stream until its end, or its reset. */
    static final class Answer {
        final List<Map<String, String>> heads = new ArrayList<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        Integer reset;
        boolean ended;

        /** The final head. */
        Map<String, String> head() {
            return heads.stream()
                    .filter(head ->
                            head.containsKey(":status") && !head.get(":status").startsWith("1"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no final head; reset=" + reset));
        }

        int status() {
            return Integer.parseInt(head().get(":status"));
        }

        String text() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** Connects without sending anything. */
    FrameClient(final int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** @param socket connected already, as the client's or the server's end of it */
    FrameClient(final Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    /** Connects and exchanges the usual prefaces. */
    static FrameClient open(final int port, final int... settings) throws IOException {
        final FrameClient client = new FrameClient(port);
        client.write(PREFACE);
        client.settings(settings);
        client.frame(SETTINGS, ACK, 0, NONE);
        return client;
    }

    void write(final byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Pairs of id and value. */
    void settings(final int... pairs) throws IOException {
        final ByteBuffer payload = ByteBuffer.allocate(pairs.length * 3);
        for (int i = 0; i < pairs.length; i += 2) {
            payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
        }
        frame(SETTINGS, 0, 0, payload.array());
    }

    void frame(final int type, final int flags, final int stream, final byte[] payload) throws IOException {
        write(bytes(type, flags, stream, payload));
    }

    static byte[] bytes(final int type, final int flags, final int stream, final byte[] payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .put((byte) (payload.length >> 8))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] intBytes(final int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    /** Fields as {@code "name: value"}, the separator sought from the second character on. */
    static byte[] block(final String... fields) {
        final ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (final String field : fields) {
            final int colon = field.indexOf(": ", 1);
            block.write(0);
            string(block, field.substring(0, colon));
            string(block, field.substring(colon + 2));
        }
        return block.toByteArray();
    }

    private static void string(final ByteArrayOutputStream block, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>= 7) {
                block.write((rest & 0x7F) | 0x80);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    /** The pseudo-fields of a plain request, then fields. */
    static String[] request(final String method, final String path, final String... fields) {
        final List<String> all =
                new ArrayList<>(List.of(":method: " + method, ":scheme: http", ":authority: a.test", ":path: " + path));
        all.addAll(List.of(fields));
        return all.toArray(String[]::new);
    }

    /** A request without a body. */
    void get(final int stream, final String path, final String... fields) throws IOException {
        headers(stream, true, request("GET", path, fields));
    }

    void headers(final int stream, final boolean end, final String... fields) throws IOException {
        frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
    }

    void data(final int stream, final boolean end, final String text) throws IOException {
        frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void window(final int stream, final int increment) throws IOException {
        frame(WINDOW_UPDATE, 0, stream, intBytes(increment));
    }

    /** The next frame; null at the end of input. */
    Frame read() throws IOException {
        try {
            final int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            final int type = in.readUnsignedByte();
            final int flags = in.readUnsignedByte();
            final int stream = in.readInt();
            return new Frame(type, flags, stream, in.readNBytes(length));
        } catch (final EOFException e) {
            return null;
        } catch (final SocketTimeoutException e) {
            throw new AssertionError("no frame came in " + socket.getSoTimeout() + " ms", e);
        } catch (final IOException e) {
            if (String.valueOf(e.getMessage()).contains("reset")) {
                return null;
            }
            throw e;
        }
    }

    /** The next frame of a type; others are dropped. Null at the end of input. */
    Frame read(final int type) throws IOException {
        Frame frame = read();
        while (frame != null && frame.type() != type) {
            frame = read();
        }
        return frame;
    }

    /** Reads until the window of a stream grows. */
    void awaitWindow(final int stream) throws IOException {
        Frame frame = read(WINDOW_UPDATE);
        while (frame.stream() != stream) {
            frame = read(WINDOW_UPDATE);
        }
    }

    Map<String, String> decode(final byte[] block) {
        final ByteBuf bytes = Unpooled.wrappedBuffer(block);
        try {
            final Map<String, String> fields = new LinkedHashMap<>();
            final Http2Headers headers = decoder.decodeHeaders(1, bytes);
            headers.forEach(field ->
                    fields.merge(field.getKey().toString(), field.getValue().toString(), (a, b) -> a + "\n" + b));
            return fields;
        } catch (final Http2Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    /** Reads until a stream is over; frames of others must not come. Windows grow as bytes come. */
    Answer answer(final int stream) throws IOException {
        return answers(stream).get(stream);
    }

    /** Reads until all of these streams are over. */
    Map<Integer, Answer> answers(final int... streams) throws IOException {
        final Map<Integer, Answer> answers = new LinkedHashMap<>();
        for (final int stream : streams) {
            answers.put(stream, new Answer());
        }
        long open = streams.length;
        while (open > 0) {
            final Frame frame = read();
            if (frame == null) {
                throw new AssertionError("the connection ended before the answers: " + answers.keySet());
            }
            final Answer answer = answers.get(frame.stream());
            if (answer != null && !answer.ended && answer.reset == null) {
                take(frame, answer);
                open -= answer.ended || answer.reset != null ? 1 : 0;
            }
        }
        return answers;
    }

    private void take(final Frame frame, final Answer answer) throws IOException {
        switch (frame.type()) {
            case HEADERS -> answer.heads.add(decode(frame.payload()));
            case DATA -> {
                answer.body.writeBytes(frame.payload());
                if (frame.payload().length > 0 && !frame.isEnd() && !socket.isOutputShutdown()) {
                    window(frame.stream(), frame.payload().length);
                    window(0, frame.payload().length);
                }
            }
            case RST_STREAM -> answer.reset = frame.error();
            default -> {
                // Of no concern to the answer.
            }
        }
        answer.ended |= frame.isEnd();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
