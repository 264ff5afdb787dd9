package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaneTest {
    private static final long NOW_NS = 1_795_204_800_000_000_000L;

    @TempDir
    Path directory;

    private final JournalHealth health = new JournalHealth();
    private final LedgerCounters counters = new LedgerCounters();
    private LaneFile file;

    private Lane lane(final int slots) throws IOException {
        file = LaneFile.create(
                directory.resolve("lane-0.dat"),
                new LaneOrigin(new Life(1, 2), Life.NONE, 1, NOW_NS, Life.NONE, 1, "edge-a"),
                0,
                slots);
        return new Lane(file, health, counters);
    }

    @Test
    void shouldGivePermitsWhileThereIsRoomForEveryOpenExchange() throws IOException {
        final Lane lane = lane(8);
        final LaneConsumer consumer = new LaneConsumer(file);
        for (int i = 0; i < 5; i++) {
            Exchanges.whole(lane, NOW_NS);
        }
        final int first = Exchanges.admit(lane, NOW_NS);
        final int second = lane.claim();
        final int third = Exchanges.admit(lane, NOW_NS);
        assertThat(new int[] {first, second, third})
                .doesNotContain(Lane.NO_SLOT)
                .doesNotHaveDuplicates();
        assertThat(lane.claim()).isEqualTo(Lane.NO_SLOT);
        assertThat(counters.get(LedgerCounter.PERMITS_REFUSED_FULL)).isOne();
        assertThat(lane.interim(first))
                .as("an interim record must not take a permit's room")
                .isNull();
        assertThat(counters.get(LedgerCounter.INTERIMS_SKIPPED)).isOne();
        lane.cancel(second);
        assertThat(lane.openExchanges()).isEqualTo(2);
        final int fourth = Exchanges.admit(lane, NOW_NS);
        Exchanges.complete(lane, first);
        Exchanges.complete(lane, third);
        Exchanges.complete(lane, fourth);
        assertThat(lane.claim()).as("8 records wait").isEqualTo(Lane.NO_SLOT);
        consumer.drain((buffer, at) -> {}, 1);
        assertThat(lane.claim()).as("taken, and not released").isEqualTo(Lane.NO_SLOT);
        consumer.secured();
        consumer.release(Long.MAX_VALUE);
        assertThat(lane.claim()).isNotEqualTo(Lane.NO_SLOT);
        assertThat(lane.claim()).isEqualTo(Lane.NO_SLOT);
    }

    @Test
    void shouldGiveNoPermitWhileTheJournalIsNotHealthy() throws IOException {
        final Lane lane = lane(8);
        health.state(JournalHealth.State.FAILING);
        assertThat(lane.claim()).isEqualTo(Lane.NO_SLOT);
        health.state(JournalHealth.State.HEALTHY);
        assertThat(lane.claim()).isNotEqualTo(Lane.NO_SLOT);
    }

    @Test
    void shouldPublishTheSequenceLast() throws IOException {
        final Lane lane = lane(8);
        final UnsafeBuffer buffer = file.region().buffer();
        for (int i = 0; i < 12; i++) {
            final long sequence = i + 1L;
            final int slotAt = HEADER_LENGTH + (int) (sequence % 8) * SLOT_LENGTH;
            final int open = Exchanges.admit(lane, NOW_NS);
            lane.record(open).status(200);
            assertThat(buffer.getLong(slotAt))
                    .as("still the former sequence while the body is written")
                    .isEqualTo(Math.max(0, sequence - 8));
            assertThat(lane.commit(open)).isEqualTo(sequence);
            assertThat(buffer.getLong(slotAt)).isEqualTo(sequence);
            assertThat(file.region().isValid(slotAt + SLOT_RECORD_OFFSET, SLOT_LENGTH - SLOT_RECORD_OFFSET))
                    .isTrue();
            assertThat(buffer.getInt(openOffset(8) + open * OPEN_LENGTH + OPEN_PHASE_OFFSET))
                    .as("freed after the commit")
                    .isZero();
            final LaneConsumer consumer = new LaneConsumer(file);
            consumer.drain((ignored, at) -> {}, 1);
            consumer.secured();
            consumer.release(Long.MAX_VALUE);
        }
    }

    @Test
    void shouldCarryAdmissionAndNamesIntoTheRecord() throws IOException {
        final Lane lane = lane(8);
        final byte[] name = new byte[300];
        Arrays.fill(name, (byte) 'x');
        final int slot = lane.claim();
        lane.admission(slot)
                .admittedNs(NOW_NS)
                .admittedTokens(5)
                .requestIdHash(9)
                .tenant(name, 1, UsageRecordDescriptor.MAX_TENANT_LENGTH)
                .agent(name, 2, UsageRecordDescriptor.MAX_AGENT_LENGTH)
                .route(name, 3, UsageRecordDescriptor.MAX_ROUTE_LENGTH)
                .model(name, 4, UsageRecordDescriptor.MAX_MODEL_LENGTH);
        final long exchange = lane.admitted(slot);
        lane.phase(slot, Phase.STREAMING);
        final UsageRecord interim = lane.interim(slot);
        assertThat(interim.requests()).isZero();
        assertThat(interim.isFinal()).isFalse();
        assertThat(interim.outcome()).isNull();
        interim.bytesOut(100).bytesIn(3).chargedTokens(2);
        lane.commitInterim(slot);
        lane.interim(slot).bytesOut(50);
        lane.commitInterim(slot);
        assertThat(lane.recordedBytesOut(slot)).isEqualTo(150);
        assertThat(lane.recordedBytesIn(slot)).isEqualTo(3);
        final UsageRecord record = lane.record(slot);
        assertThat(record.exchange()).isEqualTo(exchange);
        assertThat(record.admittedNs()).isEqualTo(NOW_NS);
        assertThat(record.admittedTokens()).isEqualTo(5);
        assertThat(record.chargedTokens()).as("what the interim record left").isEqualTo(3);
        assertThat(record.requestIdHash()).isEqualTo(9);
        assertThat(record.requests()).isOne();
        assertThat(record.phase()).isEqualTo(Phase.STREAMING);
        assertThat(record.laneNameLengths()).isEqualTo(64 | 128 << 8 | 64 << 16 | 64 << 24);
        assertThat(lane.commit(slot)).isEqualTo(3);
    }

    @Test
    void shouldRefuseNamesThatDoNotFitOrComeInAnotherOrder() throws IOException {
        final Lane lane = lane(8);
        final byte[] name = new byte[200];
        final AdmissionSlot admission = lane.admission(lane.claim());
        assertThatThrownBy(() -> admission.tenant(name, 0, 65)).hasMessageContaining("65 bytes, expected at most 64");
        admission.agent(name, 0, 1);
        assertThatThrownBy(() -> admission.tenant(name, 0, 1)).hasMessageContaining("tenant, agent, route, model");
    }

    @Test
    void shouldOfferARecordAgainWhenTheSinkThrows() throws IOException {
        final Lane lane = lane(8);
        for (int i = 0; i < 3; i++) {
            Exchanges.whole(lane, NOW_NS);
        }
        final LaneConsumer consumer = new LaneConsumer(file);
        final List<Long> taken = new ArrayList<>();
        final UsageRecord record = new UsageRecord();
        final RecordSink sink = (buffer, at) -> {
            record.wrap(buffer, at);
            if (record.sequence() == 2 && taken.size() == 1) {
                taken.add(-2L);
                throw new IllegalStateException("full");
            }
            taken.add(record.sequence());
        };
        assertThatThrownBy(() -> consumer.drain(sink, 10)).hasMessage("full");
        assertThat(file.consumed()).isZero();
        consumer.secured();
        consumer.release(Long.MAX_VALUE);
        assertThat(file.consumed()).isOne();
        assertThat(consumer.drain(sink, 10)).isEqualTo(2);
        consumer.takeAgain();
        assertThat(consumer.drain(sink, 10)).as("again").isEqualTo(2);
        consumer.secured();
        consumer.release(Long.MAX_VALUE);
        assertThat(taken).containsExactly(1L, -2L, 2L, 3L, 2L, 3L);
        assertThat(file.consumed()).isEqualTo(3);
    }

    @Test
    void shouldHandOverWholeRecordsInOrderBetweenTwoThreads() throws Exception {
        final Lane lane = lane(64);
        final LaneConsumer consumer = new LaneConsumer(file);
        final RecordRegion region = file.region();
        final long total = 300_000;
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final long[] next = {1};
        final Thread thread = new Thread(() -> {
            final UsageRecord record = new UsageRecord();
            while (next[0] <= total && !Thread.currentThread().isInterrupted()) {
                final int taken = consumer.drain(
                        (buffer, at) -> {
                            record.wrap(buffer, at);
                            assertThat(region.isValid(at, SLOT_LENGTH - SLOT_RECORD_OFFSET))
                                    .isTrue();
                            assertThat(record.sequence()).isEqualTo(next[0]);
                            assertThat(record.latencyNs()).isEqualTo(next[0] * 3);
                            next[0]++;
                        },
                        16);
                consumer.secured();
                consumer.release(Long.MAX_VALUE);
                if (taken == 0) {
                    Thread.onSpinWait();
                }
            }
        });
        thread.setUncaughtExceptionHandler((ignored, e) -> failure.set(e));
        thread.start();
        for (long sequence = 1; sequence <= total && failure.get() == null; ) {
            final int slot = Exchanges.admit(lane, NOW_NS);
            if (slot == Lane.NO_SLOT) {
                Thread.onSpinWait();
                continue;
            }
            lane.record(slot).latencyNs(sequence * 3);
            lane.commit(slot);
            sequence++;
        }
        thread.join(20_000);
        thread.interrupt();
        assertThat(failure.get()).isNull();
        assertThat(next[0]).isEqualTo(total + 1);
    }

    @Test
    void shouldAllocateNothingPerExchange() throws IOException {
        final Lane lane = lane(1024);
        final LaneConsumer consumer = new LaneConsumer(file);
        final RecordSink sink = (buffer, at) -> {};
        run(lane, consumer, sink, 200_000);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(thread);
        run(lane, consumer, sink, 1_000_000);
        final long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(allocated).as("bytes for a million exchanges").isLessThan(10_000);
    }

    private static void run(final Lane lane, final LaneConsumer consumer, final RecordSink sink, final int exchanges) {
        for (int i = 0; i < exchanges; i++) {
            final int slot = Exchanges.admit(lane, NOW_NS);
            lane.progress(slot, 1, 2);
            if ((i & 7) == 0) {
                lane.interim(slot).bytesOut(1);
                lane.commitInterim(slot);
            }
            Exchanges.complete(lane, slot);
            if ((i & 63) == 0) {
                consumer.drain(sink, 1024);
                consumer.secured();
                consumer.release(Long.MAX_VALUE);
            }
        }
    }

    @Test
    void shouldSumLossesByTenantAndMinute() throws IOException {
        final Lane lane = lane(8);
        final LaneConsumer consumer = new LaneConsumer(file);
        final List<String> seen = new ArrayList<>();
        final LossSink sink = (buffer, entry) -> seen.add(entry.lossId() + " "
                + buffer.getStringWithoutLengthUtf8(entry.tenantAt(), entry.tenantLength()) + " " + entry.requests()
                + " " + entry.tokens() + " " + (entry.lastNs() - entry.firstNs()));
        final byte[] a = Exchanges.bytes("a");
        final byte[] b = Exchanges.bytes("b");
        lane.loss(a, 0, 1, 2, NOW_NS);
        lane.loss(b, 0, 1, 3, NOW_NS);
        lane.loss(a, 0, 1, 4, NOW_NS + 10);
        consumer.drainLosses(sink);
        consumer.takeAgain();
        final List<String> first = List.copyOf(seen);
        seen.clear();
        consumer.drainLosses(sink);
        assertThat(seen).as("again, since not released").isEqualTo(first);
        consumer.secured();
        consumer.release(Long.MAX_VALUE);
        lane.loss(a, 0, 1, 5, NOW_NS + 20);
        lane.loss(a, 0, 1, 6, NOW_NS + 60_000_000_000L);
        consumer.drainLosses(sink);
        consumer.drainLosses(sink);
        // The order within one call is that of the table.
        assertThat(seen.subList(0, 2)).containsExactlyInAnyOrder("1 a 2 6 10", "2 b 1 3 0");
        assertThat(seen.subList(2, seen.size())).containsExactlyInAnyOrder("1 a 3 11 20", "3 a 1 6 0");
    }

    @Test
    void shouldSumLossesOfTooManyTenantsUnderNobodysName() throws IOException {
        final Lane lane = lane(8);
        for (int i = 0; i < 100; i++) {
            final byte[] tenant = Exchanges.bytes("tenant-" + i);
            lane.loss(tenant, 0, tenant.length, 1, NOW_NS);
        }
        final long[] totals = new long[2];
        new LaneConsumer(file).drainLosses((buffer, entry) -> {
            totals[0] += entry.requests();
            totals[1] += entry.tenantLength() == 0 ? entry.requests() : 0;
        });
        assertThat(totals).containsExactly(100, 100 - (LOSS_ENTRIES - 1));
    }

    @Test
    void shouldRefuseSlotsThatAreNoPowerOfTwo() {
        assertThatThrownBy(() -> lane(100)).hasMessageContaining("slots=100").hasMessageContaining("power of two");
    }

    @Test
    void shouldTakeAnUnfinishedFileForNothing() throws IOException {
        final Path path = directory.resolve("lane-9.dat");
        Files.write(path, new byte[HEADER_LENGTH + 100]);
        assertThat(LaneFile.open(path)).isNull();
    }

    @Test
    void shouldRefuseACutFile() throws IOException {
        lane(8);
        final Path path = directory.resolve("lane-0.dat");
        final byte[] bytes = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> LaneFile.open(path)).hasMessageContaining("the file was cut");
    }
}
