package openclaw.edge.load.walls.broken.crdt;

/** Breaks a wall on purpose. */
public final class CrdtSeesLedger {
    private final openclaw.edge.load.walls.broken.ledger.SomeRecord seen =
            new openclaw.edge.load.walls.broken.ledger.SomeRecord();

    Object seen() {
        return seen;
    }
}
