package openclaw.edge.proxy.forward;

import io.netty.channel.ChannelException;
import java.net.BindException;

/** Whose fault it is that a connection could not be made. */
final class Faults {
    private Faults() {}

    /**
     * Whether this machine had no port, or no file, left for it (EADDRNOTAVAIL, EMFILE): an attempt that says nothing about the
     * server. It counts as a failed connect all the same, so that the request may go elsewhere.
     */
    static boolean isLocal(final Throwable cause) {
        if (cause instanceof ChannelException || cause instanceof BindException) {
            return true;
        }
        final String message = cause.getMessage();
        return message != null && message.contains("Cannot assign requested address");
    }
}
