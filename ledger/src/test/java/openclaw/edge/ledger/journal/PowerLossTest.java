package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.DurableWatermark;
import openclaw.edge.ledger.lane.EarlierLanes;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code durability: power}: power is lost at any moment, and of what was not forced the disk has nothing, all, or any part.
 * No record behind the durable watermark, whose response may have been released, is ever missing; each exchange has at most
 * one final record; what was destroyed is VOID, and no sequence means two things.
 */
class PowerLossTest {
    private static final int LANES = 2;
    private static final int SLOTS = 16;

    @TempDir
    Path root;

    private final ManualClock clock = new ManualClock();
    private Random random;
    private PowerCut disk;
    private LaneStore store;
    private JournalHealth health;
    private LedgerCounters counters;
    private DurableWatermark[] watermarks;
    private Lane[] lanes;
    private JournalAgent agent;
    private ForceAgent forcing;
    private int forcesAmong;
    private int destroyed;
    private int acknowledged;
    private int released;

    @BeforeEach
    void noneYet() {
        random = new Random(0);
    }

    private void start(final Path data) throws IOException {
        disk = new PowerCut();
        health = new JournalHealth();
        counters = new LedgerCounters();
        store = LaneStore.open(
                EarlierLanes.find(data.resolve("lanes")),
                "edge-a",
                LANES,
                SLOTS,
                clock.nanoTime(),
                Durability.POWER,
                disk);
        watermarks = new DurableWatermark[LANES];
        lanes = new Lane[LANES];
        for (int i = 0; i < LANES; i++) {
            watermarks[i] = new DurableWatermark(Durability.POWER);
            lanes[i] = new Lane(store.file(i), health, counters, watermarks[i]);
        }
        agent = Agents.power(Ledger.journalDirectory(data), disk, store, watermarks, health, counters, clock);
        forcing = new ForceAgent(store, watermarks, disk, health, counters, clock);
    }

    @Test
    void shouldLoseNoAcknowledgedRecordWhateverTheDiskKept() throws IOException {
        for (int seed = 0; seed < 10; seed++) {
            cutAndRecover(seed);
        }
        System.out.println("PowerLossTest: " + acknowledged + " acknowledged, " + released + " released, " + destroyed
                + " destroyed");
        assertThat(acknowledged).as("acknowledged").isGreaterThan(100);
        assertThat(released).as("slots used again").isGreaterThan(20);
        assertThat(destroyed).as("destroyed").isGreaterThan(10);
    }

    @Test
    @Tag("nightly")
    void shouldLoseNoAcknowledgedRecordInThousandsOfCuts() throws IOException {
        for (int seed = 1_000; seed < 3_000; seed++) {
            cutAndRecover(seed);
        }
    }

    /** What an exchange became before the cut. */
    private static final class Lived {
        private final Map<Long, Long> finals = new HashMap<>();
        private final Set<Long> admitted = new HashSet<>();
        private final Map<Integer, Long> open = new HashMap<>();
    }

    private void cutAndRecover(final int seed) throws IOException {
        random = new Random(seed);
        final Path data = root.resolve("data-" + seed);
        start(data);
        final Life life = store.origin().life();
        final Lived[] lived = {new Lived(), new Lived()};
        // From a disk that is forced all the time, so that slots are used again, to one that hardly ever is.
        forcesAmong = seed % 2 == 0 ? 1 : 8;
        final int steps = 20 + random.nextInt(300);
        for (int i = 0; i < steps; i++) {
            step(lived);
        }
        final long[] durable = new long[LANES];
        final long[] committed = new long[LANES];
        for (int i = 0; i < LANES; i++) {
            durable[i] = lanes[i].durableSequence();
            committed[i] = lanes[i].committedSequence();
            released += (int) store.file(i).consumed();
        }
        final Path left = root.resolve("left-" + seed);
        final int fate = random.nextInt(3);
        disk.cut(data, left, random, () -> fate == 0 ? 0 : fate == 1 ? 1 : random.nextDouble());
        recoverAndCheck("seed " + seed, left, life, lived, durable, committed);
        agent.onClose();
        JournalFaultTest.deleteTree(data);
        JournalFaultTest.deleteTree(left);
    }

    private void step(final Lived[] lived) {
        final int at = random.nextInt(LANES);
        final Lane lane = lanes[at];
        final List<Integer> slots = List.copyOf(lived[at].open.keySet());
        final int slot = slots.isEmpty() ? Lane.NO_SLOT : slots.get(random.nextInt(slots.size()));
        switch (random.nextInt(10)) {
            case 0 -> {
                if (random.nextInt(forcesAmong) == 0) {
                    forcing.doWork();
                }
            }
            case 1 -> {
                clock.advanceNs(random.nextInt(60) == 0 ? 3_600_000_000_000L : random.nextInt(150_000_000));
                agent.doWork();
            }
            case 2, 3, 4, 5 -> {
                final int admitted = Exchanges.admit(lane, clock.nanoTime());
                if (admitted != Lane.NO_SLOT) {
                    final long exchange = lived[at].admitted.size() + 1L;
                    lived[at].admitted.add(exchange);
                    lived[at].open.put(admitted, exchange);
                }
            }
            case 6 -> interim(lane, slot);
            default -> {
                if (slot != Lane.NO_SLOT) {
                    lived[at].finals.put(lived[at].open.remove(slot), Exchanges.complete(lane, slot));
                }
            }
        }
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

    /** Recovers, in some runs twice since the first recovery dies, and looks at what the journal holds. */
    private void recoverAndCheck(
            final String which,
            final Path left,
            final Life life,
            final Lived[] lived,
            final long[] durable,
            final long[] committed)
            throws IOException {
        final FaultyDisk dying = new FaultyDisk();
        if (random.nextBoolean()) {
            final LaneStore again = LaneStore.open(left.resolve("lanes"), "edge-a", 1, SLOTS, clock.nanoTime());
            dying.dieAfter(random.nextInt(30));
            Agents.process(
                            Ledger.journalDirectory(left),
                            dying,
                            again,
                            new JournalHealth(),
                            new LedgerCounters(),
                            clock)
                    .doWork();
        }
        Ledger.open(left, LedgerConfig.of("edge-a").withSlots(SLOTS).withClock(clock), 1)
                .close();
        final Seen seen = new Seen(life, which);
        final ReadReport report = new JournalReader(List.of(Ledger.journalDirectory(left))).read(seen);
        assertThat(report.conflicts()).as(which).isEmpty();
        assertThat(report.gaps()).as(which).isEmpty();
        for (int lane = 0; lane < LANES; lane++) {
            check(which + " lane " + lane, seen, lane, lived[lane], durable[lane], committed[lane]);
        }
        dying.bury();
    }

    private void check(
            final String which,
            final Seen seen,
            final int lane,
            final Lived lived,
            final long durable,
            final long committed) {
        lived.finals.forEach((exchange, sequence) -> {
            final Long found = seen.complete.get(lane).get(exchange);
            if (sequence <= durable) {
                acknowledged++;
                assertThat(found)
                        .as("%s: exchange %d was acknowledged", which, exchange)
                        .isEqualTo(sequence);
            }
            if (found != null) {
                assertThat(found).as(which).isEqualTo(sequence);
            }
        });
        assertThat(lived.admitted)
                .as("%s: nothing that never was", which)
                .containsAll(seen.complete.get(lane).keySet())
                .containsAll(seen.inDoubt.get(lane).keySet());
        assertThat(seen.inDoubt.get(lane).values())
                .as("%s: in doubt behind all that may have been given", which)
                .allMatch(sequence -> sequence > committed);
        for (long sequence = 1; sequence <= committed; sequence++) {
            final boolean there = seen.sequences.get(lane).contains(sequence);
            final boolean gone = seen.voided.get(lane).contains(sequence);
            assertThat(there ^ gone)
                    .as("%s: sequence %d is a record or void, %s %s", which, sequence, there, gone)
                    .isTrue();
            destroyed += gone ? 1 : 0;
        }
    }

    /** What the journal holds of the life that power was taken from. */
    private static final class Seen implements JournalVisitor {
        private final List<Map<Long, Long>> complete = List.of(new TreeMap<>(), new TreeMap<>());
        private final List<Map<Long, Long>> inDoubt = List.of(new TreeMap<>(), new TreeMap<>());
        private final List<Set<Long>> sequences = List.of(new HashSet<>(), new HashSet<>());
        private final List<Set<Long>> voided = List.of(new HashSet<>(), new HashSet<>());
        private final Life life;
        private final String which;

        Seen(final Life life, final String which) {
            this.life = life;
            this.which = which;
        }

        @Override
        public void onUsage(final UsageRecord record) {
            if (!record.life().equals(life)) {
                return;
            }
            sequences.get(record.lane()).add(record.sequence());
            if (record.isFinal()) {
                final Map<Long, Long> finals =
                        (record.outcome() == Outcome.IN_DOUBT ? inDoubt : complete).get(record.lane());
                assertThat(finals.put(record.exchange(), record.sequence()))
                        .as("%s: one final record of exchange %d", which, record.exchange())
                        .isNull();
                assertThat(complete.get(record.lane()).containsKey(record.exchange())
                                && inDoubt.get(record.lane()).containsKey(record.exchange()))
                        .as("%s: exchange %d is complete or in doubt", which, record.exchange())
                        .isFalse();
            }
        }

        @Override
        public void onVoid(final VoidRecord record) {
            for (long sequence = record.from(); record.life().equals(life) && sequence <= record.to(); sequence++) {
                voided.get(record.lane()).add(sequence);
            }
        }
    }

    @Test
    void shouldMoveTheWatermarkOnlyByAForceAndTellWhoWaits() throws IOException {
        start(root.resolve("data"));
        final int[] told = {0};
        lanes[0].onDurable(() -> told[0]++);
        agent.doWork();
        assertThat(lanes[0].durableSequence()).isZero();
        Exchanges.whole(lanes[0], clock.nanoTime());
        Exchanges.whole(lanes[0], clock.nanoTime());
        agent.doWork();
        assertThat(lanes[0].durableSequence()).isZero();
        assertThat(forcing.doWork()).isEqualTo(2);
        assertThat(lanes[0].durableSequence()).isEqualTo(2).isEqualTo(lanes[0].committedSequence());
        assertThat(told[0]).isOne();
        assertThat(forcing.doWork()).as("nothing new").isZero();
        assertThat(counters.get(LedgerCounter.FORCES)).isOne();
        agent.onClose();
    }

    @Test
    void shouldUseNoSlotAgainBeforeQueueAndLaneWereForced() throws IOException {
        start(root.resolve("data"));
        agent.doWork();
        int committed = 0;
        while (Exchanges.admit(lanes[0], clock.nanoTime()) != Lane.NO_SLOT) {
            committed++;
        }
        for (int slot = 0; slot < committed; slot++) {
            Exchanges.complete(lanes[0], slot);
        }
        assertThat(committed).isEqualTo(SLOTS);
        clock.advanceNs(1_000_000_000L);
        agent.doWork();
        assertThat(lanes[0].claim())
                .as("in the queue, but the lane was never forced")
                .isEqualTo(Lane.NO_SLOT);
        forcing.doWork();
        assertThat(lanes[0].claim()).isEqualTo(Lane.NO_SLOT);
        agent.doWork();
        assertThat(store.file(0).consumed()).as("all but the last durable one").isEqualTo(SLOTS - 1);
        assertThat(lanes[0].claim()).isNotEqualTo(Lane.NO_SLOT);
        agent.onClose();
    }

    @Test
    void shouldGiveNoPermitsWhileAForceFailsAndStoreEverythingAgainBeforeTheNext() throws IOException {
        start(root.resolve("data"));
        agent.doWork();
        Exchanges.whole(lanes[0], clock.nanoTime());
        disk.failures = 1;
        forcing.doWork();
        assertThat(health.state()).isEqualTo(JournalHealth.State.FAILING);
        assertThat(lanes[0].durableSequence()).isZero();
        agent.doWork();
        assertThat(health.isHealthy())
                .as("the queue's success does not hide it")
                .isFalse();
        forcing.doWork();
        assertThat(health.isHealthy()).as("not before a second has passed").isFalse();
        clock.advanceNs(1_000_000_000L);
        forcing.doWork();
        assertThat(health.isHealthy()).isTrue();
        assertThat(lanes[0].durableSequence()).isOne();
        assertThat(counters.get(LedgerCounter.FORCE_FAILURES)).isOne();
        agent.onClose();
    }
}
