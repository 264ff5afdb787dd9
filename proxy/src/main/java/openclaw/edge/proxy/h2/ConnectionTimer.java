package openclaw.edge.proxy.h2;

import java.util.function.Consumer;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.LoopContext;

/** A connection's own time-out, and what it is for; its streams have theirs. */
final class ConnectionTimer {
    /** What is waited for. */
    enum Waiting {
        NOTHING,
        /** The preface, or the rest of a header block or a short frame. */
        HEAD,
        /** The rest of a DATA frame. */
        BODY,
        /** A stream. */
        STREAMS,
        /** The round trip before the last GOAWAY. */
        PING
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
