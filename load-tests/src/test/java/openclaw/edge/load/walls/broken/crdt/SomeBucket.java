package openclaw.edge.load.walls.broken.crdt;

/** Stands behind a wall that others must not look over. */
public final class SomeBucket {}
