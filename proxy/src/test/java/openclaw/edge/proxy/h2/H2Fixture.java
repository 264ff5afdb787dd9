package openclaw.edge.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.ProxyUnderTest;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import openclaw.edge.proxy.h1.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A proxy before a scripted upstream; after each test nothing of it may be left open or held. */
abstract class H2Fixture {
    static final int PROTOCOL_ERROR = 1;
    static final int FLOW_CONTROL_ERROR = 3;
    static final int STREAM_CLOSED = 5;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int INTERNAL_ERROR = 2;
    static final int CALM = 11;

    private static final long WAIT_MS = 20_000;

    ScriptedUpstream upstream;
    ProxyUnderTest proxy;

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
        proxy = new ProxyUnderTest(upstream.address(), 64 << 20, Waits.LONG);
    }

    @AfterEach
    void stop() throws Exception {
        eventually(
                "exchanges, bytes and connections are given back",
                () -> proxy.onLoop(() -> proxy.loop.exchanges().inUse()) == 0
                        && proxy.budget.heldBytes() == 0
                        && proxy.connections.open() == 0);
        assertThat(count(EdgeCounter.EXCEPTIONS)).as("exceptions").isZero();
        proxy.close();
        upstream.close();
    }

    FrameClient open(final int... settings) throws IOException {
        return FrameClient.open(proxy.port(), settings);
    }

    /** The test goes on with a proxy that does not wait as long for something. */
    void waits(final Waits waits) throws Exception {
        proxy.close();
        proxy = new ProxyUnderTest(upstream.address(), 64 << 20, waits);
    }

    long count(final EdgeCounter counter) throws Exception {
        return proxy.count(counter);
    }

    /** A condition that may fail. */
    interface Condition {
        boolean holds() throws Exception;
    }

    static void eventually(final String what, final Condition condition) throws Exception {
        final long untilMs = System.currentTimeMillis() + WAIT_MS;
        while (!condition.holds()) {
            assertThat(System.currentTimeMillis()).as(what).isLessThan(untilMs);
            Thread.sleep(2);
        }
    }
}
