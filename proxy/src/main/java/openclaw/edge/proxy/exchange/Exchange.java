package openclaw.edge.proxy.exchange;

import io.netty.buffer.ByteBuf;

/**
 * One request and its response, from the parsed head to the outcome.
 *
 * <pre>
 *  FREE -> DECIDING -> NEED_BODY -> DECIDING
 *          DECIDING -> ACQUIRING -> FORWARDING -> RESPONDING -> FREE
 *                                   FORWARDING -> TUNNEL     -> FREE (the upstream agreed to a tunnel)
 *          DECIDING, ACQUIRING, FORWARDING -> ANSWERING -> FREE      (the proxy's own answer)
 *          any -> FREE                                               (either side gone)
 * </pre>
 *
 * Objects are pooled per event loop and owned by it; {@link #generation()} tells a later use of the same object apart. Each
 * use ends with exactly one {@link ExchangeHandler#onEnd}. Bytes of the request's body that arrive before an upstream does
 * are held here, at most what the downstream sends without credit.
 *
 * <p>In a tunnel the two directions carry bytes that are nobody's message, each until its own end. A tunnel that either side
 * has ended in order is complete, however the other side then goes; a reset while both directions are open is not.
 */
public final class Exchange {
    private enum State {
        FREE,
        DECIDING,
        NEED_BODY,
        ACQUIRING,
        FORWARDING,
        RESPONDING,
        TUNNEL,
        ANSWERING
    }

    private final LoopContext loop;
    private final ExchangeHandler handler;
    private final ExchangeHandler.Attachment attachment;
    private final Head request = new Head();
    private final Head response = new Head();
    private final HeldBody held;

    private State state = State.FREE;
    private int generation;
    private Downstream downstream;
    private Upstream upstream;
    private UpstreamSource source;
    private UpstreamSource forwardedFrom;
    private UpstreamSource tried;
    private int neededBytes;
    private boolean sent;
    private boolean retried;
    private boolean clientEnded;
    private boolean upstreamEnded;
    private int inFlightBytes;
    private int creditedBefore;
    private long requestBytes;
    private long responseBytes;
    private long responseHeadTimeoutNs;
    private long responseIdleTimeoutNs;
    private long tunnelIdleNs;
    private boolean closeAfter;
    private Outcome outcomeOfAnswer = Outcome.COMPLETE;

    /** Made by {@link ExchangePool}. */
    Exchange(final LoopContext loop, final ExchangeHandler handler) {
        this.loop = loop;
        this.handler = handler;
        this.attachment = handler.newAttachment();
        this.held = new HeldBody(loop);
    }

    // ---- what is known of it ----

    public LoopContext loop() {
        return loop;
    }

    /** Grows by one with each use of this object. */
    public int generation() {
        return generation;
    }

    public ExchangeHandler.Attachment attachment() {
        return attachment;
    }

    /** Who is at the client's end of the connection. */
    public Peer peer() {
        return downstream.peer();
    }

    /** The request's head; filled by the downstream, then edited into what is forwarded. */
    public Head request() {
        return request;
    }

    /** The response's head, interim or final. */
    public Head response() {
        return response;
    }

    /** Bytes of the request's body, or from the client's end of the tunnel, received so far. */
    public long requestBytes() {
        return requestBytes;
    }

    /** Bytes of the response's body, or through the tunnel, sent to the client so far. */
    public long responseBytes() {
        return responseBytes;
    }

    /** Whether the request's head was handed to an upstream's connection. */
    public boolean isSent() {
        return sent;
    }

    /** Whether the final head was handed to the client's side. */
    public boolean isResponding() {
        return state == State.RESPONDING;
    }

    /** Whether it was forwarded a second time already. */
    public boolean isRetried() {
        return retried;
    }

    /** Whether the request can be sent once more as it was: nothing of a body has left this object. */
    public boolean isReplayable() {
        return !held.isPassed();
    }

    /** Bytes of the request's body held here, or null; the reader index must not be moved. */
    public ByteBuf held() {
        return held.bytes();
    }

    /** Whether {@link #held} is the whole body, or there is none. */
    public boolean isBodyComplete() {
        return held.isLast() || request.framing() == Head.Framing.NONE;
    }

    /** Nanoseconds that the upstream has to begin its response after the request was sent. */
    public long responseHeadTimeoutNs() {
        return responseHeadTimeoutNs;
    }

    /** Nanoseconds that the upstream may pause within its response. */
    public long responseIdleTimeoutNs() {
        return responseIdleTimeoutNs;
    }

    /** The server's source that it was given to last; null before the first. */
    public UpstreamSource tried() {
        return tried;
    }

    /** Whether the source that it was forwarded from last has another server that is up. */
    public boolean hasAlternative() {
        return forwardedFrom != null && forwardedFrom.hasAlternative(this);
    }

    /** Notes the server's source that it is given to. */
    public void tried(final UpstreamSource server) {
        tried = server;
    }

    public void timeouts(final long headNs, final long idleNs) {
        responseHeadTimeoutNs = headNs;
        responseIdleTimeoutNs = idleNs;
    }

    /**
     * The upstream may answer with a tunnel.
     *
     * @param idleNs above 0: nanoseconds that both directions may be silent
     */
    public void allowTunnel(final long idleNs) {
        tunnelIdleNs = idleNs;
    }

    /** Whether the request goes upstream as one for a tunnel: what the client sends after it is no further request. */
    public boolean isTunnelAllowed() {
        return tunnelIdleNs > 0;
    }

    /** Nanoseconds that both directions of a tunnel may be silent. */
    public long tunnelIdleNs() {
        return tunnelIdleNs;
    }

    /** Whether this is a tunnel now. */
    public boolean isTunnel() {
        return state == State.TUNNEL;
    }

    /** Whether the client's connection is to be closed after the response. */
    public boolean isCloseAfter() {
        return closeAfter;
    }

    public void closeAfter(final boolean value) {
        closeAfter = value;
    }

    // ---- from the client's side ----

    /** Begins a use. The downstream fills {@link #request()} and calls {@link #requestHead}. */
    void begin(final Downstream client) {
        assert state == State.FREE;
        generation++;
        downstream = client;
        state = State.DECIDING;
    }

    /** The head is complete and legal: decide. */
    public void requestHead() {
        handler.onRequest(this);
    }

    /** What came is no legal request, or did not come in time: it is answered, and the connection closed after it. */
    public void malformed(final Defect defect) {
        closeAfter = true;
        outcomeOfAnswer = Outcome.CLIENT_ABORT;
        handler.onMalformed(this, defect);
    }

    /**
     * What came is no request, and its sender is told so by the protocol's own means: nothing is decided, answered or recorded.
     * The downstream counts it; this is the last call of this use.
     */
    public void abandon() {
        assert state == State.DECIDING && upstream == null && source == null;
        release();
    }

    /** A piece of the request's body; {@code data} by the contract of {@link Downstream#body}. */
    public void requestBody(final ByteBuf data, final int length, final boolean last) {
        requestBytes += length;
        if (upstream != null) {
            held.passed(length, last);
            hold(length);
            if (!last) {
                handler.onProgress(this);
            }
            upstream.body(data, length, last);
            return;
        }
        held.append(data, length, last);
        if (state == State.NEED_BODY && (last || held.holds(neededBytes))) {
            state = State.DECIDING;
            handler.onBody(this);
        }
    }

    /** The request's body ended with trailer fields. Only chunks can carry them on; to others their end alone is passed. */
    public void requestTrailers(final Head trailers) {
        final boolean isCarried = request.framing() == Head.Framing.CHUNKED;
        if (isCarried) {
            held.end(trailers);
        }
        if (isCarried && upstream != null) {
            endRequest();
        } else {
            requestBody(null, 0, true);
        }
    }

    private void endRequest() {
        final Head trailers = held.trailers();
        if (trailers == null) {
            upstream.body(null, 0, true);
        } else {
            handler.onRequestTrailers(this, trailers);
            upstream.trailers(trailers);
        }
    }

    /**
     * Bytes from the client's end of a tunnel; {@code data} by the contract of {@link Downstream#body}.
     *
     * @param last whether the client has ended its direction; {@code length} is 0 then
     */
    public void tunnelFromClient(final ByteBuf data, final int length, final boolean last) {
        requestBytes += length;
        loop.counters().add(EdgeCounter.TUNNEL_BYTES_IN, length);
        if (last && upstreamEnded) {
            final Upstream other = upstream;
            upstream = null;
            end(Outcome.COMPLETE);
            other.body(data, length, true);
            finish();
            return;
        }
        clientEnded |= last;
        hold(length);
        handler.onProgress(this);
        upstream.body(data, length, last);
    }

    /** The client's connection is gone: nothing can be answered any more. */
    public void clientGone(final Reason reason) {
        detachUpstream(reason);
        end(outcome(reason));
        release();
    }

    /** The client's body cannot be taken: answered if nothing was sent yet, else both sides are cut. */
    public void requestFailed(final Reason reason) {
        detachUpstream(reason);
        closeAfter = true;
        failed(reason);
    }

    /** The client has taken {@code bytes} of the response. */
    public void responseCredit(final int bytes) {
        if (upstream != null) {
            hold(-bytes);
            upstream.responseCredit(bytes);
        }
    }

    /** Flushes what was collected for the upstream. */
    public void flushRequest() {
        if (upstream != null) {
            upstream.flush();
        }
    }

    // ---- from the handler ----

    /** Asks for the first {@code bytes} (at most 64 KiB) of the body, or all of it, before deciding. */
    public void needBody(final int bytes) {
        if (isBodyComplete() || held.holds(bytes)) {
            handler.onBody(this);
            return;
        }
        neededBytes = bytes;
        state = State.NEED_BODY;
    }

    /** Sends an interim 100 to a client that waits for it. */
    public void sendContinue() {
        response.reset();
        response.status(100);
        downstream.informational(this);
        response.reset();
    }

    /** Forwards to an upstream from {@code from}; a second call is the retry. */
    public void forward(final UpstreamSource from, final boolean fresh) {
        retried = sent || retried;
        state = State.ACQUIRING;
        source = from;
        forwardedFrom = from;
        from.acquire(this, fresh || retried);
    }

    /**
     * Ends the exchange with the proxy's own answer: status and fields are in {@link #response()}, whose framing this sets.
     *
     * @param body bytes of the answer, or null for none
     * @param length of the answer in bytes
     */
    public void answer(final byte[] body, final int length) {
        assert upstream == null && source == null;
        state = State.ANSWERING;
        response.framing(Head.Framing.LENGTH, length);
        end(outcomeOfAnswer);
        final boolean empty = length == 0 || request.methodId() == Methods.HEAD;
        downstream.head(this, empty);
        if (!empty) {
            final ByteBuf data = loop.allocator().directBuffer(length);
            data.writeBytes(body, 0, length);
            responseBytes += length;
            downstream.body(this, data, length, true);
            data.release();
        }
        finish();
    }

    // ---- from the upstream's side ----

    /** An upstream was found: it gets the head and what is held of the body. */
    public void upstreamReady(final Upstream found) {
        source = null;
        state = State.FORWARDING;
        handler.onSend(this);
        sent = true;
        upstream = found;
        found.head(this);
        final boolean ends = held.isLast();
        final boolean endsApart = held.trailers() != null || held.bytes() == null;
        if (held.bytes() != null) {
            final ByteBuf data = held.take();
            final int length = data.readableBytes();
            // Counted as held already; now as in flight.
            inFlightBytes += length;
            found.body(data, length, ends && !endsApart);
            data.release();
        }
        if (ends && endsApart && upstream == found) {
            endRequest();
        }
    }

    /** No upstream could be had. */
    public void upstreamFailed(final Reason reason) {
        source = null;
        failed(reason);
    }

    /** The upstream has taken {@code bytes} of the request's body. */
    public void requestCredit(final int bytes) {
        hold(-bytes);
        final int again = Math.min(creditedBefore, bytes);
        creditedBefore -= again;
        if (again < bytes) {
            downstream.requestCredit(bytes - again);
        }
    }

    /** An interim response is in {@link #response()}. */
    public void informational() {
        downstream.informational(this);
        response.reset();
    }

    /**
     * The final response's head is in {@link #response()}.
     *
     * @param last whether no body follows
     */
    public void responseHead(final boolean last) {
        handler.onResponse(this);
        state = State.RESPONDING;
        if (last) {
            upstream = null;
            end(Outcome.COMPLETE);
            downstream.head(this, true);
            finish();
        } else {
            downstream.head(this, false);
        }
    }

    /** A piece of the response's body; {@code data} by the contract of {@link Downstream#body}. */
    public void responseBody(final ByteBuf data, final int length, final boolean last) {
        responseBytes += length;
        if (last) {
            upstream = null;
            end(Outcome.COMPLETE);
            downstream.body(this, data, length, true);
            finish();
        } else {
            hold(length);
            handler.onProgress(this);
            downstream.body(this, data, length, false);
        }
    }

    /** The upstream agreed to a tunnel, which {@link #isTunnelAllowed}; its head is in {@link #response()}. */
    public void tunnelOpened() {
        handler.onResponse(this);
        state = State.TUNNEL;
        loop.counters().increment(EdgeCounter.TUNNELS_OPENED);
        downstream.head(this, false);
    }

    /**
     * Bytes from the upstream's end of a tunnel; {@code data} by the contract of {@link Downstream#body}.
     *
     * @param last whether the upstream has ended its direction; {@code length} is 0 then
     */
    public void tunnelFromUpstream(final ByteBuf data, final int length, final boolean last) {
        responseBytes += length;
        loop.counters().add(EdgeCounter.TUNNEL_BYTES_OUT, length);
        if (last && clientEnded) {
            upstream = null;
            end(Outcome.COMPLETE);
            downstream.body(this, data, length, true);
            finish();
            return;
        }
        upstreamEnded |= last;
        hold(length);
        handler.onProgress(this);
        downstream.body(this, data, length, last);
    }

    /** The response ends with trailer fields. */
    public void responseTrailers(final Head trailers) {
        upstream = null;
        end(Outcome.COMPLETE);
        downstream.trailers(this, trailers);
        finish();
    }

    /**
     * What was passed of the request's body was not sent: it is held here again, so that the request can be repeated. Before
     * {@link #upstreamReset}.
     *
     * @param data the pieces in their order from {@code from} to the writer index; neither index is moved
     * @param last whether the body ended with them
     */
    public void bodyUnsent(final ByteBuf data, final int from, final boolean last) {
        held.restore(data, from, last);
    }

    /**
     * As {@link #bodyUnsent}, for a body of which something was sent and may be sent again.
     *
     * @param credited bytes of it that were credited, and are not when they are sent again
     */
    public void bodyRepeatable(final ByteBuf data, final int from, final boolean last, final int credited) {
        creditedBefore += credited;
        held.restore(data, from, last);
    }

    /** The upstream's side is gone; it holds this exchange no longer. */
    public void upstreamReset(final Reason reason) {
        upstream = null;
        failed(reason);
    }

    /** Flushes what was collected for the client. */
    public void flushResponse() {
        downstream.flush();
    }

    // ---- ends ----

    private void failed(final Reason reason) {
        if (upstreamEnded && reason.outcome() == Outcome.UPSTREAM_FAILED) {
            // All that it had to say was said before.
            end(Outcome.COMPLETE);
            finish();
            return;
        }
        if (state == State.RESPONDING || state == State.TUNNEL) {
            end(outcome(reason));
            final Downstream client = downstream;
            release();
            client.abort(reason);
            return;
        }
        state = State.DECIDING;
        outcomeOfAnswer = reason.outcome();
        response.reset();
        handler.onFailure(this, reason);
    }

    private void detachUpstream(final Reason reason) {
        if (source != null) {
            final UpstreamSource from = source;
            source = null;
            from.cancel(this);
        }
        if (upstream != null) {
            final Upstream old = upstream;
            upstream = null;
            old.reset(reason);
        }
    }

    /** Bytes that one side has sent and the other not yet taken are held for a client. */
    private void hold(final int bytes) {
        inFlightBytes += bytes;
        loop.budget().add(bytes);
    }

    private Outcome outcome(final Reason reason) {
        final Outcome outcome = reason.outcome();
        return (clientEnded || upstreamEnded) && (outcome == Outcome.CLIENT_ABORT || outcome == Outcome.UPSTREAM_FAILED)
                ? Outcome.COMPLETE
                : outcome;
    }

    private void end(final Outcome outcome) {
        if (state == State.TUNNEL) {
            loop.counters().increment(EdgeCounter.TUNNELS_CLOSED);
        }
        final ParkedOutputs outputs = loop.parkedOutputs();
        final long before = outputs.committed();
        handler.onEnd(this, outcome);
        if (outputs.committed() != before) {
            downstream.recorded();
        }
    }

    private void finish() {
        final Downstream client = downstream;
        release();
        client.finished();
    }

    private void release() {
        held.reset();
        hold(-inFlightBytes);
        creditedBefore = 0;
        state = State.FREE;
        downstream = null;
        upstream = null;
        source = null;
        forwardedFrom = null;
        tried = null;
        neededBytes = 0;
        sent = false;
        retried = false;
        clientEnded = false;
        upstreamEnded = false;
        tunnelIdleNs = 0;
        requestBytes = 0;
        responseBytes = 0;
        closeAfter = false;
        outcomeOfAnswer = Outcome.COMPLETE;
        request.reset();
        response.reset();
        attachment.reset();
        loop.exchanges().release(this);
    }
}
