package openclaw.edge.proxy.h2;

import static openclaw.edge.proxy.h2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a request by HTTP/2 allocates on its event loop, upstream side included: nearly all of it the library's own. */
class H2AllocationTest extends H2Fixture {
    private static final int BOUND_BYTES = 2_500;
    private static final int WARM_UP = 3_000;
    private static final int REQUESTS = 3_000;
    private static final int AT_ONCE = 8;
    private static final byte[] BODY = new byte[200];

    private ResourceLeakDetector.Level level;

    /** Without leak detection, whose records of every access would be counted. */
    @Override
    @BeforeEach
    void start() throws IOException {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        super.start();
    }

    @Override
    @AfterEach
    void stop() throws Exception {
        super.stop();
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void shouldAllocateLittlePerRequest() throws Exception {
        proxy.handler.keepsEnds = false;
        upstream.script = (request, out, socket) -> ScriptedUpstream.write(
                out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n0123456789");
        try (FrameClient client = open()) {
            int stream = run(client, 1, WARM_UP, false);
            stream = run(client, stream, WARM_UP, true);
            final long before = allocatedBytes();
            stream = run(client, stream, REQUESTS, false);
            final long afterGets = allocatedBytes();
            run(client, stream, REQUESTS, true);
            final long afterPosts = allocatedBytes();
            final long perGet = (afterGets - before) / REQUESTS;
            final long perPost = (afterPosts - afterGets) / REQUESTS;
            System.out.println("HTTP/2: " + perGet + " bytes allocated per GET, " + perPost + " per POST");
            assertThat(perGet).isPositive().isLessThan(BOUND_BYTES);
            assertThat(perPost).isPositive().isLessThan(BOUND_BYTES);
        }
    }

    private long allocatedBytes() throws Exception {
        return proxy.onLoop(() -> ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId()));
    }

    /** So many requests in batches. Returns the next stream's number. */
    private static int run(final FrameClient client, final int first, final int count, final boolean withBody)
            throws IOException {
        final String[] fields = withBody
                ? request("POST", "/v1/rate?subject=example.com", "x-api-key: key", "content-length: " + BODY.length)
                : request("GET", "/v1/rate?subject=example.com", "x-api-key: key", "accept: */*");
        final byte[] block = FrameClient.block(fields);
        int stream = first;
        for (int batch = 0; batch < count / AT_ONCE; batch++) {
            final ByteArrayOutputStream frames = new ByteArrayOutputStream();
            for (int i = 0; i < AT_ONCE; i++, stream += 2) {
                final int end = withBody ? 0 : FrameClient.END_STREAM;
                frames.writeBytes(FrameClient.bytes(FrameClient.HEADERS, FrameClient.END_HEADERS | end, stream, block));
                if (withBody) {
                    frames.writeBytes(FrameClient.bytes(FrameClient.DATA, FrameClient.END_STREAM, stream, BODY));
                }
            }
            frames.writeBytes(
                    FrameClient.bytes(FrameClient.WINDOW_UPDATE, 0, 0, FrameClient.intBytes(AT_ONCE * 1_000)));
            client.write(frames.toByteArray());
            int open = AT_ONCE;
            while (open > 0) {
                final FrameClient.Frame frame = client.read();
                assertThat(frame).isNotNull();
                assertThat(frame.type()).isNotEqualTo(FrameClient.RST_STREAM);
                open -= frame.isEnd() ? 1 : 0;
            }
        }
        return stream;
    }
}
