package openclaw.edge.proxy.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.ProxyUnderTest;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A proxy before an upstream that speaks HTTP/2 as scripted; after each test nothing of it may be left open or held. */
abstract class UpstreamFixture {
    static final int CONNECTIONS = 4;

    FrameServer upstream;
    ProxyUnderTest proxy;
    private final List<RawClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        upstream = new FrameServer();
        proxy = ProxyUnderTest.http2(upstream.address(), 64 << 20, CONNECTIONS, Waits.LONG);
    }

    @AfterEach
    void stop() throws Exception {
        for (final RawClient client : clients) {
            client.close();
        }
        H2Fixture.eventually(
                "exchanges, bytes and connections are given back",
                () -> proxy.onLoop(() -> proxy.loop.exchanges().inUse()) == 0
                        && proxy.budget.heldBytes() == 0
                        && proxy.connections.open() == 0);
        proxy.close();
        upstream.close();
        assertThat(upstream.failures).isEmpty();
    }

    /** The test goes on with another proxy. */
    void proxy(final int connections, final Waits waits) throws Exception {
        proxy.close();
        proxy = ProxyUnderTest.http2(upstream.address(), 64 << 20, connections, waits);
    }

    RawClient client() throws IOException {
        final RawClient client = new RawClient(proxy.port());
        clients.add(client);
        return client;
    }

    static String post(final String path, final String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    long count(final EdgeCounter counter) throws Exception {
        return proxy.count(counter);
    }
}
