package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that die one after the other in one data directory, each at a step that a seed chooses: while the queue is
 * opened, at any append, between append and check, between check and release, at a roll, in the recovery of the one before,
 * and in the recovery of a recovery; some leave a half-written document, or a half-made file. Whatever happened, at the end
 * each exchange that was admitted has one final record, which is COMPLETE if it was committed, sequences have no gap and no
 * repeat, and what was lost on purpose is summed up once.
 *
 * <p>Deaths between two stores of a lane are {@code LaneKillPointTest}'s, real processes {@code ProcessKillTest}'s.
 */
class SimulatedDeathTest {
    private static final int LANES = 2;
    private static final int SLOTS = 16;
    private static final long HOUR_NS = 3_600_000_000_000L;

    @TempDir
    Path root;

    private final ManualClock clock = new ManualClock();
    private final FaultyDisk disk = new FaultyDisk();
    private final Map<Life, Told> lives = new HashMap<>();
    private Random random;
    private Path data;
    private long losses;
    private int deaths;
    private int deathsInRecovery;
    private int tornEnds;

    /** What a life knows of its exchanges: by lane, number of the exchange to its sequence, 0 while it is open. */
    private static final class Told {
        private final List<Map<Long, Long>> lanes = List.of(new HashMap<>(), new HashMap<>());
    }

    private static final class Held {
        private final List<Map<Long, Long>> complete = List.of(new HashMap<>(), new HashMap<>());
        private final List<Map<Long, Long>> inDoubt = List.of(new HashMap<>(), new HashMap<>());
        private final List<TreeSet<Long>> sequences = List.of(new TreeSet<>(), new TreeSet<>());
    }

    @Test
    void shouldHoldAllWhateverStepTheyDieAt() throws IOException {
        for (int seed = 0; seed < 4; seed++) {
            run(seed, 16);
        }
        assertThat(deaths).as("deaths").isGreaterThan(40);
        assertThat(deathsInRecovery).as("deaths in recovery").isGreaterThan(6);
        assertThat(tornEnds).as("torn ends").isGreaterThan(4);
    }

    @Test
    @Tag("nightly")
    void shouldHoldAllThroughThousandsOfDeaths() throws IOException {
        for (int seed = 1_000; seed < 1_250; seed++) {
            run(seed, 20);
        }
        assertThat(deaths).as("deaths").isGreaterThan(3_000);
    }

    private void run(final int seed, final int processes) throws IOException {
        random = new Random(seed);
        data = root.resolve("data-" + seed);
        lives.clear();
        losses = 0;
        for (int i = 0; i < processes; i++) {
            live();
            if (disk.isDead()) {
                deaths++;
                disk.reborn();
                leaveTorn();
            }
        }
        Ledger.open(data, LedgerConfig.of("edge-a").withSlots(SLOTS).withClock(clock), 1)
                .close();
        check("seed " + seed);
        disk.bury();
        JournalFaultTest.deleteTree(data);
    }

    /** One process, from its start to its death, or to its end if it outlives the death that was meant for it. */
    private void live() throws IOException {
        final LaneStore store = LaneStore.open(data.resolve("lanes"), "edge-a", LANES, SLOTS, clock.nanoTime());
        final Told told = new Told();
        lives.put(store.origin().life(), told);
        final JournalHealth health = new JournalHealth();
        final LedgerCounters counters = new LedgerCounters();
        final Lane[] lanes = new Lane[LANES];
        final List<Map<Integer, Long>> open = List.of(new HashMap<>(), new HashMap<>());
        for (int i = 0; i < LANES; i++) {
            lanes[i] = new Lane(store.file(i), health, counters);
        }
        final JournalAgent agent = Agents.process(Ledger.journalDirectory(data), disk, store, health, counters, clock);
        disk.dieAfter(random.nextInt(3) == 0 ? random.nextInt(40) : random.nextInt(300));
        boolean opened = false;
        for (int i = 0; i < 150 && !disk.isDead(); i++) {
            if (random.nextInt(6) == 0) {
                agent.doWork();
                if (!opened && disk.isDead()) {
                    deathsInRecovery++;
                }
                opened = true;
            } else if (random.nextInt(20) == 0) {
                clock.advanceNs(random.nextInt(4) == 0 ? HOUR_NS : 61_000_000_000L);
            } else {
                final int at = random.nextInt(LANES);
                step(lanes[at], open.get(at), told.lanes.get(at));
            }
        }
        if (!disk.isDead()) {
            agent.onClose();
        }
    }

    private void step(final Lane lane, final Map<Integer, Long> open, final Map<Long, Long> told) {
        final List<Integer> slots = new ArrayList<>(open.keySet());
        final int slot = slots.isEmpty() ? Lane.NO_SLOT : slots.get(random.nextInt(slots.size()));
        switch (random.nextInt(slots.isEmpty() ? 2 : 5)) {
            case 0 -> {
                final byte[] tenant = Exchanges.bytes("lost");
                lane.loss(tenant, 0, tenant.length, 1, clock.nanoTime());
                losses++;
            }
            case 2 -> {
                lane.phase(slot, Phase.STREAMING);
                final UsageRecord interim = lane.interim(slot);
                if (interim != null) {
                    interim.bytesOut(10);
                    lane.commitInterim(slot);
                }
            }
            case 3, 4 -> {
                told.put(open.remove(slot), Exchanges.complete(lane, slot));
            }
            default -> {
                final int admitted = Exchanges.admit(lane, clock.nanoTime());
                if (admitted != Lane.NO_SLOT) {
                    final long exchange = told.size() + 1L;
                    open.put(admitted, exchange);
                    told.put(exchange, 0L);
                }
            }
        }
    }

    /** What a kill within an append leaves behind the last document, and one within a roll: a file that is not made yet. */
    private void leaveTorn() throws IOException {
        final List<Path> files = QueueDirectories.files(Ledger.journalDirectory(data));
        if (files.isEmpty() || random.nextInt(4) != 0) {
            return;
        }
        final Path last = files.get(files.size() - 1);
        try (RandomAccessFile file = new RandomAccessFile(last.toFile(), "rw")) {
            long at = 0;
            int header = Integer.reverseBytes(file.readInt());
            while (header > 0) {
                at += 4 + ((header & 0x3FFF_FFFF) + 3 & ~3);
                file.seek(at);
                header = Integer.reverseBytes(file.readInt());
            }
            if (header == 0) {
                tornEnds++;
                file.seek(at);
                file.writeInt(Integer.reverseBytes(1 << 31));
                file.write(new byte[random.nextInt(120)]);
                final byte[] half = new byte[random.nextInt(60)];
                random.nextBytes(half);
                file.seek(at + 4);
                file.write(half);
            }
        }
    }

    private void check(final String which) throws IOException {
        final Map<Life, Held> held = new HashMap<>();
        final ReadReport report = new JournalReader(List.of(Ledger.journalDirectory(data))).read(record -> {
            final Held of = held.computeIfAbsent(record.life(), life -> new Held());
            assertThat(of.sequences.get(record.lane()).add(record.sequence())).isTrue();
            if (record.isFinal()) {
                final Map<Long, Long> to =
                        (record.outcome() == Outcome.IN_DOUBT ? of.inDoubt : of.complete).get(record.lane());
                assertThat(to.put(record.exchange(), record.sequence()))
                        .as("%s: one final record", which)
                        .isNull();
            }
        });
        assertThat(report.gaps()).as(which).isEmpty();
        assertThat(report.conflicts()).as(which).isEmpty();
        assertThat(report.lives()).as(which).hasSize(lives.size() + 1).allMatch(ReadReport.LifeSummary::opened);
        assertThat(report.lives()).as(which).allMatch(ReadReport.LifeSummary::closed);
        assertThat(report.losses().stream().mapToLong(ReadReport.Loss::requests).sum())
                .as(which)
                .isEqualTo(losses);
        lives.forEach((life, told) -> {
            final Held of = held.getOrDefault(life, new Held());
            for (int lane = 0; lane < LANES; lane++) {
                final Map<Long, Long> complete = new HashMap<>(told.lanes.get(lane));
                complete.values().removeIf(sequence -> sequence == 0);
                final TreeSet<Long> doubted = new TreeSet<>(told.lanes.get(lane).keySet());
                doubted.removeAll(complete.keySet());
                assertThat(of.complete.get(lane)).as(which).isEqualTo(complete);
                assertThat(of.inDoubt.get(lane).keySet()).as(which).isEqualTo(doubted);
                if (!of.sequences.get(lane).isEmpty()) {
                    assertThat(of.sequences.get(lane).last()).as(which).isEqualTo((long)
                            of.sequences.get(lane).size());
                }
            }
        });
    }
}
