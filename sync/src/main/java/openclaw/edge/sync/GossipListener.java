package openclaw.edge.sync;

/** Is told of what a node's log should say. Called by the gossip agent's thread; must neither block nor throw. */
public interface GossipListener {

    /** Listens to nothing. */
    GossipListener NONE = new GossipListener() {
        @Override
        public void onEvent(final String event) {}

        @Override
        public void onFailure(final String what, final Throwable failure) {}
    };

    /**
     * Something that people should be able to read later: a member's state changed, this node became ready.
     *
     * @param event a sentence.
     */
    void onEvent(String event);

    /**
     * Something that somebody should look at: the cluster goes on, but not as it was meant to.
     *
     * @param warning a sentence.
     */
    default void onWarning(final String warning) {
        onEvent(warning);
    }

    /**
     * Something that is certainly wrong and that people have to end.
     *
     * @param error a sentence.
     */
    default void onError(final String error) {
        onWarning(error);
    }

    /**
     * Something was given up because of an error in this code; gossip goes on. At most one a second is told of.
     *
     * @param what was given up.
     * @param failure why.
     */
    void onFailure(String what, Throwable failure);

    /**
     * Writes to the {@link System.Logger} {@code openclaw.edge.sync}: events at level DEBUG, the rest as warnings and errors.
     *
     * @return a listener for any number of limiters.
     */
    static GossipListener system() {
        final System.Logger log = System.getLogger("openclaw.edge.sync");
        return new GossipListener() {
            @Override
            public void onEvent(final String event) {
                log.log(System.Logger.Level.DEBUG, event);
            }

            @Override
            public void onWarning(final String warning) {
                log.log(System.Logger.Level.WARNING, warning);
            }

            @Override
            public void onError(final String error) {
                log.log(System.Logger.Level.ERROR, error);
            }

            @Override
            public void onFailure(final String what, final Throwable failure) {
                log.log(System.Logger.Level.ERROR, what, failure);
            }
        };
    }
}
