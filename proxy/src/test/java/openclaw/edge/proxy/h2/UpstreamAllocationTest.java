package openclaw.edge.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import openclaw.edge.proxy.h1.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a request by HTTP/1.1 that goes on by HTTP/2 allocates on its event loop. */
class UpstreamAllocationTest extends UpstreamFixture {
    /** The String that the handler of these tests makes of each path; of all else less than a byte is allowed. */
    private static final int HANDLER_BYTES = 48;

    private static final int WARM_UP = 6_000;
    private static final int REQUESTS = 4_000;
    private static final int AT_ONCE = 8;
    private static final byte[] GET = bytes("GET /v1/rate HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n");
    private static final byte[] POST = bytes("POST /v1/rate HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");

    private ResourceLeakDetector.Level level;

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

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
    void shouldAllocateNothingPerRequest() throws Exception {
        proxy.handler.keepsEnds = false;
        upstream.keepsRequests = false;
        final RawClient[] clients = new RawClient[AT_ONCE];
        for (int i = 0; i < AT_ONCE; i++) {
            clients[i] = client();
        }
        run(clients, GET, WARM_UP);
        run(clients, POST, WARM_UP);
        final double perGet = measure(clients, GET);
        final double perPost = measure(clients, POST);
        System.out.println("HTTP/1.1 to HTTP/2: " + perGet + " bytes allocated per GET, " + perPost + " per POST");
        assertThat(perGet).isLessThan(HANDLER_BYTES + 1);
        assertThat(perPost).isLessThan(HANDLER_BYTES + 1);
    }

    private double measure(final RawClient[] clients, final byte[] request) throws Exception {
        final long before = allocatedBytes();
        run(clients, request, REQUESTS);
        return (double) (allocatedBytes() - before) / REQUESTS;
    }

    private long allocatedBytes() throws Exception {
        return proxy.onLoop(() -> ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId()));
    }

    private static void run(final RawClient[] clients, final byte[] request, final int count) throws IOException {
        for (int sent = 0; sent < count; sent += clients.length) {
            for (final RawClient client : clients) {
                client.socket.getOutputStream().write(request);
            }
            for (final RawClient client : clients) {
                skipAnswer(client.in);
            }
        }
    }

    /** A head, and a body of five bytes. */
    private static void skipAnswer(final InputStream in) throws IOException {
        int tail = 0;
        while (tail != 0x0D0A0D0A) {
            tail = tail << 8 | in.read();
        }
        in.readNBytes(5);
    }
}
