package openclaw.edge.load.walls.broken.proxy.decide;

/** Stands behind a wall that others must not look over. */
public final class SomeDecision {}
