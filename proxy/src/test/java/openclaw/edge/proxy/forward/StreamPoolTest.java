package openclaw.edge.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.MultiplexedConnection;
import openclaw.edge.proxy.exchange.MultiplexedConnector;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import openclaw.edge.proxy.exchange.UpstreamSource;
import org.junit.jupiter.api.Test;

/** Who waits for connections that serve many: how many, and who fails with one that cannot be made. */
final class StreamPoolTest extends ForwardFixture {
    /** What an attempt is counted on to serve. */
    private static final int EACH = 100;

    private static final int QUEUED = 3;

    private final Attempts attempts = new Attempts();
    private final StreamPool pool = new StreamPool(
            loop,
            attempts,
            fake(UpstreamConnector.class),
            new PoolSettings(new InetSocketAddress("127.0.0.1", 9), 2, QUEUED, SECOND_NS, SECOND_NS, SECOND_NS));

    @Override
    UpstreamSource source() {
        return pool;
    }

    @Test
    void shouldRefuseWhoComesBeyondTheAttemptsAndTheQueue() {
        requests(2 * EACH + QUEUED);
        assertThat(attempts.begun).isEqualTo(2);
        assertThat(failed).isEmpty();

        request();
        assertThat(reasons).containsExactly(Reason.QUEUE_FULL);
        assertThat(pool.waiting()).isEqualTo(2 * EACH + QUEUED);
    }

    /** Each attempt takes along those that the other one is not to serve, first come, first failed. */
    @Test
    void shouldFailWithAnAttemptWhomTheOtherIsNotToServe() {
        final List<Exchange> all = requests(EACH + 7);
        assertThat(attempts.begun).isEqualTo(2);
        fail();
        assertThat(failed).isEqualTo(all.subList(0, 7));
        fail();
        assertThat(failed).isEqualTo(all);
        assertThat(attempts.begun).isEqualTo(2);
    }

    private List<Exchange> requests(final int count) {
        final List<Exchange> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(request());
        }
        return all;
    }

    private void fail() {
        laterTurn();
        pool.connectFailed(Reason.CONNECT_FAILED, new ConnectException("of this test"));
    }

    private static final class Attempts implements MultiplexedConnector {
        private int begun;

        @Override
        public void connect(
                final SocketAddress address,
                final long timeoutNs,
                final long idleNs,
                final MultiplexedConnection.Listener listener) {
            begun++;
        }
    }
}
