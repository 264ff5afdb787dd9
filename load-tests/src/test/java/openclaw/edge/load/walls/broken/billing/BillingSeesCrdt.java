package openclaw.edge.load.walls.broken.billing;

/** Breaks a wall on purpose. */
public final class BillingSeesCrdt {
    Object seen() {
        return new openclaw.edge.load.walls.broken.crdt.SomeBucket();
    }
}
