package openclaw.edge.proxy.exchange;

/** A connection to an upstream that serves one exchange at a time and can be kept between them. */
public interface UpstreamConnection extends Upstream {
    /** Nothing has come over it that would forbid another exchange. */
    boolean isOpen();

    /**
     * It waits for its next exchange, at most this long.
     *
     * @param idleNs after which it closes itself
     * @return false: it closes now, since its upstream is about to
     */
    boolean park(long idleNs);

    /** Closes it; its exchange, if any, is told. */
    void close();

    /** Closes it without the kernel's keeping its port for a minute: for many that serve once. It must be idle. */
    void drop();

    /** What becomes of a connection, told to whom had it made. */
    interface Listener {
        /** It is open and can take an exchange. */
        void connected(UpstreamConnection connection);

        /** It could not be made. */
        void connectFailed(Reason reason, Throwable cause);

        /** Its exchange is over and it can take another. Called when nothing of the exchange is left on the stack. */
        void available(UpstreamConnection connection);

        /** The head of a final response came over it: its upstream lives. */
        default void answered() {}

        /** It failed its exchange in a way that speaks against its upstream; {@link #closed} follows. */
        default void failed(final Reason reason) {}

        /** Its upstream sent what nobody had asked for; {@link #closed} follows. */
        default void surplus() {}

        /** It is closed and never comes back. Not called after {@link #connectFailed}. */
        void closed(UpstreamConnection connection);
    }
}
