package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.RecordType;
import openclaw.edge.ledger.record.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalAgentTest {
    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();
    private final LedgerConfig config =
            LedgerConfig.of("edge-a").withSlots(1024).withClock(clock);

    @Test
    void shouldWriteWhatTheQueuesOwnTailerReads() throws IOException {
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            // More than one index page of the queue, and more than one file.
            for (int i = 0; i < 3_000; i++) {
                Exchanges.whole(ledger.lane(0), clock.nanoTime());
                if (i % 500 == 0) {
                    ledger.agent().doWork();
                    clock.advanceNs(600_000_000_000L);
                }
            }
        }
        final List<Long> theirs = new ArrayList<>();
        final RecordRegion region =
                new RecordRegion(ByteBuffer.allocateDirect(1 << 16).order(ByteOrder.LITTLE_ENDIAN));
        final UsageRecord record = new UsageRecord();
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(
                                Ledger.journalDirectory(data).toFile())
                        .rollCycle(RollCycles.FAST_HOURLY)
                        .build();
                var tailer = queue.createTailer()) {
            final Bytes<ByteBuffer> bytes = Bytes.elasticByteBuffer();
            while (tailer.readBytes(bytes)) {
                final byte[] document = bytes.toByteArray();
                region.buffer().putBytes(0, document);
                assertThat(region.isValid(0, document.length)).isTrue();
                record.wrap(region.buffer(), 0);
                assertThat(record.length()).isEqualTo(document.length);
                if (record.type() == RecordType.USAGE) {
                    theirs.add(record.sequence());
                }
                bytes.clear();
            }
            bytes.releaseLast();
        }
        final List<Long> ours = new ArrayList<>();
        final ReadReport report =
                new JournalReader(List.of(Ledger.journalDirectory(data))).read(usage -> ours.add(usage.sequence()));
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(ours).hasSize(3_000).isEqualTo(theirs);
    }

    @Test
    void shouldAllocateNothingPerRecord() throws IOException {
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            final Lane lane = ledger.lane(0);
            run(ledger, lane, 100_000);
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long thread = Thread.currentThread().getId();
            final long before = threads.getThreadAllocatedBytes(thread);
            run(ledger, lane, 500_000);
            final long allocated = threads.getThreadAllocatedBytes(thread) - before;
            assertThat(allocated).as("bytes for half a million records").isLessThan(250_000);
        }
    }

    private static void run(final Ledger ledger, final Lane lane, final int records) {
        for (int i = 0; i < records; i++) {
            Exchanges.whole(lane, ManualClock.START_NS);
            if ((i & 511) == 0) {
                ledger.agent().doWork();
            }
        }
    }

    @Test
    void shouldGoOnWhenTheClockStoodBehindTheLastFile() throws IOException {
        clock.advanceNs(7_200_000_000_000L);
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
        }
        clock.advanceNs(-7_200_000_000_000L);
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
            ledger.agent().doWork();
            assertThat(ledger.healthy()).isTrue();
            clock.advanceNs(3_600_000_000_000L);
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
        }
        final JournalReader reader = new JournalReader(List.of(Ledger.journalDirectory(data)));
        final List<String> tenants = new ArrayList<>();
        final ReadReport report =
                reader.read(record -> tenants.add(reader.names().text(record.tenantId())));
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(tenants).hasSize(3).containsOnly("tenant-abc123");
    }

    @Test
    void shouldTickOnWhenTheSourceThrows() throws IOException {
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            ledger.tickSource(sink -> {
                throw new IllegalStateException("no metrics today");
            });
            ledger.agent().doWork();
            assertThat(ledger.healthy()).isTrue();
            assertThat(ledger.counters().get(LedgerCounter.TICK_SOURCE_FAILURES))
                    .isOne();
        }
    }
}
