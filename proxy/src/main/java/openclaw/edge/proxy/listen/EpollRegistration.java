package openclaw.edge.proxy.listen;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;

/**
 * A socket's place in epoll that it keeps while it waits for nothing.
 *
 * <p>Netty (4.2.18) takes a descriptor that waits for nothing out of epoll and does not put it back: a half-closed connection whose
 * output then does not fit into the kernel's buffer asks to be told when it does, is refused with ENOENT, and is closed with what
 * it had to say unsent. Here it stays, edge-triggered, so that an error or a hang-up wakes the loop once and not for ever.
 */
final class EpollRegistration implements IoRegistration {
    private final IoRegistration registration;

    EpollRegistration(final IoRegistration registration) {
        this.registration = registration;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // as the interface has it
    public <T> T attachment() {
        return registration.attachment();
    }

    @Override
    public long submit(final IoOps ops) {
        return registration.submit(EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : ops);
    }

    @Override
    public boolean isValid() {
        return registration.isValid();
    }

    @Override
    public boolean cancel() {
        return registration.cancel();
    }
}
