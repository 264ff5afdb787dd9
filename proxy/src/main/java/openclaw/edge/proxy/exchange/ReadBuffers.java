package openclaw.edge.proxy.exchange;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/** How large the buffers are that sockets are read into. */
public final class ReadBuffers {
    private static final int LEAST_BYTES = 2 * 1024;
    private static final int MOST_BYTES = 64 * 1024;

    /**
     * Grows with what comes, but never so small that a usual message fills it: a full buffer makes the loop read again, in
     * vain.
     */
    public static final RecvByteBufAllocator SIZES =
            new AdaptiveRecvByteBufAllocator(LEAST_BYTES, LEAST_BYTES, MOST_BYTES);

    private ReadBuffers() {}
}
