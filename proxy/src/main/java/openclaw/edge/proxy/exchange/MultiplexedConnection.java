package openclaw.edge.proxy.exchange;

/** A connection to an upstream that serves many exchanges at once, each on a stream of its own. */
public interface MultiplexedConnection {
    /** How many more exchanges it can take now; 0 or less: none. */
    int room();

    /** What serves one more exchange, which is to be given its head at once; only where there is {@link #room}. */
    Upstream stream();

    /** Exchanges that it serves. */
    int streams();

    /** It takes so many exchanges in all, then it retires. */
    void most(int exchanges);

    /** It takes no more exchanges, and closes when the last is over. */
    void retire();

    /** Whether it takes no more exchanges, by {@link #retire} or because its upstream ends it. */
    boolean isRetired();

    /** What becomes of a connection, told to whom had it made. */
    interface Listener {
        /** It is open, its upstream speaks its protocol, and it can take exchanges. */
        void connected(MultiplexedConnection connection);

        /** It could not be made. */
        void connectFailed(Reason reason, Throwable cause);

        /** It was full and can take exchanges again. Called when nothing of an exchange is left on the stack. */
        void room(MultiplexedConnection connection);

        /** Its upstream ends it: it takes no more exchanges, and what is under way goes on. Another may take its place. */
        void leaving(MultiplexedConnection connection);

        /** The head of a final response came over it: its upstream lives. */
        void answered();

        /** It failed an exchange in a way that speaks against its upstream. */
        void failed(Reason reason);

        /**
         * Its upstream ends connections behind so many exchanges, and did so though more had been sent; 0: it has taken as many as
         * {@link MultiplexedConnection#most} allowed, and would have taken more.
         */
        void endsBehind(int exchanges);

        /** It is closed and never comes back; its exchanges are told next. Not called after {@link #connectFailed}. */
        void closed(MultiplexedConnection connection);
    }
}
