package openclaw.edge.proxy.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import openclaw.edge.proxy.exchange.LoopTurn;

/** The node's event loops, on epoll where there is one, else NIO; each of which knows its turns. */
public final class EventLoops implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_MS = 2_000;

    /** Longest run of tasks between two looks at the sockets. */
    private static final long TASKS_MS = 1;

    private final boolean epoll;
    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final Map<Object, LoopTurn> turns = Collections.synchronizedMap(new IdentityHashMap<>());
    private final IdentityHashMap<EventLoop, Beginnings> beginnings = new IdentityHashMap<>();

    /**
     * @param count of loops, at least 1
     * @param threadName prefix of the threads' names
     * @param allowEpoll false: NIO in any case
     */
    public EventLoops(final int count, final String threadName, final boolean allowEpoll) {
        epoll = allowEpoll && Epoll.isAvailable();
        final IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new Group(count, new DefaultThreadFactory(threadName), executor -> {
            final LoopTurn turn = new LoopTurn();
            turns.put(executor, turn);
            return new TurnHandler(io.newHandler(executor), turn, epoll);
        });
        for (final EventExecutor loop : group) {
            loops.add((EventLoop) loop);
            beginnings.put((EventLoop) loop, new Beginnings());
        }
    }

    /** Loops whose tasks, of which each may add another, do not keep sockets waiting. */
    private static final class Group extends MultiThreadIoEventLoopGroup {
        Group(final int count, final ThreadFactory threads, final IoHandlerFactory io) {
            super(count, threads, io);
        }

        @Override
        protected IoEventLoop newChild(final Executor executor, final IoHandlerFactory io, final Object... unused) {
            return new SingleThreadIoEventLoop(
                    this, executor, io, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), TASKS_MS);
        }
    }

    public EventLoopGroup group() {
        return group;
    }

    /** In the order of their indices. */
    public List<EventLoop> all() {
        return Collections.unmodifiableList(loops);
    }

    /** The turns of a loop; used on that loop only. */
    public LoopTurn turn(final EventLoop loop) {
        return turns.get(loop);
    }

    /** Connections of a loop that have no protocol yet; used on that loop only. */
    Beginnings beginnings(final EventLoop loop) {
        return beginnings.get(loop);
    }

    /** What sockets are made of: {@code epoll} or {@code nio}. */
    public String transport() {
        return epoll ? "epoll" : "nio";
    }

    /** Makes listening sockets for addresses of a family. */
    public ChannelFactory<? extends ServerChannel> serverChannels(final InetAddress address) {
        final SocketProtocolFamily family = family(address);
        return epoll ? () -> new EpollServerSocketChannel(family) : NioServerSocketChannel::new;
    }

    /** Makes connections to addresses of a family. */
    public ChannelFactory<? extends Channel> clientChannels(final InetAddress address) {
        final SocketProtocolFamily family = family(address);
        return epoll ? () -> new EpollSocketChannel(family) : NioSocketChannel::new;
    }

    /** An IPv4 address gets an IPv4 socket: a dual-stack one takes a longer way through the kernel. */
    private static SocketProtocolFamily family(final InetAddress address) {
        return address instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    /** Ends all loops; returns when they have ended or two seconds have passed. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    }
}
