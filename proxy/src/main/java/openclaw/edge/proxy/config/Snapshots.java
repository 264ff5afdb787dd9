package openclaw.edge.proxy.config;

/** The one volatile field behind which the snapshot in force stands. Any thread. */
public final class Snapshots {
    private final ReloadCounters reloads = new ReloadCounters();
    private volatile Snapshot current;

    /** Holds none yet: one must be swapped in before the first request. */
    public Snapshots() {}

    /** @param first in force */
    public Snapshots(final Snapshot first) {
        current = first;
    }

    /** The snapshot in force: read once per request. Null before the first. */
    public Snapshot current() {
        return current;
    }

    /** How the reloads of this node went. */
    public ReloadCounters reloads() {
        return reloads;
    }

    /** Puts another in force, for requests from now on. */
    public void swap(final Snapshot next) {
        current = next;
    }
}
