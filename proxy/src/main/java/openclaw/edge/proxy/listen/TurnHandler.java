package openclaw.edge.proxy.listen;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import openclaw.edge.proxy.exchange.LoopTurn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the rest of the loop when a turn of input begins and ends. */
final class TurnHandler implements IoHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TurnHandler.class);

    private final IoHandler io;
    private final LoopTurn turn;
    private final boolean epoll;

    /** @param epoll whether {@code io} is epoll's */
    TurnHandler(final IoHandler io, final LoopTurn turn, final boolean epoll) {
        this.io = io;
        this.turn = turn;
        this.epoll = epoll;
    }

    @Override
    public int run(final IoHandlerContext context) {
        try {
            return turn(context);
        } catch (final InternalError e) {
            // Of a mapped file that was cut short: thrown at some later point of the thread, which must go on.
            LOG.error("an event loop touched memory whose file was cut short; it goes on", e);
            return 0;
        }
    }

    private int turn(final IoHandlerContext context) {
        turn.begin();
        try {
            return io.run(context);
        } finally {
            turn.end();
        }
    }

    @Override
    public void initialize() {
        io.initialize();
    }

    @Override
    public void prepareToDestroy() {
        io.prepareToDestroy();
    }

    @Override
    public void destroy() {
        io.destroy();
    }

    @Override
    public IoRegistration register(final IoHandle handle) throws Exception {
        final IoRegistration registration = io.register(handle);
        return epoll ? new EpollRegistration(registration) : registration;
    }

    @Override
    public void wakeup() {
        io.wakeup();
    }

    @Override
    public boolean isCompatible(final Class<? extends IoHandle> handleType) {
        return io.isCompatible(handleType);
    }
}
