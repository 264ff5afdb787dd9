package openclaw.edge.load.walls.broken.proxy.h1;

/** Stands behind a wall that others must not look over. */
public final class SomeSide {}
