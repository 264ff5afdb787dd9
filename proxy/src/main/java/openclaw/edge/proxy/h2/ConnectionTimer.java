package openclaw.edge.proxy.h2;

import java.util.function.Consumer;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;

/** A connection's own time-out, and what it is for; its streams have theirs. */
final class ConnectionTimer {
    /** What is waited for. */
    enum Waiting {
        NOTHING(null, null),
        /** The preface, or the rest of a header block or a short frame. */
        HEAD(EdgeCounter.HEAD_TIMEOUTS, Reason.CLIENT_TIMEOUT),
        /** The rest of a DATA frame. */
        BODY(EdgeCounter.BODY_TIMEOUTS, Reason.CLIENT_TIMEOUT),
        /** A stream. */
        STREAMS(EdgeCounter.KEEP_ALIVE_TIMEOUTS, Reason.CLIENT_GONE),
        /** The round trip before the last GOAWAY. */
        PING(null, null);

        private final EdgeCounter counter;
        private final Reason reason;

        Waiting(final EdgeCounter counter, final Reason reason) {
            this.counter = counter;
            this.reason = reason;
        }

        /** What counts waits in vain that end the connection; null for those that do not. */
        EdgeCounter counter() {
            return counter;
        }

        /** Why exchanges end with the connection. */
        Reason reason() {
            return reason;
        }
    }

    private final LoopContext loop;
    private final Deadline deadline;
    private Waiting waiting = Waiting.NOTHING;

    /** @param onExpiry told what was waited for in vain */
    ConnectionTimer(final LoopContext loop, final Consumer<Waiting> onExpiry) {
        this.loop = loop;
        this.deadline = new Deadline() {
            @Override
            protected void expired(final long nowNs) {
                onExpiry.accept(waiting);
            }
        };
    }

    /** Waits from now on. */
    void restart(final Waiting what, final long forNs) {
        waiting = what;
        loop.timers().set(deadline, loop.clock().nowNs() + forNs);
    }

    /** Waits from now on, unless it does so already. */
    void await(final Waiting what, final long forNs) {
        if (waiting != what) {
            restart(what, forNs);
        }
    }

    /** What was waited for has come: the next wait for it begins anew. */
    void noLonger(final Waiting what) {
        if (waiting == what) {
            clear();
        }
    }

    void clear() {
        waiting = Waiting.NOTHING;
        loop.timers().clear(deadline);
    }

    /** As {@link #clear}; the connection is gone. */
    void remove() {
        waiting = Waiting.NOTHING;
        loop.timers().remove(deadline);
    }
}
