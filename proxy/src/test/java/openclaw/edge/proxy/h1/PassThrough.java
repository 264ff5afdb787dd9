package openclaw.edge.proxy.h1;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import openclaw.edge.proxy.exchange.Defect;
import openclaw.edge.proxy.exchange.Exchange;
import openclaw.edge.proxy.exchange.ExchangeHandler;
import openclaw.edge.proxy.exchange.FieldNames;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.exchange.Outcome;
import openclaw.edge.proxy.exchange.Reason;
import openclaw.edge.proxy.exchange.RequestRewriter;
import openclaw.edge.proxy.exchange.UpstreamSource;

/** A handler that forwards everything, refuses paths under /refuse, allows tunnels under /ws, and keeps what happened. */
public final class PassThrough implements ExchangeHandler {
    /** Gets a record of every exchange; null where there is none. */
    TestJournal journal;

    public final List<Outcome> ends = new CopyOnWriteArrayList<>();
    public final List<Reason> failures = new CopyOnWriteArrayList<>();
    public volatile long upstreamTimeoutNs = Waits.LONG_NS;
    /** False: outcomes are not kept, for who counts allocations. */
    public volatile boolean keepsEnds = true;

    UpstreamSource source;
    volatile Runnable beforeForward = () -> {};
    RequestRewriter rewriter;
    volatile long tunnelIdleNs = 20_000_000_000L;
    volatile int progress;

    static final class Nothing implements Attachment {
        @Override
        public void reset() {}
    }

    @Override
    public void onRequest(final Exchange x) {
        final Head head = x.request();
        final String path = new String(head.bytes(), head.pathOffset(), head.pathLength(), StandardCharsets.ISO_8859_1);
        if (path.startsWith("/ws") && head.isWebSocket()) {
            x.allowTunnel(tunnelIdleNs);
        }
        if (path.startsWith("/refuse") || path.startsWith("/ws/refuse")) {
            answer(x, 429, "refused");
        } else if (path.startsWith("/need")) {
            x.needBody(4);
        } else {
            forward(x);
        }
    }

    private void forward(final Exchange x) {
        beforeForward.run();
        rewriter.request(x);
        x.timeouts(upstreamTimeoutNs, upstreamTimeoutNs);
        x.forward(source, false);
    }

    @Override
    public void onMalformed(final Exchange x, final Defect defect) {
        answer(x, defect.status(), "malformed");
    }

    @Override
    public void onBody(final Exchange x) {
        final int first = x.held() == null ? -1 : x.held().getByte(x.held().readerIndex());
        if (first == 'r') {
            answer(x, 403, "by body");
        } else {
            forward(x);
        }
    }

    @Override
    public void onSend(final Exchange x) {
        if (x.request().isExpectContinue()) {
            x.sendContinue();
        }
    }

    @Override
    public void onRequestTrailers(final Exchange x, final Head trailers) {
        rewriter.requestTrailers(trailers);
    }

    @Override
    public void onResponse(final Exchange x) {
        rewriter.response(x);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the event loop alone
    public void onProgress(final Exchange x) {
        progress++;
    }

    @Override
    public void onFailure(final Exchange x, final Reason reason) {
        failures.add(reason);
        final boolean isFirst =
                (reason == Reason.STALE_CONNECTION || reason == Reason.UNSENT || reason == Reason.REFUSED)
                        && !x.isRetried();
        if ((isFirst || reason == Reason.PASSED_OVER) && x.isReplayable()) {
            x.forward(source, true);
            return;
        }
        final int status = switch (reason) {
            case CLIENT_BODY_MALFORMED -> 400;
            case CLIENT_BODY_TOO_LARGE -> 413;
            case CLIENT_TIMEOUT -> 408;
            case RESPONSE_HEAD_TIMEOUT, CONNECT_TIMEOUT -> 504;
            case QUEUE_FULL, QUEUE_TIMEOUT -> 503;
            default -> 502;
        };
        answer(x, status, reason.name());
    }

    private static void answer(final Exchange x, final int status, final String text) {
        final byte[] body = text.getBytes(StandardCharsets.US_ASCII);
        x.response().status(status);
        x.response().add(FieldNames.CONTENT_TYPE, "text/plain".getBytes(StandardCharsets.US_ASCII));
        x.answer(body, body.length);
    }

    @Override
    public void onEnd(final Exchange x, final Outcome outcome) {
        if (journal != null) {
            journal.commit();
        }
        if (keepsEnds) {
            ends.add(outcome);
        }
    }

    @Override
    public Attachment newAttachment() {
        return new Nothing();
    }
}
