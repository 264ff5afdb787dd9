package openclaw.edge.load.harness;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what another process will do in its own time. */
public final class Await {
    private static final int SECONDS = 60;
    private static final int POLL_MS = 20;

    private Await() {}

    /**
     * Returns as soon as it holds.
     *
     * @throws IllegalStateException when it does not within a minute
     */
    public static void until(final String what, final BooleanSupplier holds) {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - endNs > 0) {
                throw new IllegalStateException("not within " + SECONDS + " s: " + what);
            }
            Pause.ms(POLL_MS);
        }
    }
}
