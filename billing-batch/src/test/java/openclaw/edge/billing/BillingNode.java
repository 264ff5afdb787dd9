package openclaw.edge.billing;

import java.nio.file.Path;

/** A {@link Node} for tests in other packages. */
public final class BillingNode implements AutoCloseable {
    private final Node node;

    /** A node with two lanes, whose life begins at an instant of cycle time. */
    public BillingNode(Path data, String name, long nowNs) {
        node = new Node(data, name, 2, () -> nowNs);
    }

    /** Its journal. */
    public Path journal() {
        return node.journal();
    }

    /** Its life. */
    public String life() {
        return node.life();
    }

    /** A request that succeeds. */
    public void request(String tenant, long admittedNs, long tokens) {
        node.request(0, tenant, admittedNs, tokens);
    }

    @Override
    public void close() {
        node.close();
    }
}
