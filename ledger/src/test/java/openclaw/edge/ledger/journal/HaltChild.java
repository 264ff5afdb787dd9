package openclaw.edge.ledger.journal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.lane.SteppingLane;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.EpochNanoClock;

/**
 * A process that recovers a data directory, makes exchanges and drains them, all on one thread and as a seed says, and halts at a
 * given step: before a store of its lane, at an opening, an append, a check. Says what it has done as {@code KillChild} does.
 *
 * <pre>
 *   HaltChild DATA SEED STEPS STARTNS
 * </pre>
 */
public final class HaltChild {
    private static final int SLOTS = 32;
    private static final int OPERATIONS = 400;
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final Random random;
    private long stepsLeft;
    private long nowNs;

    private HaltChild(final long seed, final long steps, final long startNs) {
        random = new Random(seed);
        stepsLeft = steps;
        nowNs = startNs;
    }

    public static void main(final String[] args) throws IOException {
        System.setOut(System.err);
        new HaltChild(Long.parseLong(args[1]), Long.parseLong(args[2]), Long.parseLong(args[3])).live(Path.of(args[0]));
    }

    private void step() {
        if (stepsLeft-- == 0) {
            // No hook runs, nothing is flushed: as if it had been killed.
            Runtime.getRuntime().halt(ExitCodes.HALTED);
        }
    }

    /** What the test tells an end by. */
    public static final class ExitCodes {
        /** At the step that was asked for. */
        public static final int HALTED = 99;

        private ExitCodes() {}
    }

    /** One write each: what is said is said as a whole. */
    private void say(final char what, final long... numbers) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final DataOutputStream words = new DataOutputStream(bytes);
        words.writeByte(what);
        for (final long number : numbers) {
            words.writeLong(number);
        }
        out.write(bytes.toByteArray());
    }

    private void live(final Path data) throws IOException {
        final EpochNanoClock clock = () -> nowNs;
        final LaneStore store = LaneStore.open(data.resolve("lanes"), "edge-a", 1, SLOTS, nowNs);
        final Life life = store.origin().life();
        say('L', life.high(), life.low());
        final JournalHealth health = new JournalHealth();
        final LedgerCounters counters = new LedgerCounters();
        final FaultyDisk disk = new FaultyDisk();
        disk.after(0, at -> step());
        final JournalAgent agent = Agents.process(Ledger.journalDirectory(data), disk, store, health, counters, clock);
        final Lane lane = SteppingLane.of(store.file(0), health, counters, this::step);
        final Map<Integer, Long> open = new HashMap<>();
        long exchanges = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            final int slot =
                    open.isEmpty() ? Lane.NO_SLOT : open.keySet().iterator().next();
            switch (random.nextInt(8)) {
                case 0 -> agent.doWork();
                case 1 -> nowNs += random.nextInt(20) == 0 ? HOUR_NS : random.nextInt(2_000_000_000);
                case 2 -> interim(lane, slot);
                case 3, 4, 5 -> {
                    final int admitted = Exchanges.admit(lane, nowNs);
                    if (admitted != Lane.NO_SLOT) {
                        open.put(admitted, ++exchanges);
                        say('A', exchanges);
                    }
                }
                default -> {
                    if (slot != Lane.NO_SLOT) {
                        final long sequence = Exchanges.complete(lane, slot);
                        say('C', open.remove(slot), sequence);
                    }
                }
            }
        }
        agent.onClose();
    }

    private static void interim(final Lane lane, final int slot) {
        if (slot == Lane.NO_SLOT) {
            return;
        }
        lane.phase(slot, Phase.STREAMING);
        final UsageRecord record = lane.interim(slot);
        if (record != null) {
            record.bytesOut(7);
            lane.commitInterim(slot);
        }
    }
}
