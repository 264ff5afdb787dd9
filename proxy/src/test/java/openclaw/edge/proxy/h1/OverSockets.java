package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.Callable;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.listen.ConnectionSetup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A scripted upstream, a proxy before it, clients of plain sockets; after each test nothing may be left of any of it. */
abstract class OverSockets {
    static final long BUFFER_BYTES = 64 * 1024 * 1024;

    ScriptedUpstream upstream;
    ProxyUnderTest proxy;

    @BeforeEach
    void start() throws Exception {
        upstream = new ScriptedUpstream();
        proxy = open();
    }

    /** The proxy that each test begins with. */
    ProxyUnderTest open() throws Exception {
        return new ProxyUnderTest(upstream.address(), BUFFER_BYTES, Waits.LONG);
    }

    /** The test goes on with another proxy than it began with. */
    final void replace(final ProxyUnderTest other) throws Exception {
        proxy.close();
        proxy = other;
    }

    /** The test goes on with a proxy that does not wait as long for something. */
    final void waits(final Waits waits) throws Exception {
        replace(new ProxyUnderTest(upstream.address(), BUFFER_BYTES, ConnectionSetup.plain(), 1000, waits));
    }

    @AfterEach
    void stopWithNothingLeft() throws Exception {
        eventually(() -> proxy.onLoop(() -> proxy.loop.exchanges().inUse()) == 0);
        proxy.listener.close();
        upstream.close();
        eventually(() -> proxy.onLoop(() -> proxy.pool.connections()) == 0);
        eventually(() -> proxy.connections.open() == 0);
        assertThat(proxy.onLoop(proxy.budget::heldBytes)).isZero();
        assertThat(count(EdgeCounter.EXCEPTIONS)).isZero();
        assertThat(count(EdgeCounter.TUNNELS_CLOSED)).isEqualTo(count(EdgeCounter.TUNNELS_OPENED));
        proxy.close();
    }

    static void eventually(final Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 2_000; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(10);
        }
        assertThat(condition.call()).isTrue();
    }

    final RawClient client() throws IOException {
        return new RawClient(proxy.port());
    }

    final long count(final EdgeCounter counter) throws Exception {
        return proxy.count(counter);
    }
}
