package openclaw.edge.load.walls.broken.proxy.exchange;

/** Stands behind a wall that others must not look over. */
public final class SomeExchange {}
