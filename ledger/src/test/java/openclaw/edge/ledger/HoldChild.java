package openclaw.edge.ledger;

import java.io.IOException;
import java.nio.file.Path;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LedgerCounter;

/**
 * A process that opens a data directory, says so or why not, and then does what it is told by single letters: {@code e} an
 * exchange, {@code o} the beginning of one and {@code c} its end, {@code w} the journal's work, {@code l} a look at its files. Closes in order when its input ends.
 */
final class HoldChild {
    private HoldChild() {}

    public static void main(final String[] args) throws IOException {
        try (Ledger ledger =
                Ledger.open(Path.of(args[0]), LedgerConfig.of("edge-a").withSlots(64), 1)) {
            ledger.agent().doWork();
            say("open");
            int open = Lane.NO_SLOT;
            for (int told = System.in.read(); told >= 0; told = System.in.read()) {
                switch (told) {
                    case 'e' -> say("sequence " + Exchanges.whole(ledger.lane(0), nowNs()));
                    case 'o' -> {
                        open = Exchanges.admit(ledger.lane(0), nowNs());
                        say("slot " + open);
                    }
                    case 'c' -> say("sequence " + Exchanges.complete(ledger.lane(0), open));
                    case 'w' -> say("work " + ledger.agent().doWork());
                    case 'l' -> {
                        ledger.look();
                        say(ledger.state() + " " + ledger.counters().get(LedgerCounter.LOCK_FILES_REMOVED) + " "
                                + ledger.counters().get(LedgerCounter.LANE_FILES_REMOVED));
                    }
                    default -> throw new IllegalArgumentException("told " + told + ": expected e, o, c, w or l");
                }
            }
        } catch (final IOException e) {
            say(e.getMessage());
        }
    }

    private static long nowNs() {
        return System.currentTimeMillis() * 1_000_000L;
    }

    private static void say(final String text) {
        System.out.println("child: " + text);
        System.out.flush();
    }
}
