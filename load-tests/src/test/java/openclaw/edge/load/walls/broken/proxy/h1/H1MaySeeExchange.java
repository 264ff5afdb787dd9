package openclaw.edge.load.walls.broken.proxy.h1;

/** Keeps to the walls. */
public final class H1MaySeeExchange {
    Object seen() {
        return new openclaw.edge.load.walls.broken.proxy.exchange.SomeExchange();
    }
}
