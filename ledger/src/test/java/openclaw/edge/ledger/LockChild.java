package openclaw.edge.ledger;

import java.io.IOException;
import java.nio.file.Path;

/** A process that opens a data directory, says so or why not, and holds it until it is killed or its input ends. */
final class LockChild {
    private LockChild() {}

    public static void main(final String[] args) throws IOException {
        final Path data = Path.of(args[0]);
        try (Ledger ledger = Ledger.open(data, LedgerConfig.of("edge-a").withSlots(64), 1)) {
            ledger.agent().doWork();
            say(ledger.healthy() ? "open" : "not healthy");
            while (System.in.read() >= 0) {
                // Until the test is over.
            }
        } catch (final IOException e) {
            say(e.getMessage());
        }
    }

    private static void say(final String text) {
        System.out.println("child: " + text);
        System.out.flush();
    }
}
