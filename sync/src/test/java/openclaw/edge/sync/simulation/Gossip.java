package openclaw.edge.sync.simulation;

import openclaw.edge.sync.ClusterView;
import openclaw.edge.sync.SyncCounters;

/** A node's gossip, driven by hand. */
interface Gossip {

    /**
     * One duty cycle at the node's present time.
     *
     * @return 0 if nothing was done.
     */
    int doWork();

    /** True if the node may serve. */
    boolean isReady();

    /** What the node knows of its cluster. */
    ClusterView view();

    /** What it has counted. */
    SyncCounters counters();

    /** Says goodbye, as a node that is drained does. */
    void goodbye();

    /** True once the goodbye is said. */
    boolean isGone();

    /** Ends, as a process that is killed does. */
    void close();

    /** Makes the gossip of a node that has just started. */
    interface Factory {
        Gossip open(SimulatedNode node);
    }
}
