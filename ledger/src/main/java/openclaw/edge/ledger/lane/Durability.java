package openclaw.edge.ledger.lane;

/** What a committed record survives. */
public enum Durability {
    /** The death of the process, at any instant. */
    PROCESS,
    /** A loss of power too, from the instant at which its lane's {@link DurableWatermark} has passed it. */
    POWER
}
