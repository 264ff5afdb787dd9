package openclaw.edge.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnection;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import openclaw.edge.proxy.exchange.UpstreamSource;
import org.junit.jupiter.api.Test;

/** Who fails with an attempt to connect, and who does not. */
final class UpstreamPoolTest extends ForwardFixture {
    private final Attempts attempts = new Attempts();
    private final UpstreamPool pool = new UpstreamPool(
            loop,
            attempts,
            new PoolSettings(new InetSocketAddress("127.0.0.1", 9), 8, 8, SECOND_NS, SECOND_NS, SECOND_NS));

    @Override
    UpstreamSource source() {
        return pool;
    }

    @Test
    void shouldFailWhoTheAttemptWasMadeFor() {
        final Exchange first = request();
        final Exchange second = request();
        assertThat(attempts.begun).isEqualTo(2);

        fail();
        assertThat(failed).containsExactly(first);
        fail();
        assertThat(failed).containsExactly(first, second);
        assertThat(attempts.begun).isEqualTo(2);
    }

    @Test
    void shouldMakeAnotherAttemptForWhoCameAfterTheOneThatFailed() {
        final UpstreamConnection used = connectedFor(request());
        final Exchange waiting = request();
        assertThat(attempts.begun).isEqualTo(2);
        available(used);
        assertThat(served).contains(waiting);
        final Exchange later = request();
        assertThat(attempts.begun).as("its predecessor's is still under way").isEqualTo(2);

        fail();
        assertThat(failed).isEmpty();
        assertThat(attempts.begun).as("one of its own").isEqualTo(3);
        fail();
        assertThat(failed).containsExactly(later);
        assertThat(attempts.begun).isEqualTo(3);
    }

    @Test
    void shouldFailNobodyWhileEachThatWaitsHasAnAttemptUnderWay() {
        final UpstreamConnection used = connectedFor(request());
        final Exchange first = request();
        final Exchange second = request();
        available(used);
        assertThat(served).contains(first);

        fail();
        assertThat(failed).isEmpty();
        turn.begin();
        pool.connected(connection());
        assertThat(served).contains(second);
        assertThat(attempts.begun).isEqualTo(3);
    }

    private UpstreamConnection connectedFor(final Exchange exchange) {
        final UpstreamConnection connection = connection();
        laterTurn();
        pool.connected(connection);
        assertThat(served).contains(exchange);
        return connection;
    }

    private void available(final UpstreamConnection connection) {
        laterTurn();
        pool.available(connection);
    }

    private void fail() {
        laterTurn();
        pool.connectFailed(Reason.CONNECT_TIMEOUT, new ConnectException("of this test"));
    }

    private static UpstreamConnection connection() {
        return fake(UpstreamConnection.class);
    }

    private static final class Attempts implements UpstreamConnector {
        private int begun;

        @Override
        public void connect(
                final SocketAddress address, final long timeoutNs, final UpstreamConnection.Listener listener) {
            begun++;
        }
    }
}
