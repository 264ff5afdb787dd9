package openclaw.edge.bench.load;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Carries a plan out: connects, sends, collects. Blocks the thread that calls it. */
final class LoadRun {
    private static final long START_AFTER_NS = 50_000_000L;
    private static final long PROGRESS_MS = 1_000;

    private LoadRun() {}

    /**
     * Carries it out.
     *
     * @param plan what to send
     * @param progress told how far it is once a second
     * @param stop ends the run before its time when it is complete
     * @return what was seen
     * @throws IOException when not all connections can be made at the start
     * @throws InterruptedException when interrupted; everything is closed
     */
    static LoadResult run(final LoadPlan plan, final LoadProgress progress, final CompletableFuture<Void> stop)
            throws IOException, InterruptedException {
        final boolean isEpoll = Epoll.isAvailable();
        final IoHandlerFactory handlers = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        final Class<? extends Channel> type = isEpoll ? EpollSocketChannel.class : NioSocketChannel.class;
        final EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(plan.threads(), new DefaultThreadFactory("load", true), handlers);
        try {
            final InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(plan.host()), plan.port());
            final SslContext tls = plan.isTls() ? tls(plan) : null;
            final List<LoadWorker> workers = new ArrayList<>();
            for (int i = 0; i < plan.threads(); i++) {
                workers.add(new LoadWorker(plan, i, group.next(), type, tls, address));
            }
            stop.thenRun(() -> workers.forEach(LoadWorker::stop));
            await(workers.stream().map(LoadWorker::connect).toList(), () -> {});
            final long firstNs = System.nanoTime() + START_AFTER_NS;
            final long measuredFromNs = firstNs + plan.warmUpSeconds() * LoadPlan.SECOND_NS;
            final List<CompletableFuture<LoadResult>> results =
                    workers.stream().map(worker -> worker.run(firstNs)).toList();
            await(
                    results,
                    () -> progress.on(
                            System.nanoTime() - measuredFromNs < 0,
                            workers.stream().mapToLong(LoadWorker::answeredSeen).sum()));
            final LoadResult all = new LoadResult();
            results.forEach(result -> all.add(result.join()));
            return all;
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private static SslContext tls(final LoadPlan plan) throws IOException {
        final SslContextBuilder builder = SslContextBuilder.forClient();
        if (plan.insecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else {
            builder.endpointIdentificationAlgorithm("HTTPS");
        }
        return builder.build();
    }

    private static void await(final List<? extends CompletableFuture<?>> futures, final Runnable eachSecond)
            throws IOException, InterruptedException {
        final CompletableFuture<Void> all = CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
        while (true) {
            try {
                all.get(PROGRESS_MS, TimeUnit.MILLISECONDS);
                return;
            } catch (final TimeoutException e) {
                eachSecond.run();
            } catch (final ExecutionException e) {
                throw new IOException(LoadFailureWords.of(e), e.getCause());
            }
        }
    }
}
