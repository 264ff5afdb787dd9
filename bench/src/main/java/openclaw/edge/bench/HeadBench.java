package openclaw.edge.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.h1.HeadError;
import openclaw.edge.proxy.h1.HeadLimits;
import openclaw.edge.proxy.h1.HeadScanner;
import openclaw.edge.proxy.h1.RequestHeadParser;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A request head out of a direct buffer: found, copied, parsed, its framing decided; beside it Netty's
 * {@link HttpObjectDecoder} on an embedded channel, which makes an object of each head and its fields, and one read of the
 * authorization field from each. Sizes: {@code small} is what a load generator sends (about 100 bytes), {@code typical} what a
 * client library does (about 400), {@code large} 4 KiB with cookies.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeadBench {
    private static final int LARGE_BYTES = 4096;

    /** Whatever leak detection is on: its records of each access would be measured. */
    private static final UnpooledByteBufAllocator ALLOCATOR = new UnpooledByteBufAllocator(true, true);

    /** Which head. */
    @Param({"small", "typical", "large"})
    public String size;

    private final HeadScanner scanner = HeadScanner.forRequests();
    private final RequestHeadParser parser = new RequestHeadParser();
    private final Head head = new Head();
    private ByteBuf in;
    private final Received received = new Received();
    private EmbeddedChannel channel;

    /** What follows the decoder: keeps the request, as a handler would, and lets the rest go. */
    private static final class Received extends ChannelInboundHandlerAdapter {
        private HttpRequest request;

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            if (message instanceof HttpRequest) {
                request = (HttpRequest) message;
            } else {
                ReferenceCountUtil.release(message);
            }
        }
    }

    /** Writes the head. */
    @Setup
    public void open() {
        final byte[] bytes = text(size).getBytes(StandardCharsets.US_ASCII);
        in = ALLOCATOR.directBuffer(bytes.length).writeBytes(bytes);
        channel = new EmbeddedChannel(new HttpRequestDecoder(8192, 16_384, 8192), received);
    }

    private static String text(final String size) {
        final String line = "GET /v1/rate?subject=example.com HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n";
        final String key = "Authorization: Bearer oce_0123456789abcdef0123456789abcdef\r\n";
        final String client =
                "User-Agent: rating-client/2.7.1 (linux; x86_64) java/17.0.15\r\nAccept: application/json\r\n"
                        + "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-GB,en;q=0.9\r\nCache-Control: no-cache\r\n"
                        + "X-Agent-ID: crawler-7\r\nX-Request-ID: 5f0c2b9e-7c1d-4f57-9d1e-0a1b2c3d4e5f\r\nConnection: keep-alive\r\n";
        return switch (size) {
            case "small" -> line + key + "\r\n";
            case "typical" -> line + key + client + "\r\n";
            default -> {
                final String most = line + key + client + "Cookie: ";
                yield most + "session=0123456789abcdef; ".repeat(200).substring(0, LARGE_BYTES - most.length() - 4)
                        + "\r\n\r\n";
            }
        };
    }

    /** Gives the buffer back. */
    @TearDown
    public void close() {
        channel.finishAndReleaseAll();
        in.release();
    }

    /** This project's. */
    @Benchmark
    public int edge() {
        in.readerIndex(0);
        head.reset();
        scanner.reset();
        final int length = scanner.scan(in, HeadLimits.REQUEST);
        final int at = head.claim(length);
        in.readBytes(head.bytes(), at, length);
        final HeadError error = parser.parse(head, at, length, HeadLimits.REQUEST);
        if (error != HeadError.NONE) {
            throw new IllegalStateException("the head is refused: " + error);
        }
        return head.find(FieldNames.AUTHORIZATION);
    }

    /** Netty's. */
    @Benchmark
    public String netty() {
        channel.pipeline().fireChannelRead(in.retainedDuplicate().readerIndex(0));
        final HttpRequest request = received.request;
        if (request.decoderResult().isFailure()) {
            throw new IllegalStateException(
                    "the head is refused", request.decoderResult().cause());
        }
        return request.headers().get("Authorization");
    }
}
