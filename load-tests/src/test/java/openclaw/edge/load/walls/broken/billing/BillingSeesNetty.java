package openclaw.edge.load.walls.broken.billing;

/** Breaks a wall on purpose. */
public final class BillingSeesNetty {
    Class<?> seen() {
        return io.netty.buffer.ByteBuf.class;
    }
}
