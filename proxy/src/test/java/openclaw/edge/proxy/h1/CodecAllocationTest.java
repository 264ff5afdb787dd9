package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Reading and writing messages allocates nothing once the arrays are there. */
class CodecAllocationTest {
    private static final int ROUNDS = 100_000;
    private static final byte[] REQUEST = lines(
            "POST http://b/v1/rate?subject=example.com HTTP/1.1",
            "Host: 127.0.0.1:8080",
            "User-Agent: client/1",
            "Accept: */*",
            "X-Api-Key: key-of-tenant",
            "Connection: x-a, te",
            "X-A: b",
            "TE: trailers",
            "Expect: 100-continue",
            "Transfer-Encoding: chunked",
            "",
            "5;a=\"b\"",
            "hello",
            "0",
            "X-Sum: 1",
            "",
            "");
    private static final byte[] RESPONSE = lines(
            "HTTP/1.1 200 OK",
            "Content-Type: application/json",
            "Server : rating/1",
            "Content-Length: 5",
            "Content-Length: 5",
            "Connection: keep-alive",
            "",
            "hello");

    private final HeadScanner requestScanner = HeadScanner.forRequests();
    private final HeadScanner responseScanner = HeadScanner.forResponses();
    private final RequestHeadParser requestParser = new RequestHeadParser();
    private final ResponseHeadParser responseParser = new ResponseHeadParser();
    private final BodyDecoder decoder = new BodyDecoder();
    private final HeadWriter writer = new HeadWriter();
    private final Head head = new Head();
    private final byte[] via = WireReader.ascii("1.1 edge");
    /** Without leak detection, whose records of every access would be counted. */
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

    private final ByteBuf in = allocator.directBuffer(1024);
    private final ByteBuf out = allocator.directBuffer(1024);

    @Test
    void shouldAllocateNothingPerMessage() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Assumptions.assumeTrue(threads.isThreadAllocatedMemorySupported(), "SKIPPED: this JVM counts no allocation");
        final long thread = Thread.currentThread().getId();
        try {
            run(ROUNDS / 2);
            final long before = threads.getThreadAllocatedBytes(thread);
            run(ROUNDS);
            final long allocatedBytes = threads.getThreadAllocatedBytes(thread) - before;
            assertThat(allocatedBytes).isLessThan(ROUNDS / 10);
        } finally {
            in.release();
            out.release();
        }
    }

    private void run(final int rounds) {
        for (int i = 0; i < rounds; i++) {
            request();
            response();
        }
    }

    private void request() {
        in.clear().writeBytes(REQUEST);
        requestScanner.reset();
        final int length = requestScanner.scan(in, HeadLimits.REQUEST);
        head.reset();
        final int offset = head.claim(length);
        in.readBytes(head.bytes(), offset, length);
        check(requestParser.parse(head, offset, length, HeadLimits.REQUEST) == HeadError.NONE);
        ConnectionOptions.dropNominated(head);
        head.add(FieldNames.VIA, via);
        writer.writeRequest(head, null, HeadWriter.TE_TRAILERS, out.clear());
        body();
        HeadWriter.writeChunkHead(out, 5);
        HeadWriter.writeChunkEnd(out);
        writer.writeLastChunk(decoder.trailers(), out);
    }

    private void response() {
        in.clear().writeBytes(RESPONSE);
        responseScanner.reset();
        final int length = responseScanner.scan(in, HeadLimits.RESPONSE);
        head.reset();
        final int offset = head.claim(length);
        in.readBytes(head.bytes(), offset, length);
        check(responseParser.parse(head, offset, length, Methods.GET, HeadLimits.RESPONSE) == HeadError.NONE);
        writer.writeResponse(head, 0, out.clear());
        body();
    }

    private void body() {
        decoder.reset(head.framing(), head.bodyLengthBytes());
        int n;
        while ((n = decoder.next(in)) > 0) {
            in.skipBytes(n);
        }
        check(n == BodyDecoder.END);
    }

    private static void check(final boolean good) {
        if (!good) {
            throw new AssertionError("a good message was refused");
        }
    }

    private static byte[] lines(final String... lines) {
        return WireReader.ascii(String.join("\r\n", lines));
    }
}
