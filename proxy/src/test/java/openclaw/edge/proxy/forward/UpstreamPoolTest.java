package openclaw.edge.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.Defect;
import openclaw.edge.proxy.exchange.Downstream;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.ExchangeHandler;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.LoopTurn;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.UpstreamConnection;
import openclaw.edge.proxy.exchange.UpstreamConnector;
import org.junit.jupiter.api.Test;

/** Who fails with an attempt to connect, and who does not. */
final class UpstreamPoolTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<Exchange> failed = new ArrayList<>();
    private final List<Exchange> served = new ArrayList<>();
    private final LoopTurn turn = new LoopTurn();
    private final Attempts attempts = new Attempts();
    private final LoopContext loop =
            new LoopContext(0, null, Unpooled.buffer().alloc(), turn, new BufferBudget(1, 1 << 20), new Recording());
    private final UpstreamPool pool = new UpstreamPool(
            loop,
            attempts,
            new PoolSettings(new InetSocketAddress("127.0.0.1", 9), 8, 8, SECOND_NS, SECOND_NS, SECOND_NS));

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

    private Exchange request() {
        laterTurn();
        final Exchange exchange = loop.exchanges().acquire(fake(Downstream.class));
        exchange.requestHead();
        return exchange;
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

    /** Time has passed when it begins. */
    private void laterTurn() {
        final long nowNs = loop.clock().nowNs();
        do {
            turn.begin();
        } while (loop.clock().nowNs() == nowNs);
    }

    private static UpstreamConnection connection() {
        return fake(UpstreamConnection.class);
    }

    /** Takes whatever it is told; is open. */
    private static <T> T fake(final Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (method.getName().equals("equals")) {
                return self == args[0];
            }
            if (method.getName().equals("hashCode")) {
                return System.identityHashCode(self);
            }
            return method.getReturnType() == boolean.class ? Boolean.TRUE : null;
        }));
    }

    private static final class Attempts implements UpstreamConnector {
        private int begun;

        @Override
        public void connect(
                final SocketAddress address, final long timeoutNs, final UpstreamConnection.Listener listener) {
            begun++;
        }
    }

    private final class Recording implements ExchangeHandler {
        @Override
        public void onRequest(final Exchange exchange) {
            exchange.forward(pool, false);
        }

        @Override
        public void onMalformed(final Exchange exchange, final Defect defect) {}

        @Override
        public void onBody(final Exchange exchange) {}

        @Override
        public void onSend(final Exchange exchange) {
            served.add(exchange);
        }

        @Override
        public void onResponse(final Exchange exchange) {}

        @Override
        public void onFailure(final Exchange exchange, final Reason reason) {
            failed.add(exchange);
        }

        @Override
        public void onEnd(final Exchange exchange, final Outcome outcome) {}

        @Override
        public Attachment newAttachment() {
            return () -> {};
        }
    }
}
