package openclaw.edge.ledger.lane;

/** Takes over which sequences of a lane were destroyed. */
@FunctionalInterface
public interface VoidSink {
    /**
     * Takes a range over.
     *
     * @param from first, 1 or more
     * @param to last, not below from
     */
    void accept(long from, long to);
}
