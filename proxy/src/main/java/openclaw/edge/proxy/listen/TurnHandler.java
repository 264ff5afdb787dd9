package openclaw.edge.proxy.listen;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import openclaw.edge.proxy.exchange.LoopClock;

/** Tells the loop's clock when a turn begins, so that it is read at most once in each. */
final class TurnHandler implements IoHandler {
    private final IoHandler io;
    private final LoopClock clock;

    TurnHandler(final IoHandler io, final LoopClock clock) {
        this.io = io;
        this.clock = clock;
    }

    @Override
    public int run(final IoHandlerContext context) {
        // What runs after the wait asks for the time anew.
        clock.turn();
        return io.run(context);
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
        return io.register(handle);
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
