package openclaw.edge.ledger;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A process that makes exchanges as fast as it can on one lane until it is killed, and says on its standard output what it
 * has done: 'A' exchange for an admission, 'C' exchange sequence for a commit, each after the fact.
 */
final class KillChild {
    /** Exchanges that are open at the same time. */
    static final int OPEN = 50;

    private KillChild() {}

    /** An hour passes within half a second, so that kills meet rolls; never back behind an earlier process. */
    private static final class FastClock implements EpochNanoClock {
        private static final long SPEED = 7_200;
        private static final long BEGIN_NS = 1_790_000_000_000_000_000L;

        @Override
        public long nanoTime() {
            final long sinceNs = System.currentTimeMillis() * 1_000_000L - BEGIN_NS;
            return BEGIN_NS + Math.floorMod(sinceNs, 86_400_000_000_000L) * SPEED;
        }
    }

    public static void main(final String[] args) throws IOException {
        // What is said must not be mixed with what is logged.
        System.setOut(System.err);
        final DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 4096));
        out.writeByte('B');
        out.flush();
        final Ledger ledger = Ledger.open(
                Path.of(args[0]), LedgerConfig.of("edge-a").withSlots(1024).withClock(new FastClock()), 1);
        final AtomicCounter noCounter = null;
        AgentRunner.startOnThread(new AgentRunner(
                new SleepingMillisIdleStrategy(1), Throwable::printStackTrace, noCounter, ledger.agent()));
        out.writeByte('L');
        out.writeLong(ledger.life().high());
        out.writeLong(ledger.life().low());
        final Lane lane = ledger.lane(0);
        final int[] slots = new int[OPEN];
        final long[] exchanges = new long[OPEN];
        Arrays.fill(slots, Lane.NO_SLOT);
        long exchange = 0;
        for (int i = 0; ; i = (i * 7 + 3) % OPEN) {
            if (slots[i] == Lane.NO_SLOT) {
                slots[i] = Exchanges.admit(lane, System.currentTimeMillis() * 1_000_000L);
                if (slots[i] != Lane.NO_SLOT) {
                    exchanges[i] = ++exchange;
                    out.writeByte('A');
                    out.writeLong(exchange);
                }
            } else {
                if (exchanges[i] % 5 == 0) {
                    lane.phase(slots[i], Phase.STREAMING);
                    final UsageRecord interim = lane.interim(slots[i]);
                    if (interim != null) {
                        interim.bytesOut(10);
                        lane.commitInterim(slots[i]);
                    }
                }
                final long sequence = Exchanges.complete(lane, slots[i]);
                slots[i] = Lane.NO_SLOT;
                out.writeByte('C');
                out.writeLong(exchanges[i]);
                out.writeLong(sequence);
            }
        }
    }
}
