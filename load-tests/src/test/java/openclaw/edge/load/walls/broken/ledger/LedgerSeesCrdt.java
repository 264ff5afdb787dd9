package openclaw.edge.load.walls.broken.ledger;

/** Breaks a wall on purpose. */
public final class LedgerSeesCrdt {
    private final openclaw.edge.load.walls.broken.crdt.SomeBucket seen =
            new openclaw.edge.load.walls.broken.crdt.SomeBucket();

    Object seen() {
        return seen;
    }
}
