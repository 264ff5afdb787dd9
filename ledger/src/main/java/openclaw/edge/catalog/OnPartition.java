package openclaw.edge.catalog;

/** What a limit does while members of the cluster are silent. */
public enum OnPartition {
    /** The members that hear one another keep their share of the limit. */
    SHARE,
    /** Every side keeps the full limit. */
    OPEN,
    /** Nothing is admitted once somebody has been silent for {@code cluster.closed_after}. */
    CLOSED
}
