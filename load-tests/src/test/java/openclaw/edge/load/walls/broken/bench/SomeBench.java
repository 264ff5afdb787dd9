package openclaw.edge.load.walls.broken.bench;

/** Stands behind a wall that others must not look over. */
public final class SomeBench {}
