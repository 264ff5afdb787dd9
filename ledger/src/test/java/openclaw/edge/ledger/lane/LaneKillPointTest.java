package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a lane between any two of its stores. A seeded run of exchanges is made on a lane whose stores are noted. From
 * them every kind of state is made that a kill can leave: all stores up to one with release, and any subset of the plain
 * ones around it that the memory model allows to be early or late. Recovery of each such state, together with what the
 * consumer had taken by then, must give each admitted exchange exactly one final record, without a gap, charged once.
 */
class LaneKillPointTest {
    private static final int SLOTS = 8;
    private static final int SUBSETS = 3;
    private static final long TOKENS = 10;

    @TempDir
    Path directory;

    private final Map<Long, Appended> journal = new TreeMap<>();
    private final Map<Integer, Exchange> open = new HashMap<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private LaneFile crafted;
    private Random random;
    private int seed;
    private LaneFile file;
    private TracingBuffer trace;
    private Lane lane;
    private LaneConsumer consumer;
    private int states;

    /** What a journal holds of a record. */
    private record Appended(long exchange, boolean isFinal, Outcome outcome, Phase phase, long charged, int crc) {}

    /** What the test knows of an exchange: before and after the operation that may be killed. */
    private static final class Exchange {
        private final boolean billAdmitted;
        private boolean certain;
        private Phase phase = Phase.ADMITTED;
        private long chargedBefore;
        private long chargedAfter;
        private boolean committing;
        private boolean committed;

        Exchange(final boolean billAdmitted) {
            this.billAdmitted = billAdmitted;
        }
    }

    @Test
    void shouldLoseNothingAndRepeatNothingWhereverItIsKilled() throws IOException {
        runSeeds(0, 60);
    }

    @Test
    @Tag("nightly")
    void shouldLoseNothingInManyMoreRuns() throws IOException {
        runSeeds(1_000, 4_000);
    }

    private void runSeeds(final int from, final int to) throws IOException {
        for (seed = from; seed < to; seed++) {
            run();
        }
        assertThat(states).as("states recovered").isGreaterThan((to - from) * 200);
    }

    private void run() throws IOException {
        random = new Random(seed);
        journal.clear();
        open.clear();
        exchanges.clear();
        crafted = create(directory.resolve("crafted.dat"));
        file = create(directory.resolve("lane.dat"));
        final ByteBuffer mapped;
        try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, fileLength(SLOTS));
        }
        trace = new TracingBuffer(mapped);
        lane = new Lane(
                file,
                new RecordRegion(mapped, trace),
                new JournalHealth(),
                new LedgerCounters(),
                new DurableWatermark(Durability.PROCESS));
        consumer = new LaneConsumer(file);
        for (int i = 0; i < 60; i++) {
            step();
        }
        Files.delete(crafted.path());
        Files.delete(file.path());
    }

    private LaneFile create(final Path path) throws IOException {
        final Life life = new Life(seed + 1, 2);
        return LaneFile.create(path, new LaneOrigin(life, Life.NONE, 1, 0, Life.NONE, 1, "edge-a"), 0, SLOTS);
    }

    private void step() {
        final int slot = open.isEmpty() ? -1 : new ArrayList<>(open.keySet()).get(random.nextInt(open.size()));
        switch (random.nextInt(slot < 0 ? 2 : 7)) {
            case 0 -> admit();
            case 1 -> drain();
            case 2 -> advance(slot);
            case 3 -> interim(slot);
            default -> commit(slot);
        }
    }

    private void admit() {
        final Exchange exchange = new Exchange(random.nextBoolean());
        exchanges.add(exchange);
        final int[] slot = new int[1];
        killEverywhereIn(() -> slot[0] =
                Exchanges.admit(lane, 1_000 + exchanges.size(), Exchanges.bytes("t"), TOKENS, exchange.billAdmitted));
        if (slot[0] == Lane.NO_SLOT) {
            exchanges.remove(exchanges.size() - 1);
            return;
        }
        exchange.certain = true;
        open.put(slot[0], exchange);
        recover(photograph());
    }

    private void advance(final int slot) {
        final Exchange exchange = open.get(slot);
        final Phase next = exchange.phase == Phase.ADMITTED ? Phase.SENT : Phase.STREAMING;
        killEverywhereIn(() -> {
            lane.phase(slot, next);
            lane.progress(slot, random.nextInt(100), 1_000 + random.nextInt(100));
        });
        exchange.phase = next;
        recover(photograph());
    }

    private void interim(final int slot) {
        final Exchange exchange = open.get(slot);
        exchange.chargedAfter = exchange.chargedBefore + 1;
        final boolean[] done = new boolean[1];
        killEverywhereIn(() -> {
            final UsageRecord record = lane.interim(slot);
            if (record != null) {
                record.chargedTokens(1).bytesOut(7);
                lane.commitInterim(slot);
                done[0] = true;
            }
        });
        if (done[0]) {
            exchange.chargedBefore = exchange.chargedAfter;
        } else {
            exchange.chargedAfter = exchange.chargedBefore;
        }
        recover(photograph());
    }

    private void commit(final int slot) {
        final Exchange exchange = open.get(slot);
        exchange.committing = true;
        killEverywhereIn(() -> Exchanges.complete(lane, slot));
        exchange.committed = true;
        open.remove(slot);
        recover(photograph());
    }

    private void drain() {
        final byte[] before = photograph();
        final int limit = random.nextInt(SLOTS + 1);
        consumer.drain((buffer, at) -> append(journal, buffer, at), limit);
        recover(photograph());
        consumer.secured();
        consumer.release(Long.MAX_VALUE);
        // Killed before the position moved: the queue has the records, the lane does not know.
        recover(before);
        recover(photograph());
    }

    /** Makes one operation, then recovers the states that a kill in the middle of it can leave. */
    private void killEverywhereIn(final Runnable operation) {
        final byte[] image = photograph();
        trace.take();
        operation.run();
        final List<TracingBuffer.Store> stores = trace.take();
        int next = 0;
        while (next < stores.size()) {
            final int release = nextRelease(stores, next);
            // Plain stores of this stretch may be missing; plain ones behind its release may be early.
            final int reach = nextRelease(stores, Math.min(release + 1, stores.size()));
            for (int i = 0; i < SUBSETS; i++) {
                final byte[] state = image.clone();
                for (int store = next; store < reach; store++) {
                    if (!stores.get(store).isRelease() && random.nextBoolean()) {
                        stores.get(store).apply(state);
                    }
                }
                recover(state);
            }
            for (; next <= release && next < stores.size(); next++) {
                stores.get(next).apply(image);
            }
            recover(image);
        }
        assertThat(image).as("seed %d: every store was noted", seed).isEqualTo(photograph());
    }

    private static int nextRelease(final List<TracingBuffer.Store> stores, final int from) {
        int at = from;
        while (at < stores.size() && !stores.get(at).isRelease()) {
            at++;
        }
        return at;
    }

    private byte[] photograph() {
        final byte[] bytes = new byte[fileLength(SLOTS)];
        file.region().buffer().getBytes(0, bytes);
        return bytes;
    }

    private void append(final Map<Long, Appended> to, final UnsafeBuffer buffer, final int at) {
        final UsageRecord record = new UsageRecord();
        record.wrap(buffer, at);
        final Appended content = new Appended(
                record.exchange(),
                record.isFinal(),
                record.outcome(),
                record.phase(),
                record.chargedTokens(),
                record.crc());
        final Appended known = to.put(record.sequence(), content);
        assertThat(known == null || known.equals(content))
                .as("seed %d sequence %d: %s and %s", seed, record.sequence(), known, content)
                .isTrue();
    }

    /** Recovers a state twice, with and without trust in the position, and checks what the journal then holds. */
    private void recover(final byte[] state) {
        states++;
        final Map<Long, Appended> first = recovered(state, true);
        check(first);
        assertThat(recovered(state, true)).as("seed %d: again", seed).isEqualTo(first);
        assertThat(recovered(state, false)).as("seed %d: without trust", seed).isEqualTo(first);
    }

    private Map<Long, Appended> recovered(final byte[] state, final boolean trust) {
        crafted.region().buffer().putBytes(0, state);
        final LaneRecovery recovery = new LaneRecovery(crafted);
        final Map<Long, Appended> all = new TreeMap<>(journal);
        final long[] last = {0};
        recovery.recover(trust, (buffer, at) -> {
            final UsageRecord record = new UsageRecord();
            record.wrap(buffer, at);
            assertThat(record.sequence()).as("seed %d: in order", seed).isGreaterThan(last[0]);
            last[0] = record.sequence();
            append(all, buffer, at);
        });
        assertThat(recovery.damaged()).as("seed %d: damage", seed).isZero();
        return all;
    }

    private void check(final Map<Long, Appended> all) {
        long expected = 1;
        final long[] charged = new long[exchanges.size()];
        final Appended[] finals = new Appended[exchanges.size()];
        for (final Map.Entry<Long, Appended> entry : all.entrySet()) {
            assertThat(entry.getKey()).as("seed %d: no gap", seed).isEqualTo(expected++);
            final Appended record = entry.getValue();
            final int exchange = (int) record.exchange - 1;
            charged[exchange] += record.charged;
            if (record.isFinal) {
                assertThat(finals[exchange])
                        .as("seed %d exchange %d: one final record, %s", seed, exchange, all)
                        .isNull();
                finals[exchange] = record;
            }
        }
        for (int i = 0; i < finals.length; i++) {
            check(exchanges.get(i), finals[i], charged[i], "seed " + seed + " exchange " + i);
        }
    }

    private static void check(final Exchange exchange, final Appended last, final long charged, final String which) {
        if (last == null) {
            assertThat(exchange.certain).as("%s is missing", which).isFalse();
        } else if (last.outcome == Outcome.COMPLETE) {
            assertThat(exchange.committing).as(which).isTrue();
            assertThat(charged).as(which).isEqualTo(TOKENS);
        } else {
            assertThat(last.outcome).as(which).isEqualTo(Outcome.IN_DOUBT);
            assertThat(exchange.committed).as("%s was committed", which).isFalse();
            assertThat(last.phase).as(which).isGreaterThanOrEqualTo(exchange.phase);
            if (exchange.billAdmitted || last.phase == Phase.STREAMING) {
                assertThat(charged).as(which).isEqualTo(TOKENS);
            } else {
                assertThat(charged).as(which).isBetween(exchange.chargedBefore, exchange.chargedAfter);
            }
        }
    }
}
