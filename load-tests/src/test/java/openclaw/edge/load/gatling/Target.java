package openclaw.edge.load.gatling;

import java.io.IOException;
import java.util.List;

/** What is loaded: nodes that the run starts itself, or others. */
interface Target extends AutoCloseable {
    /** Of the listeners that clients connect to, without a slash at their ends; one at least. */
    List<String> urls();

    /** Of tenants whose limits let the load pass, unless the simulation says otherwise; one at least. */
    List<String> keys();

    /** Called before the load. */
    void begin() throws IOException;

    /**
     * Called after the load: waits until nothing is under way any more, and holds the books against each other. Nodes that the
     * run has started have ended when this returns.
     */
    List<Row> settle(ClientBooks clients) throws IOException;

    /** Ends what was started; again and again does nothing. */
    @Override
    void close();

    /** The node or nodes that {@code -Dtarget=} names, or else those that the given maker makes. */
    static <T extends Target> Target namedOr(final Maker<T> own) {
        if (!Knobs.list("target").isEmpty()) {
            return RemoteTarget.named();
        }
        try {
            return own.make();
        } catch (final IOException e) {
            throw new IllegalStateException("cannot make a node's files: " + e.getMessage(), e);
        }
    }

    /** Makes a target. */
    @FunctionalInterface
    interface Maker<T extends Target> {
        /** Does. */
        T make() throws IOException;
    }
}
