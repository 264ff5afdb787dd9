package openclaw.edge.proxy.h2;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import openclaw.edge.proxy.exchange.Deadline;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.Upstream;

/**
 * One stream of a connection to an upstream: one exchange's request and response. The request's body is {@link SentBody}'s
 * business, what comes {@link ReceivedResponse}'s.
 *
 * <p>An exchange leaves this object before the call that ends it, and this object is free for another then. Pooled by its
 * connection, whose event loop owns it.
 */
final class UpstreamStream implements Upstream {
    private final H2Upstream connection;
    private final LoopContext loop;
    private final SentBody request;
    private final ReceivedResponse response;
    private final Deadline deadline = new Deadline() {
        @Override
        protected void expired(final long nowNs) {
            timedOut();
        }
    };

    private Exchange exchange;
    private int id;
    private long flushesBefore;

    UpstreamStream(final H2Upstream connection, final H2Loop h2) {
        this.connection = connection;
        this.loop = h2.loop;
        this.request = new SentBody(this, connection, h2);
        this.response = new ReceivedResponse(this, connection, h2);
    }

    int id() {
        return id;
    }

    /** In flight, or null. */
    Exchange exchange() {
        return exchange;
    }

    SentBody request() {
        return request;
    }

    ReceivedResponse response() {
        return response;
    }

    // ---- from the exchange ----

    @Override
    public void head(final Exchange forward) {
        exchange = forward;
        id = connection.opened(this);
        flushesBefore = connection.flushes();
        response.begin();
        request.begin(forward.request());
        setHeadDeadline();
    }

    @Override
    public void body(final ByteBuf data, final int length, final boolean last) {
        request.body(data, length, last);
    }

    @Override
    public void trailers(final Head trailers) {
        request.trailers(trailers);
    }

    @Override
    public void responseCredit(final int bytes) {
        response.credit(bytes);
    }

    @Override
    public void reset(final Reason reason) {
        exchange = null;
        connection.reset(this, Http2Error.CANCEL);
        connection.flushSoon();
    }

    @Override
    public void flush() {
        connection.flushSoon();
    }

    // ---- ends ----

    /** The response is whole: the exchange leaves, and the caller ends it. */
    Exchange exchangeOver() {
        final Exchange over = exchange;
        exchange = null;
        if (request.isEnded()) {
            connection.over(this);
        } else {
            // Nobody wants the rest of the request any more (RFC 9113 section 8.1).
            connection.reset(this, Http2Error.NO_ERROR);
        }
        return over;
    }

    /** What came is no response, or none that may go on like this. */
    void malformed(final Http2Error error) {
        loop.counters().increment(EdgeCounter.UPSTREAM_MALFORMED);
        connection.listener().failed(Reason.UPSTREAM_MALFORMED);
        fail(Reason.UPSTREAM_MALFORMED, error);
    }

    /** The upstream has reset it. */
    void resetReceived(final long code) {
        loop.counters().increment(EdgeCounter.UPSTREAM_H2_RESETS_RECEIVED);
        if (code == Http2Error.REFUSED_STREAM.code() && !response.isBegun()) {
            connection.listener().failed(Reason.REFUSED);
            refused(Reason.REFUSED);
            return;
        }
        loop.counters().increment(EdgeCounter.UPSTREAM_GONE);
        if (!response.isBegun()) {
            connection.listener().failed(Reason.UPSTREAM_GONE);
        }
        fail(Reason.UPSTREAM_GONE, null);
    }

    /** The upstream says that it has not looked at it. */
    void refused(final Reason reason) {
        loop.counters().increment(EdgeCounter.UPSTREAM_H2_REFUSED);
        fail(reason, null);
    }

    /**
     * The connection is gone.
     *
     * @param flushesTaken flushes of which the kernel may have taken something: none of what was written later
     * @param reason why, for those of which it has
     */
    void lost(final long flushesTaken, final Reason reason) {
        if (exchange == null) {
            return;
        }
        if (flushesBefore >= flushesTaken) {
            fail(Reason.UNSENT, null);
        } else {
            loop.counters().increment(EdgeCounter.UPSTREAM_GONE);
            fail(response.isBegun() && reason == Reason.STALE_CONNECTION ? Reason.UPSTREAM_GONE : reason, null);
        }
    }

    private void timedOut() {
        if (exchange == null) {
            return;
        }
        final boolean isHead = !response.isBegun();
        loop.counters().increment(EdgeCounter.UPSTREAM_TIMEOUTS);
        if (isHead) {
            connection.listener().failed(Reason.RESPONSE_HEAD_TIMEOUT);
        }
        fail(isHead ? Reason.RESPONSE_HEAD_TIMEOUT : Reason.RESPONSE_IDLE_TIMEOUT, Http2Error.CANCEL);
    }

    /** @param error that the upstream is told; null: it knows */
    private void fail(final Reason reason, final Http2Error error) {
        final Exchange failed = exchange;
        exchange = null;
        if (reason.isUnsent() || reason == Reason.STALE_CONNECTION) {
            request.giveBack(failed);
        }
        if (error == null) {
            connection.over(this);
        } else {
            connection.reset(this, error);
            connection.flushSoon();
        }
        failed.upstreamReset(reason);
    }

    /** Free for another exchange. */
    void recycle() {
        loop.timers().clear(deadline);
        request.reset();
        id = 0;
    }

    /** The connection is gone, and this with it. */
    void close() {
        loop.timers().remove(deadline);
    }

    // ---- time ----

    /** The request has ended, or not: then, while its body comes, the client's time-outs hold, unless it is the upstream that waits. */
    void setHeadDeadline() {
        if (response.isBegun()) {
            return;
        }
        if (request.isEnded()) {
            setDeadline(exchange.responseHeadTimeoutNs());
        } else if (request.isBlocked()) {
            setDeadline(exchange.responseIdleTimeoutNs());
        } else {
            clearDeadline();
        }
    }

    void setDeadline(final long fromNowNs) {
        loop.timers().set(deadline, loop.clock().nowNs() + fromNowNs);
    }

    void clearDeadline() {
        loop.timers().clear(deadline);
    }
}
