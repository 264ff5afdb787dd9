package openclaw.edge.load.walls.broken.ledger;

/** Breaks a wall on purpose. */
public final class LedgerSeesChronicle {
    Class<?> seen() {
        return net.openhft.chronicle.queue.ChronicleQueue.class;
    }
}
