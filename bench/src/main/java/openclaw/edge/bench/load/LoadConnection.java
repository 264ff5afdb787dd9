package openclaw.edge.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;

/** One kept connection, with at most one request on its way. Belongs to its worker's event loop. */
final class LoadConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final int CONTINUE = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int OK = 200;

    private final LoadWorker worker;
    private final ByteBuf request;
    private ChannelHandlerContext context;
    private boolean isBusy;
    private boolean hasEnded;
    private boolean isLast;
    private boolean hasAnswered;
    private int status;
    private long dueNs;
    private long sentNs;
    private long idleNs;

    /**
     * A connection that is being made.
     *
     * @param worker that it belongs to
     * @param request the bytes of one, unreleasable
     */
    LoadConnection(final LoadWorker worker, final ByteBuf request) {
        this.worker = worker;
        this.request = request;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext added) {
        context = added;
    }

    /** Sends one request; the connection is idle. */
    void send(final long requestDueNs, final long nowNs) {
        isBusy = true;
        status = 0;
        isLast = false;
        dueNs = requestDueNs;
        sentNs = nowNs;
        context.writeAndFlush(request.retainedDuplicate(), context.voidPromise());
    }

    boolean isBusy() {
        return isBusy;
    }

    boolean isOverdue(final long nowNs, final long timeoutNs) {
        return isBusy && nowNs - sentNs >= timeoutNs;
    }

    /** Whether any request has been answered on it. */
    boolean hasAnswered() {
        return hasAnswered;
    }

    /** Notes since when it has nothing to do. */
    void idleSince(final long nowNs) {
        idleNs = nowNs;
    }

    long idleNs() {
        return idleNs;
    }

    long dueNs() {
        return dueNs;
    }

    long sentNs() {
        return sentNs;
    }

    /** Ends the connection; a request on its way has failed so. */
    void fail(final LoadResult.Failure failure) {
        if (!hasEnded) {
            hasEnded = true;
            final boolean wasBusy = isBusy;
            isBusy = false;
            context.close();
            worker.onEnd(this, wasBusy ? failure : null);
        }
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext ignored, final HttpObject message) {
        if (message.decoderResult().isFailure() || !isBusy) {
            fail(LoadResult.Failure.MALFORMED);
            return;
        }
        if (message instanceof HttpResponse response) {
            status = response.status().code();
            isLast = !HttpUtil.isKeepAlive(response);
        }
        if (message instanceof LastHttpContent) {
            onWhole();
        }
    }

    private void onWhole() {
        if (status == SWITCHING_PROTOCOLS) {
            fail(LoadResult.Failure.MALFORMED);
        } else if (status < CONTINUE || status >= OK) {
            isBusy = false;
            hasAnswered = true;
            hasEnded = isLast;
            worker.onAnswer(this, status);
            if (isLast) {
                context.close();
                worker.onEnd(this, null);
            } else {
                worker.onIdle(this);
            }
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ignored) {
        fail(LoadResult.Failure.CLOSED);
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ignored, final Throwable cause) {
        fail(LoadResult.Failure.CLOSED);
    }
}
