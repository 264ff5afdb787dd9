package openclaw.edge.load.walls.broken.ledger.journal;

/** Keeps to the walls. */
public final class JournalMaySeeChronicle {
    Class<?> seen() {
        return net.openhft.chronicle.queue.ChronicleQueue.class;
    }
}
