package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.read.JournalReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The queue has locks of its own, by process number. They decide nothing: the directory's lock has. */
class QueueLockTest {
    private static final LedgerConfig CONFIG = LedgerConfig.of("edge-a").withSlots(64);

    @TempDir
    Path data;

    /** In a container every process is number 1, so that a dead holder's lock inside the queue looks like one's own. */
    @Test
    void shouldBreakALockInsideTheQueueThatADeadProcessOfTheSameNumberLeft() throws IOException {
        try (Ledger ledger = Ledger.open(data, CONFIG, 1)) {
            Exchanges.whole(ledger.lane(0), System.currentTimeMillis() * 1_000_000L);
        }
        // Never closed, as if killed within an append: the lock says this process, which is alive.
        final var queue = SingleChronicleQueueBuilder.binary(
                        Ledger.journalDirectory(data).toFile())
                .rollCycle(RollCycles.FAST_HOURLY)
                .build();
        final var dying = queue.createAppender().writingDocument();
        dying.wire().bytes().writeInt(7);
        final Thread opening = new Thread(this::openAndRecord, "next");
        opening.start();
        join(opening);
        assertThat(opening.isAlive()).as("the start is not held up").isFalse();
        final var report = new JournalReader(List.of(Ledger.journalDirectory(data))).read(record -> {});
        assertThat(report.usageRecords()).isEqualTo(2);
        assertThat(report.gaps()).isEmpty();
        assertThat(report.lives()).hasSize(2).allMatch(life -> life.closed());
    }

    private void openAndRecord() {
        try (Ledger next = Ledger.open(data, CONFIG, 1)) {
            next.agent().doWork();
            Exchanges.whole(next.lane(0), System.currentTimeMillis() * 1_000_000L);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join(30_000);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
