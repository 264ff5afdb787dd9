package openclaw.edge.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread's share of the load: every n-th request, over connections of its own. A request that is due while all of them are
 * busy waits for the first to be free; its time runs.
 */
final class LoadWorker {
    private static final long CHECK_NS = 50_000_000L;
    private static final long RECONNECT_NS = 100_000_000L;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LoadPlan plan;
    private final EventLoop loop;
    private final Class<? extends Channel> channelType;
    private final SslContext tls;
    private final InetSocketAddress address;
    private final ByteBuf request;
    private final LoadResult result = new LoadResult();

    /** Kept as the result is, so that the compiler has seen and compiled all of it before it counts. */
    private final LoadResult warmUp = new LoadResult();

    private final LoadResult[] results = {warmUp, result};
    private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();
    private final Set<LoadConnection> open = new HashSet<>();
    private final CompletableFuture<Void> connected = new CompletableFuture<>();
    private final CompletableFuture<LoadResult> done = new CompletableFuture<>();
    private final AtomicLong answeredSeen = new AtomicLong();
    private final int wanted;
    private final int index;
    private int connecting;
    private long startNs;
    private long beganNs;
    private long beganCpuNs;
    private long measuredFrom;
    private long measuredFromNs;
    private long next;
    private boolean hasStarted;
    private boolean isScheduled;
    private boolean isEnding;
    private boolean isStopped;
    private boolean isConnectingLater;

    LoadWorker(
            final LoadPlan plan,
            final int index,
            final EventLoop loop,
            final Class<? extends Channel> channelType,
            final SslContext tls,
            final InetSocketAddress address) {
        this.plan = plan;
        this.loop = loop;
        this.channelType = channelType;
        this.tls = tls;
        this.address = address;
        this.request = Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(plan.request(), StandardCharsets.ISO_8859_1));
        this.wanted = plan.connections() / plan.threads() + (index < plan.connections() % plan.threads() ? 1 : 0);
        this.index = index;
        this.next = index;
    }

    /** Begins to connect; ends when all its connections stand, or with the failure of the first that cannot be made. */
    CompletableFuture<Void> connect() {
        loop.execute(() -> {
            for (int i = 0; i < wanted; i++) {
                connectOne();
            }
        });
        return connected;
    }

    /**
     * Begins to send.
     *
     * @param firstNs when the first request is due, by {@link System#nanoTime()}
     * @return what was seen, once the last request is answered, has failed or is given up
     */
    CompletableFuture<LoadResult> run(final long firstNs) {
        loop.execute(() -> {
            startNs = firstNs;
            measuredFrom = (long) plan.rate() * plan.warmUpSeconds();
            measuredFromNs = firstNs + plan.dueNs(measuredFrom);
            hasStarted = true;
            beganNs = System.nanoTime();
            beganCpuNs = THREADS.getCurrentThreadCpuTime();
            schedule(System.nanoTime());
            check();
        });
        return done;
    }

    /** Ends it before its time, with what was seen until then. Any thread. */
    void stop() {
        loop.execute(() -> {
            isStopped = true;
            if (!hasStarted) {
                connected.completeExceptionally(new IOException("it was stopped before all connections stood"));
            } else if (!isEnding) {
                end(System.nanoTime());
            }
        });
    }

    /** Answers so far to requests that count. Any thread. */
    long answeredSeen() {
        return answeredSeen.get();
    }

    /** Closes what is open. */
    void close() {
        loop.execute(() -> {
            isEnding = true;
            Set.copyOf(open).forEach(each -> each.fail(LoadResult.Failure.CLOSED));
        });
    }

    private void connectOne() {
        connecting++;
        final LoadConnection connection = new LoadConnection(this, request);
        final ChannelFuture connect = new Bootstrap()
                .group(loop)
                .channel(channelType)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) (plan.timeoutNs() / 1_000_000))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        if (tls != null) {
                            final SslHandler handler = tls.newHandler(channel.alloc(), plan.host(), plan.port());
                            handler.setHandshakeTimeoutMillis(plan.timeoutNs() / 1_000_000);
                            channel.pipeline().addLast(handler);
                        }
                        channel.pipeline().addLast(new HttpResponseDecoder(), connection);
                    }
                })
                .connect(address);
        connect.addListener(ended -> {
            if (tls == null || !ended.isSuccess()) {
                onConnect(connection, ended);
            } else {
                // It stands when the server is known to be the one that is meant.
                connect.channel()
                        .pipeline()
                        .get(SslHandler.class)
                        .handshakeFuture()
                        .addListener(shaken -> onConnect(connection, shaken));
            }
        });
    }

    private void onConnect(final LoadConnection connection, final Future<?> ended) {
        connecting--;
        result.onConnect(!ended.isSuccess());
        if (ended.isSuccess()) {
            open.add(connection);
            onIdle(connection);
            if (open.size() == wanted) {
                connected.complete(null);
            }
        } else if (hasStarted) {
            connectLater();
        } else {
            connected.completeExceptionally(ended.cause());
        }
    }

    /** Once for all that are missing then: a server that is gone is not stormed. */
    private void connectLater() {
        if (!isConnectingLater) {
            isConnectingLater = true;
            loop.schedule(this::connectMissing, RECONNECT_NS, TimeUnit.NANOSECONDS);
        }
    }

    private void connectMissing() {
        isConnectingLater = false;
        while (!isEnding && open.size() + connecting < wanted) {
            connectOne();
        }
    }

    /** A connection has nothing to do. */
    void onIdle(final LoadConnection connection) {
        connection.idleSince(System.nanoTime());
        idle.addLast(connection);
        if (hasStarted) {
            sendDue();
        }
    }

    /** An answer is whole. */
    void onAnswer(final LoadConnection connection, final int status) {
        final long nowNs = System.nanoTime();
        answeredSeen.lazySet(answeredSeen.get() + measuredPart(connection.dueNs()));
        resultFor(connection.dueNs()).onAnswer(status, nowNs - connection.dueNs(), nowNs - connection.sentNs());
    }

    /** A connection has ended, with a request on its way where a failure is given. */
    void onEnd(final LoadConnection connection, final LoadResult.Failure failure) {
        if (!open.remove(connection)) {
            // It never stood: its attempt says so.
            return;
        }
        idle.remove(connection);
        if (failure != null) {
            resultFor(connection.dueNs()).onFailure(failure, System.nanoTime() - connection.dueNs());
        }
        if (!hasStarted) {
            connected.completeExceptionally(new IOException("the server closed a connection before any request"));
        } else if (connection.hasAnswered()) {
            connectMissing();
        } else {
            // A server that turns everybody away is not asked more often for it.
            connectLater();
        }
    }

    /**
     * Where a request that was due then counts. Without a branch: one that was never taken before the measured part begins would
     * throw away the compiled code at just that moment, and compiling it anew takes a core for tens of milliseconds.
     */
    private LoadResult resultFor(final long dueNs) {
        return results[measuredPart(dueNs)];
    }

    /** 1 where a request that was due then counts, 0 in the warm-up. */
    private int measuredPart(final long dueNs) {
        return (int) ((measuredFromNs - 1 - dueNs) >>> 63);
    }

    private void sendDue() {
        final long nowNs = System.nanoTime();
        while (next < plan.total() && !idle.isEmpty()) {
            final long dueNs = startNs + plan.dueNs(next);
            if (dueNs - nowNs > 0) {
                break;
            }
            final LoadConnection connection = idle.pollFirst();
            connection.send(dueNs, nowNs);
            final long lateNs = nowNs - dueNs;
            final long ownLateNs = Math.min(lateNs, nowNs - connection.idleNs());
            resultFor(dueNs).onSent(lateNs, ownLateNs, nowNs - measuredFromNs);
            next += plan.threads();
        }
        schedule(nowNs);
    }

    /** With no connection free there is nothing to wait for but an answer. */
    private void schedule(final long nowNs) {
        if (!isScheduled && next < plan.total() && !idle.isEmpty()) {
            isScheduled = true;
            loop.schedule(this::onDue, startNs + plan.dueNs(next) - nowNs, TimeUnit.NANOSECONDS);
        }
    }

    private void onDue() {
        isScheduled = false;
        sendDue();
    }

    /** Looks for overdue answers, and for the end. */
    private void check() {
        if (isEnding) {
            return;
        }
        final long nowNs = System.nanoTime();
        for (final LoadConnection each : Set.copyOf(open)) {
            if (each.isOverdue(nowNs, plan.timeoutNs())) {
                each.fail(LoadResult.Failure.TIMED_OUT);
            }
        }
        final boolean isAllSent = next >= plan.total();
        final boolean isIdle = open.stream().noneMatch(LoadConnection::isBusy);
        final boolean isGivenUp = nowNs - (startNs + plan.dueNs(plan.total())) >= plan.timeoutNs();
        if ((isAllSent && isIdle) || isGivenUp || isStopped) {
            end(nowNs);
        } else {
            loop.schedule(this::check, CHECK_NS, TimeUnit.NANOSECONDS);
        }
    }

    /** What was due by now and has no answer enters the latencies with the time that it has waited. */
    private void end(final long nowNs) {
        isEnding = true;
        for (long each = Math.max(next, firstMeasured()); each < plan.total(); each += plan.threads()) {
            final long sinceDueNs = nowNs - startNs - plan.dueNs(each);
            if (sinceDueNs < 0) {
                break;
            }
            result.onNeverSent(sinceDueNs);
        }
        next = plan.total();
        if (isStopped) {
            result.onEndedEarly(Math.max(0, nowNs - measuredFromNs));
        }
        final double tookNs = Math.max(1, System.nanoTime() - beganNs);
        result.onBusy((THREADS.getCurrentThreadCpuTime() - beganCpuNs) / tookNs);
        for (final LoadConnection each : Set.copyOf(open)) {
            if (each.isBusy()) {
                each.fail(LoadResult.Failure.CUT_OFF);
            }
        }
        done.complete(result);
    }

    /** The first of this thread's requests that counts. */
    private long firstMeasured() {
        final long behind = Math.floorMod(measuredFrom - index, (long) plan.threads());
        return behind == 0 ? measuredFrom : measuredFrom + plan.threads() - behind;
    }
}
