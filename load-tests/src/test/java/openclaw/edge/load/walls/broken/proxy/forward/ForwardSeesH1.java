package openclaw.edge.load.walls.broken.proxy.forward;

/** Breaks a wall on purpose. */
public final class ForwardSeesH1 {
    Object seen() {
        return new openclaw.edge.load.walls.broken.proxy.h1.SomeSide();
    }
}
