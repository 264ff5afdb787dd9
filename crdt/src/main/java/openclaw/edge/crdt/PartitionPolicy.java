package openclaw.edge.crdt;

/** How a limit goes on while members of the cluster are silent. */
public enum PartitionPolicy {
    /** k of N members that reach one another refill at k/N and use k/N of the capacity: the limit holds. */
    SHARE,
    /** Every side keeps the full limit: nobody is refused for a cut, and each side admits up to the limit. */
    OPEN,
    /** As {@link #SHARE}; but once somebody has been silent for long, every request is refused. */
    CLOSED
}
