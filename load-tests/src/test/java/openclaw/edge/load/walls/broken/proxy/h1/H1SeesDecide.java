package openclaw.edge.load.walls.broken.proxy.h1;

/** Breaks a wall on purpose. */
public final class H1SeesDecide {
    Object seen() {
        return new openclaw.edge.load.walls.broken.proxy.decide.SomeDecision();
    }
}
