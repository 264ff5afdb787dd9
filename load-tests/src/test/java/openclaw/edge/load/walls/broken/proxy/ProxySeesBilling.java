package openclaw.edge.load.walls.broken.proxy;

/** Breaks a wall on purpose. */
public final class ProxySeesBilling {
    Object seen() {
        return new openclaw.edge.load.walls.broken.billing.BillingSeesCrdt();
    }
}
