package openclaw.edge.load.walls.broken.sync;

/** Breaks a wall on purpose. */
public final class SyncSeesLedger {
    Object seen() {
        return new openclaw.edge.load.walls.broken.ledger.SomeRecord();
    }
}
