package openclaw.edge.proxy;

import static openclaw.edge.proxy.testing.Heads.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import openclaw.edge.proxy.exchange.Downstream;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Methods;
import openclaw.edge.proxy.exchange.Peer;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.RequestRewriter;
import openclaw.edge.proxy.exchange.Upstream;
import openclaw.edge.proxy.exchange.UpstreamSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From request head to usage record without a byte of garbage: served, refused by a limit, refused for want of a key. */
class PipelineAllocationTest {
    private static final String CATALOG = """
            plans:
              open:
                monthly_quota: 1_000_000_000_000
                overage: deny
                limits:
                  - {name: tenant, per: tenant, capacity: 1000000000, refill_rate: 1000000000, interval_seconds: 1}
                  - {name: agent, per: agent, capacity: 1000000000, refill_rate: 1000000000, interval_seconds: 1}
                costs:
                  - {path: "/v1/chat/*", model: large, tokens: 8}
              shut:
                limits:
                  - {name: tenant, per: tenant, capacity: 1, refill_rate: 1, interval_seconds: 86400}
            tenants:
              - id: tenant-a
                plan: open
                api_keys: ["sha256:%s"]
              - id: tenant-b
                plan: shut
                api_keys: ["sha256:%s"]
            """;
    private static final int WARM_UP = 60_000;
    private static final int REQUESTS = 200_000;
    private static final byte[] GET = bytes("GET");
    private static final byte[] POST = bytes("POST");
    private static final byte[] RATE = bytes("/v1/rate");
    private static final byte[] CHAT = bytes("/v1/chat/completions");
    private static final byte[] BEARER_A = bytes("Bearer " + PipelineFixture.KEY_A);
    private static final byte[] BEARER_B = bytes("Bearer " + PipelineFixture.KEY_B);
    private static final byte[] BEARER_NOBODY = bytes("Bearer nobody");
    private static final byte[] AGENT = bytes("agent-7");
    private static final byte[] BODY = bytes("{\"messages\":[{\"role\":\"user\"}],\"model\":\"large\"}");

    @TempDir
    Path directory;

    private final Silent silent = new Silent();
    private ResourceLeakDetector.Level level;
    private PooledByteBufAllocator allocator;
    private PipelineFixture fixture;

    @BeforeEach
    void open() throws Exception {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        allocator = new PooledByteBufAllocator(true);
        fixture = new PipelineFixture(directory, PipelineFixture.CONFIG, CATALOG, allocator);
        fixture.connect(silent, silent);
    }

    @AfterEach
    void close() {
        fixture.close();
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void shouldAllocateNothingPerServedRequest() throws Exception {
        assertThat(bytesPerRequest(this::served)).isLessThan(1.0);
        assertThat(fixture.count(EdgeCounter.ADMITTED)).isEqualTo(WARM_UP + REQUESTS);
    }

    @Test
    void shouldAllocateNothingWhenTheCostHangsOnTheBody() throws Exception {
        assertThat(bytesPerRequest(this::servedByModel)).isLessThan(1.0);
        assertThat(fixture.chargedInQuota()).isEqualTo(8L * (WARM_UP + REQUESTS));
    }

    @Test
    void shouldAllocateNothingPer429() throws Exception {
        assertThat(bytesPerRequest(this::refused)).isLessThan(1.0);
        assertThat(fixture.count(EdgeCounter.REFUSED_RATE)).isEqualTo(WARM_UP + REQUESTS - 1);
    }

    @Test
    void shouldAllocateNothingPer401() throws Exception {
        assertThat(bytesPerRequest(this::unknown)).isLessThan(1.0);
        assertThat(fixture.count(EdgeCounter.REFUSED_UNAUTHENTICATED)).isEqualTo(WARM_UP + REQUESTS);
    }

    private void served() {
        final Exchange exchange = begin(Methods.GET, GET, RATE, BEARER_A);
        exchange.requestHead();
        exchange.response().status(200);
        exchange.responseHead(true);
        fixture.forgetRecords();
    }

    private void servedByModel() {
        final Exchange exchange = begin(Methods.POST, POST, CHAT, BEARER_A);
        exchange.request().framing(Head.Framing.LENGTH, BODY.length);
        exchange.requestHead();
        final ByteBuf data = allocator.directBuffer(BODY.length);
        data.writeBytes(BODY);
        exchange.requestBody(data, BODY.length, true);
        data.release();
        exchange.response().status(200);
        exchange.responseHead(true);
        fixture.forgetRecords();
    }

    private void refused() {
        final Exchange exchange = begin(Methods.GET, GET, RATE, BEARER_B);
        exchange.requestHead();
        if (silent.isTaken) {
            // The one request that the bucket holds.
            exchange.response().status(200);
            exchange.responseHead(true);
            fixture.forgetRecords();
        }
    }

    private void unknown() {
        begin(Methods.GET, GET, RATE, BEARER_NOBODY).requestHead();
    }

    private Exchange begin(final int methodId, final byte[] method, final byte[] path, final byte[] authorization) {
        silent.isTaken = false;
        final Exchange exchange = fixture.loop.exchanges().acquire(silent);
        final Head head = exchange.request();
        head.reset();
        head.method(methodId, head.append(method), method.length);
        head.path(head.append(path), path.length);
        head.add(FieldNames.AUTHORIZATION, authorization);
        head.add(FieldNames.X_AGENT_ID, AGENT);
        return exchange;
    }

    /** By the JVM's own count of a thread that does nothing else. */
    private static double bytesPerRequest(final Runnable request) throws Exception {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final AtomicReference<Object> result = new AtomicReference<>();
        final Thread thread = new FastThreadLocalThread(() -> {
            try {
                run(request, WARM_UP);
                final long id = Thread.currentThread().getId();
                final long before = threads.getThreadAllocatedBytes(id);
                run(request, REQUESTS);
                result.set((threads.getThreadAllocatedBytes(id) - before) / (double) REQUESTS);
            } catch (final RuntimeException | AssertionError e) {
                result.set(e);
            }
        });
        thread.start();
        thread.join();
        if (result.get() instanceof Throwable failure) {
            throw new AssertionError("the requests failed", failure);
        }
        return (double) result.get();
    }

    private static void run(final Runnable request, final int count) {
        for (int i = 0; i < count; i++) {
            request.run();
        }
    }

    /** Both sides and the fields between them, without a trace. */
    private static final class Silent implements Downstream, UpstreamSource, Upstream, RequestRewriter {
        private final Peer peer = new Peer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000), false);
        private boolean isTaken;

        @Override
        public Peer peer() {
            return peer;
        }

        @Override
        public void acquire(final Exchange exchange, final boolean fresh) {
            isTaken = true;
            exchange.upstreamReady(this);
        }

        @Override
        public void cancel(final Exchange exchange) {}

        @Override
        public void informational(final Exchange exchange) {}

        @Override
        public void head(final Exchange exchange, final boolean last) {}

        @Override
        public void head(final Exchange exchange) {}

        @Override
        public void body(final Exchange exchange, final ByteBuf data, final int length, final boolean last) {
            data.skipBytes(length);
        }

        @Override
        public void body(final ByteBuf data, final int length, final boolean last) {
            if (length > 0) {
                data.skipBytes(length);
            }
        }

        @Override
        public void trailers(final Exchange exchange, final Head trailers) {}

        @Override
        public void trailers(final Head trailers) {}

        @Override
        public void requestCredit(final int bytes) {}

        @Override
        public void responseCredit(final int bytes) {}

        @Override
        public void abort(final Reason reason) {}

        @Override
        public void reset(final Reason reason) {}

        @Override
        public void recorded() {}

        @Override
        public void finished() {}

        @Override
        public void flush() {}

        @Override
        public void request(final Exchange exchange) {}

        @Override
        public void response(final Exchange exchange) {}
    }
}
