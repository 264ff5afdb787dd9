package openclaw.edge.load.walls.broken.proxy.decide;

/** Breaks a wall on purpose. */
public final class DecideSeesForward {
    Object seen() {
        return new openclaw.edge.load.walls.broken.proxy.forward.ForwardSeesH1();
    }
}
