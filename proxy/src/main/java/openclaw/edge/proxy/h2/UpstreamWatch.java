package openclaw.edge.proxy.h2;

import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;

/**
 * The times of one connection to an upstream: how long it may take until it is open, how long it is kept without streams, and
 * whether it lives while streams wait and nothing comes: then it is asked by PING, and given up without an answer. A dead
 * connection would else take every request until each has timed out by itself.
 */
final class UpstreamWatch {
    /**
     * How long silence is borne.
     *
     * @param askAfterNs while streams are open, before the connection is asked
     * @param answerNs for the answer
     */
    record Patience(long askAfterNs, long answerNs) {}

    static final Patience PATIENCE = new Patience(10_000_000_000L, 5_000_000_000L);

    private static final long ASKED = 0x6C69_7665_6E65_7373L;

    private final H2Upstream connection;
    private final LoopContext loop;
    private final Patience patience;
    private final long idleNs;
    private final long untilNs;
    private long heardNs;
    private boolean asked;

    private final Deadline silence = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            silentFor(nowNs - heardNs, nowNs);
        }
    };

    private final Deadline connecting = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            connection.connectFailed(
                    Reason.CONNECT_TIMEOUT, new IOException("no HTTP/2 connection within upstream.timeouts.connect"));
        }
    };

    private final Deadline idle = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            connection.end(Http2Error.NO_ERROR, Reason.UPSTREAM_GONE);
        }
    };

    UpstreamWatch(
            final H2Upstream connection,
            final LoopContext loop,
            final Patience patience,
            final long timeoutNs,
            final long idleNs) {
        this.connection = connection;
        this.loop = loop;
        this.patience = patience;
        this.idleNs = idleNs;
        this.untilNs = loop.clock().nowNs() + timeoutNs;
    }

    /** The socket is connected: the rest must be done in the same time. */
    void connecting() {
        loop.timers().set(connecting, untilNs);
    }

    /** It has no streams. */
    void idle() {
        loop.timers().clear(connecting);
        loop.timers().clear(silence);
        loop.timers().set(idle, loop.clock().nowNs() + idleNs);
    }

    /** It has a stream again. */
    void busy() {
        loop.timers().clear(idle);
        heard();
        loop.timers().set(silence, heardNs + patience.askAfterNs());
    }

    /** Something came. */
    void heard() {
        heardNs = loop.clock().nowNs();
        asked = false;
    }

    private void silentFor(final long silentNs, final long nowNs) {
        if (asked) {
            connection.silent();
        } else if (silentNs < patience.askAfterNs()) {
            loop.timers().set(silence, heardNs + patience.askAfterNs());
        } else {
            asked = true;
            connection.writer().ping(false, ASKED);
            connection.flushSoon();
            loop.timers().set(silence, nowNs + patience.answerNs());
        }
    }

    void close() {
        loop.timers().remove(connecting);
        loop.timers().remove(silence);
        loop.timers().remove(idle);
    }
}
