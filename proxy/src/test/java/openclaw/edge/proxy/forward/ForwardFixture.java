package openclaw.edge.proxy.forward;

import io.netty.buffer.Unpooled;
import java.lang.reflect.Proxy;
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
import openclaw.edge.proxy.exchange.UpstreamSource;

/** Exchanges that go to one source without a socket: which are served, and which fail. */
abstract class ForwardFixture {
    static final long SECOND_NS = 1_000_000_000L;

    final List<Exchange> failed = new ArrayList<>();
    final List<Reason> reasons = new ArrayList<>();
    final List<Exchange> served = new ArrayList<>();
    final LoopTurn turn = new LoopTurn();
    final LoopContext loop =
            new LoopContext(0, null, Unpooled.buffer().alloc(), turn, new BufferBudget(1, 1 << 20), new Recording());

    abstract UpstreamSource source();

    /** Time has passed when it comes. */
    final Exchange request() {
        laterTurn();
        final Exchange exchange = loop.exchanges().acquire(fake(Downstream.class));
        exchange.requestHead();
        return exchange;
    }

    /** Time has passed when it begins. */
    final void laterTurn() {
        final long nowNs = loop.clock().nowNs();
        do {
            turn.begin();
        } while (loop.clock().nowNs() == nowNs);
    }

    /** Takes whatever it is told; is open. */
    static <T> T fake(final Class<T> type) {
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

    private final class Recording implements ExchangeHandler {
        @Override
        public void onRequest(final Exchange exchange) {
            exchange.forward(source(), false);
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
            reasons.add(reason);
        }

        @Override
        public void onEnd(final Exchange exchange, final Outcome outcome) {}

        @Override
        public Attachment newAttachment() {
            return () -> {};
        }
    }
}
