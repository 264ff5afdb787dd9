package openclaw.edge.load.walls.broken.ledger;

/** Stands behind a wall that others must not look over. */
public final class SomeRecord {}
