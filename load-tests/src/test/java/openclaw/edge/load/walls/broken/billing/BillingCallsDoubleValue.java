package openclaw.edge.load.walls.broken.billing;

/** Breaks a wall on purpose. */
public final class BillingCallsDoubleValue {
    long cents(final java.math.BigDecimal amount) {
        return (long) (amount.doubleValue() * 100);
    }
}
