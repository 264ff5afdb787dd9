package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a lane between any two of its stores. A seeded run of exchanges is made on a lane; before and after each operation
 * the file is photographed. From the two photographs every state is crafted that a kill in between can leave: stores
 * before a release in any subset, stores with release in their order. Recovery of each such state, together with what the
 * consumer had taken by then, must give each admitted exchange exactly one final record, without a gap.
 */
class LaneKillPointTest {
    private static final int SLOTS = 8;
    private static final int SUBSETS = 4;
    private static final long TOKENS = 10;

    @TempDir
    Path directory;

    private LaneFile crafted;
    private Random random;
    private int seed;
    private LaneFile file;
    private Lane lane;
    private LaneConsumer consumer;
    private final Map<Long, Appended> journal = new TreeMap<>();
    private final Map<Integer, Exchange> open = new HashMap<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private int states;

    /** What a journal holds of a record. */
    private record Appended(long exchange, boolean isFinal, Outcome outcome, long charged, int crc) {}

    /** What the test knows of an exchange. */
    private static final class Exchange {
        private final long number;
        private final boolean billAdmitted;
        private Phase phase = Phase.ADMITTED;
        private long charged;
        private boolean committed;

        Exchange(final long number, final boolean billAdmitted) {
            this.number = number;
            this.billAdmitted = billAdmitted;
        }
    }

    @Test
    void shouldLoseNothingAndRepeatNothingWhereverItIsKilled() throws IOException {
        runSeeds(0, 100);
    }

    @Test
    @Tag("nightly")
    void shouldLoseNothingInManyMoreRuns() throws IOException {
        runSeeds(1_000, 6_000);
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
        lane = new Lane(file, new JournalHealth(), new LedgerCounters());
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
        final byte[] before = photograph();
        final boolean billAdmitted = random.nextBoolean();
        final int slot = Exchanges.admit(lane, 1_000 + exchanges.size(), Exchanges.bytes("t"), TOKENS, billAdmitted);
        if (slot == Lane.NO_SLOT) {
            return;
        }
        final byte[] after = photograph();
        recoverBetween(before, after, List.of(this::isNotPhase));
        final Exchange exchange = new Exchange(exchanges.size() + 1L, billAdmitted);
        exchanges.add(exchange);
        open.put(slot, exchange);
        recover(after);
    }

    private void advance(final int slot) {
        final Exchange exchange = open.get(slot);
        final Phase next = exchange.phase == Phase.ADMITTED ? Phase.SENT : Phase.STREAMING;
        lane.phase(slot, next);
        exchange.phase = next;
        final byte[] before = photograph();
        lane.progress(slot, random.nextInt(100), 1_000 + random.nextInt(100));
        recoverBetween(before, photograph(), List.of(offset -> true));
    }

    private void interim(final int slot) {
        final byte[] before = photograph();
        final UsageRecord record = lane.interim(slot);
        if (record == null) {
            return;
        }
        record.chargedTokens(1).bytesOut(7);
        lane.commitInterim(slot);
        final byte[] after = photograph();
        recoverBetween(before, after, List.of(this::isBody));
        final Exchange exchange = open.get(slot);
        exchange.charged += 1;
        final byte[] published = merge(before, after, offset -> isBody(offset) || isSequence(offset));
        recover(published);
        recoverBetween(published, after, List.of(offset -> !isRecordedSequence(offset)));
        recover(after);
    }

    private void commit(final int slot) {
        final byte[] before = photograph();
        Exchanges.complete(lane, slot);
        final byte[] after = photograph();
        final Exchange exchange = open.get(slot);
        exchange.phase = Phase.STREAMING;
        final byte[] streaming = withPhase(before, slot, Phase.STREAMING);
        recoverBetween(streaming, after, List.of(this::isBody));
        exchange.committed = true;
        exchange.charged = TOKENS;
        open.remove(slot);
        recover(merge(streaming, after, offset -> isBody(offset) || isSequence(offset)));
        recover(after);
    }

    private void drain() {
        final byte[] before = photograph();
        final int limit = random.nextInt(SLOTS + 1);
        consumer.drain((buffer, at) -> append(journal, buffer, at), limit);
        // Killed before the position moved: the queue has the records, the lane does not know.
        recover(before);
        recover(photograph());
    }

    /** Applies subsets of the changed words that satisfy one of the groups. */
    private void recoverBetween(final byte[] before, final byte[] after, final List<OffsetSet> groups) {
        recover(before);
        for (final OffsetSet group : groups) {
            for (int i = 0; i < SUBSETS; i++) {
                final long choice = random.nextLong();
                recover(merge(before, after, at -> group.contains(at) && (choice >>> (at / 8 % 64) & 1) == 0));
            }
            recover(merge(before, after, group));
        }
    }

    @FunctionalInterface
    private interface OffsetSet {
        boolean contains(int offset);
    }

    private static byte[] merge(final byte[] before, final byte[] after, final OffsetSet taken) {
        final byte[] merged = before.clone();
        for (int at = 0; at < merged.length; at += Integer.BYTES) {
            if (taken.contains(at)) {
                System.arraycopy(after, at, merged, at, Integer.BYTES);
            }
        }
        return merged;
    }

    private static byte[] withPhase(final byte[] photograph, final int slot, final Phase phase) {
        final byte[] changed = photograph.clone();
        ByteBuffer.wrap(changed)
                .order(ByteOrder.nativeOrder())
                .putInt(openOffset(SLOTS) + slot * OPEN_LENGTH + OPEN_PHASE_OFFSET, phase.code());
        return changed;
    }

    private static boolean isRing(final int offset) {
        return offset >= HEADER_LENGTH && offset < openOffset(SLOTS);
    }

    private boolean isBody(final int offset) {
        return isRing(offset) && (offset - HEADER_LENGTH) % SLOT_LENGTH >= SLOT_RECORD_OFFSET;
    }

    private boolean isSequence(final int offset) {
        return isRing(offset) && !isBody(offset);
    }

    private boolean isNotPhase(final int offset) {
        return offset < openOffset(SLOTS) || (offset - openOffset(SLOTS)) % OPEN_LENGTH != OPEN_PHASE_OFFSET;
    }

    private static boolean isRecordedSequence(final int offset) {
        final int inSlot = (offset - openOffset(SLOTS)) % OPEN_LENGTH;
        return offset >= openOffset(SLOTS)
                && inSlot >= OPEN_RECORDED_OFFSET
                && inSlot < OPEN_NAMES_OFFSET
                && (inSlot - OPEN_RECORDED_OFFSET) % RECORDED_LENGTH < Long.BYTES;
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
                record.exchange(), record.isFinal(), record.outcome(), record.chargedTokens(), record.crc());
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
        final long[] charged = new long[exchanges.size() + 1];
        final Outcome[] outcomes = new Outcome[exchanges.size() + 1];
        for (final Map.Entry<Long, Appended> entry : all.entrySet()) {
            assertThat(entry.getKey()).as("seed %d: no gap", seed).isEqualTo(expected++);
            final Appended appended = entry.getValue();
            final int exchange = (int) appended.exchange;
            charged[exchange] += appended.charged;
            if (appended.isFinal) {
                assertThat(outcomes[exchange])
                        .as("seed %d exchange %d: one final record, %s", seed, exchange, all)
                        .isNull();
                outcomes[exchange] = appended.outcome;
            }
        }
        for (final Exchange exchange : exchanges) {
            final int number = (int) exchange.number;
            assertThat(outcomes[number])
                    .as("seed %d exchange %d of %s", seed, number, Arrays.toString(outcomes))
                    .isEqualTo(exchange.committed ? Outcome.COMPLETE : Outcome.IN_DOUBT);
            final boolean full = exchange.billAdmitted || exchange.phase == Phase.STREAMING;
            assertThat(charged[number])
                    .as("seed %d exchange %d: charge", seed, number)
                    .isEqualTo(full ? TOKENS : exchange.charged);
        }
    }
}
