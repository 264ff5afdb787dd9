package openclaw.edge.load.harness;

/** Waiting in tests that drive other processes. */
public final class Pause {
    private Pause() {}

    public static void ms(final long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
