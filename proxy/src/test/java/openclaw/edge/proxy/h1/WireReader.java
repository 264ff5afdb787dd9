package openclaw.edge.proxy.h1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;

/** What a connection makes of bytes with the parts of this package, for tests: whole messages, or why there are none. */
final class WireReader {
    /** One message, complete or not. */
    static final class Message {
        final Head head = new Head();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final List<String> trailers = new ArrayList<>();
        String target = "";

        String method() {
            return text(head, head.methodOffset(), head.methodLength());
        }

        String path() {
            return text(head, head.pathOffset(), head.pathLength());
        }

        String authority() {
            return text(head, head.authorityOffset(), head.authorityLength());
        }

        String reason() {
            return text(head, head.reasonOffset(), head.reasonLength());
        }

        String body() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }

        /** {@code name: value} of every field that is not dropped. */
        List<String> fields() {
            return WireReader.fields(head);
        }
    }

    final List<Message> messages = new ArrayList<>();
    int headsParsed;
    int lookalikes;
    HeadError headError = HeadError.NONE;
    BodyError bodyError = BodyError.NONE;

    /** What stands in the head's array behind the head: no decision may come of it. */
    byte behind;

    private final boolean requests;
    private final int requestMethodId;
    private final HeadLimits limits;
    private final HeadScanner scanner;
    private final RequestHeadParser requestParser = new RequestHeadParser();
    private final ResponseHeadParser responseParser = new ResponseHeadParser();
    private final BodyDecoder decoder = new BodyDecoder();
    private final ByteBuf in = Unpooled.buffer();
    private Message current;
    private boolean closed;

    private WireReader(final boolean requests, final int requestMethodId, final HeadLimits limits) {
        this.requests = requests;
        this.requestMethodId = requestMethodId;
        this.limits = limits;
        scanner = requests ? HeadScanner.forRequests() : HeadScanner.forResponses();
    }

    static WireReader requests() {
        return requests(HeadLimits.REQUEST);
    }

    static WireReader requests(final HeadLimits limits) {
        return new WireReader(true, Methods.OTHER, limits);
    }

    static WireReader responses(final String requestMethod) {
        final byte[] name = ascii(requestMethod);
        return new WireReader(false, Methods.lookup(name, 0, name.length), HeadLimits.RESPONSE);
    }

    /** Reads one request whole. */
    static WireReader request(final String text) {
        return requests().feed(ascii(text));
    }

    /** Reads what a server sent and then closed after, for a GET. */
    static WireReader response(final String text) {
        return responses("GET").feed(ascii(text)).endOfInput();
    }

    static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    WireReader feed(final byte[] bytes) {
        return feed(bytes, 0, bytes.length);
    }

    WireReader feed(final byte[] bytes, final int from, final int to) {
        in.discardReadBytes();
        in.writeBytes(bytes, from, to - from);
        while (!closed && !isRefused() && step()) {
            // one message or piece at a time
        }
        return this;
    }

    WireReader endOfInput() {
        if (!closed && !isRefused() && current != null) {
            if (decoder.endOfInput()) {
                complete();
            } else {
                bodyError = decoder.error();
            }
        }
        closed = true;
        return this;
    }

    boolean isRefused() {
        return headError != HeadError.NONE || bodyError != BodyError.NONE;
    }

    /** Whether something of a further message is here, or a final response is still owed. */
    boolean isPending() {
        return !closed && (!requests || current != null || scanner.isStarted() || in.isReadable());
    }

    /** The message whose head was good and whose body has not ended, or null. */
    Message unfinished() {
        return current;
    }

    Message only() {
        if (messages.size() != 1) {
            throw new AssertionError(messages.size() + " messages, " + headError + ", " + bodyError);
        }
        return messages.get(0);
    }

    private boolean step() {
        if (current == null) {
            return head();
        }
        final int n = decoder.next(in);
        if (n > 0) {
            final byte[] data = new byte[n];
            in.readBytes(data);
            current.body.writeBytes(data);
            return true;
        }
        if (n == BodyDecoder.BAD) {
            bodyError = decoder.error();
        } else if (n == BodyDecoder.END) {
            if (decoder.hasTrailers()) {
                current.trailers.addAll(fields(decoder.trailers()));
            }
            complete();
        }
        return n == BodyDecoder.END;
    }

    private boolean head() {
        if (!in.isReadable()) {
            return false;
        }
        final int length = scanner.scan(in, limits);
        if (length == HeadScanner.BAD) {
            headError = scanner.error();
        }
        if (length <= 0) {
            return false;
        }
        final Message message = new Message();
        final int offset = message.head.claim(length);
        in.readBytes(message.head.bytes(), offset, length);
        Arrays.fill(message.head.bytes(), offset + length, message.head.bytes().length, behind);
        headError = requests
                ? requestParser.parse(message.head, offset, length, limits)
                : responseParser.parse(message.head, offset, length, requestMethodId, limits);
        if (headError != HeadError.NONE) {
            return false;
        }
        lookalikes = requests ? requestParser.lookalikes() : responseParser.lookalikes();
        headsParsed++;
        if (requests) {
            final int target = message.head.methodLength() + 1;
            final String head = text(message.head, 0, length);
            message.target = head.substring(target, head.indexOf(' ', target));
        }
        current = message;
        decoder.reset(message.head.framing(), message.head.bodyLengthBytes());
        return true;
    }

    private void complete() {
        messages.add(current);
        final Head head = current.head;
        closed = requests ? !head.isKeepAlive() : head.status() >= 200 || head.status() == 101;
        current = null;
        scanner.reset();
    }

    static List<String> fields(final Head head) {
        final List<String> fields = new ArrayList<>();
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.id(i) != Head.DROPPED) {
                fields.add(text(head, head.nameOffset(i), head.nameLength(i)) + ": "
                        + text(head, head.valueOffset(i), head.valueLength(i)));
            }
        }
        return fields;
    }

    private static String text(final Head head, final int offset, final int length) {
        return new String(head.bytes(), offset, length, StandardCharsets.ISO_8859_1);
    }
}
