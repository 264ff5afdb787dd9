package openclaw.edge.proxy;

import java.util.function.BooleanSupplier;
import openclaw.edge.proxy.config.EdgeConfig;

/** What starts a node; the commands know no more of it. */
@FunctionalInterface
public interface NodeStarter {
    /**
     * Starts a node that serves when this returns, or that never will, since it was given up while it waited for others.
     *
     * @param isGivenUp whether nobody wants the node any more; looked at while it waits for what may take long
     * @throws openclaw.edge.yaml.ConfigurationException when a file that the configuration names is wrong
     * @throws StartException when the machine does not give what the configuration asks for
     */
    RunningNode start(EdgeConfig config, BooleanSupplier isGivenUp);

    /** A node that serves, or was given up before it did. */
    @FunctionalInterface
    interface RunningNode {
        /** Has the files read again and what they say put in force, soon; returns at once. */
        default void reload() {}

        /** Drains as {@code timeouts} says, then gives everything back. Blocks until done. */
        void drainAndClose();
    }
}
