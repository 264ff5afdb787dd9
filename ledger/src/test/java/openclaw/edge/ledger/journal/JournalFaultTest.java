package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LaneStore;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a living node does when its disk fails under it, and that it goes on without a restart when the cause is gone. */
class JournalFaultTest {
    private static final int SLOTS = 64;
    private static final long SECOND_NS = 1_000_000_000L;

    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();
    private final FaultyDisk disk = new FaultyDisk();
    private JournalHealth health;
    private final LedgerCounters counters = new LedgerCounters();
    private final Map<String, Long> committed = new TreeMap<>();
    private LaneStore store;
    private Lane lane;
    private JournalAgent agent;

    private void start() throws IOException {
        health = new JournalHealth();
        store = LaneStore.open(data.resolve("lanes"), "edge-a", 1, SLOTS, clock.nanoTime());
        lane = new Lane(store.file(0), health, counters);
        agent = Agents.process(Ledger.journalDirectory(data), disk, store, health, counters, clock);
    }

    private void exchange() {
        final long sequence = Exchanges.whole(lane, clock.nanoTime());
        committed.put(store.origin().life() + ":" + sequence, sequence);
    }

    /** All committed is there, once, under its sequence; nothing is missing. */
    private ReadReport check() throws IOException {
        final Map<String, Long> seen = new TreeMap<>();
        final ReadReport report = new JournalReader(List.of(Ledger.journalDirectory(data))).read(record -> {
            assertThat(seen.put(record.life() + ":" + record.sequence(), record.sequence()))
                    .isNull();
        });
        assertThat(seen).isEqualTo(committed);
        assertThat(report.gaps()).isEmpty();
        assertThat(report.conflicts()).isEmpty();
        assertThat(report.lives()).allMatch(ReadReport.LifeSummary::opened);
        return report;
    }

    @Test
    void shouldLoseNothingWhereverAnAppendFails() throws IOException {
        start();
        agent.doWork();
        int failed = 0;
        // Each round fails at another step of the duty: opening, each append, before and after, the check, the tick.
        for (int step = 0; step < 24; step++) {
            exchange();
            exchange();
            final byte[] tenant = Exchanges.bytes("lost");
            lane.loss(tenant, 0, tenant.length, 1, clock.nanoTime());
            clock.advanceNs(61 * SECOND_NS);
            final int at = step;
            disk.after(at, where -> {
                throw new IOException("Input/output error at step " + at + ", " + where);
            });
            agent.doWork();
            final boolean struck = disk.stepsLeft == 0 && !health.isHealthy();
            disk.heal();
            if (struck) {
                failed++;
                assertThat(health.state()).isEqualTo(JournalHealth.State.FAILING);
                assertThat(lane.claim()).isEqualTo(Lane.NO_SLOT);
                agent.doWork();
                assertThat(health.isHealthy())
                        .as("not before a second has passed")
                        .isFalse();
                clock.advanceNs(SECOND_NS);
                agent.doWork();
            }
            assertThat(health.isHealthy()).as("step %d", step).isTrue();
        }
        assertThat(failed).as("steps that failed").isGreaterThan(8);
        assertThat(counters.get(LedgerCounter.JOURNAL_FAILURES)).isEqualTo(failed);
        agent.onClose();
        final ReadReport report = check();
        assertThat(report.losses()).extracting(ReadReport.Loss::requests).allMatch(requests -> requests >= 1);
        assertThat(report.losses().stream().mapToLong(ReadReport.Loss::requests).sum())
                .isEqualTo(24);
        assertThat(report.lives()).allMatch(ReadReport.LifeSummary::closed);
    }

    @Test
    void shouldGoOnInAFreshQueueAfterALostStore() throws IOException {
        start();
        exchange();
        agent.doWork();
        exchange();
        disk.after(1, step -> {
            throw new InternalError(
                    "a fault occurred in a recent unsafe memory access operation in compiled Java code");
        });
        agent.doWork();
        assertThat(health.isHealthy()).isFalse();
        clock.advanceNs(SECOND_NS);
        // Still full: what is begun in vain does not pile up.
        for (int i = 0; i < 5; i++) {
            agent.doWork();
            clock.advanceNs(SECOND_NS);
        }
        disk.heal();
        agent.doWork();
        assertThat(health.isHealthy()).isTrue();
        exchange();
        agent.onClose();
        final Path journal = Ledger.journalDirectory(data);
        try (var queues = Files.list(journal)) {
            assertThat(queues.filter(Files::isDirectory).map(Path::getFileName))
                    .containsExactly(Path.of("queue-000002"));
        }
        assertThat(counters.get(LedgerCounter.QUEUES_BEGUN)).isOne();
        assertThat(check().isClean()).isTrue();
    }

    @Test
    void shouldGoOnWhereItStoodAfterARestartInTheSameBoot() throws IOException {
        start();
        exchange();
        disk.after(2, step -> {
            throw new IOException("no");
        });
        agent.doWork();
        disk.heal();
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        final Path last = disk.opened();
        agent.onClose();
        start();
        exchange();
        agent.doWork();
        assertThat(disk.opened()).isEqualTo(last);
        agent.onClose();
        check();
    }

    @Test
    void shouldStopBeforeTheDiskIsFullAndGoOnWhenThereIsRoom() throws IOException {
        start();
        agent.doWork();
        exchange();
        final int before = Exchanges.admit(lane, clock.nanoTime());
        final long reserve = 2 * store.lengthBytes() + DiskGuard.FLOOR_BYTES;
        disk.usableBytes = reserve - 1;
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        assertThat(health.state()).isEqualTo(JournalHealth.State.DISK_NEARLY_FULL);
        assertThat(lane.claim()).isEqualTo(Lane.NO_SLOT);
        assertThat(counters.get(LedgerCounter.DISK_STOPS)).isOne();
        assertThat(counters.get(LedgerCounter.RECORDS_APPENDED))
                .as("what was committed is still appended")
                .isOne();
        // Below the floor not even that: the record waits in its lane.
        disk.usableBytes = DiskGuard.FLOOR_BYTES - 1;
        clock.advanceNs(SECOND_NS);
        committed.put(store.origin().life() + ":2", Exchanges.complete(lane, before));
        assertThat(agent.doWork()).isZero();
        assertThat(counters.get(LedgerCounter.RECORDS_APPENDED)).isOne();
        // A little more than the reserve is not enough to begin again.
        disk.usableBytes = reserve + 1_000_000;
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        assertThat(counters.get(LedgerCounter.RECORDS_APPENDED)).isEqualTo(2);
        assertThat(health.isHealthy()).isFalse();
        disk.usableBytes = reserve * 2;
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        assertThat(health.isHealthy()).isTrue();
        exchange();
        agent.onClose();
        assertThat(counters.get(LedgerCounter.JOURNAL_FAILURES)).isZero();
        assertThat(check().isClean()).isTrue();
    }

    @Test
    void shouldLeaveTheLanesToTheNextStartWhenThereIsNoRoomToClose() throws IOException {
        start();
        agent.doWork();
        exchange();
        disk.usableBytes = 0;
        clock.advanceNs(SECOND_NS);
        agent.onClose();
        assertThat(health.state()).isEqualTo(JournalHealth.State.CLOSED);
        disk.usableBytes = Long.MAX_VALUE;
        Ledger.open(data, LedgerConfig.of("edge-a").withSlots(SLOTS).withClock(clock), 1)
                .close();
        assertThat(check().lives()).hasSize(2).allMatch(ReadReport.LifeSummary::closed);
    }

    @Test
    void shouldHoldWhatTheLanesHoldWhenTheDirectoryIsDeletedUnderIt() throws IOException {
        start();
        agent.catalog(new byte[32], clock.nanoTime());
        for (int i = 0; i < 40; i++) {
            exchange();
            agent.doWork();
        }
        deleteTree(Ledger.journalDirectory(data));
        exchange();
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        assertThat(health.state()).isEqualTo(JournalHealth.State.FAILING);
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        assertThat(health.isHealthy()).isTrue();
        assertThat(counters.get(LedgerCounter.RECORDS_HELD)).isEqualTo(40);
        exchange();
        agent.onClose();
        assertThat(check().isClean()).isTrue();
    }

    @Test
    void shouldHoldWhatTheLanesHoldWhenAFileIsCutUnderIt() throws IOException {
        start();
        for (int i = 0; i < 30; i++) {
            exchange();
        }
        agent.doWork();
        try (FileChannel file = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            file.truncate(68_000);
        }
        exchange();
        agent.doWork();
        assertThat(health.isHealthy()).isFalse();
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        assertThat(health.isHealthy()).isTrue();
        agent.onClose();
        check();
    }

    @Test
    void shouldNoticeAFileThatWasReplaced() throws Exception {
        start();
        exchange();
        agent.doWork();
        final Path file = file();
        Files.copy(file, data.resolve("copy"));
        Files.move(data.resolve("copy"), file, StandardCopyOption.REPLACE_EXISTING);
        final long deadline = System.nanoTime() + 30 * SECOND_NS;
        while (health.isHealthy() && System.nanoTime() < deadline) {
            // The file's identity is looked at once a second of real time. No more than the lane holds is at stake.
            exchange();
            agent.doWork();
            Thread.sleep(40);
        }
        assertThat(health.isHealthy()).isFalse();
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        agent.onClose();
        check();
    }

    @Test
    void shouldServeOnInTheOpenFileWhenPermissionIsLostAndStopAtTheRoll() throws IOException {
        start();
        exchange();
        agent.doWork();
        disk.after(0, step -> {
            if (step == FaultyDisk.Step.OPEN) {
                throw new AccessDeniedException("journal");
            }
        });
        exchange();
        agent.doWork();
        assertThat(health.isHealthy()).as("what is open can be written").isTrue();
        clock.advanceNs(3_600 * SECOND_NS);
        disk.after(0, step -> {
            throw new AccessDeniedException("journal");
        });
        exchange();
        agent.doWork();
        assertThat(health.isHealthy()).isFalse();
        disk.heal();
        clock.advanceNs(SECOND_NS);
        agent.doWork();
        assertThat(health.isHealthy()).isTrue();
        agent.onClose();
        check();
    }

    @Test
    void shouldSayWhatIsWrongWithAReadOnlyDirectoryAtTheStart() throws IOException {
        final Path file = Files.writeString(data.resolve("file"), "no directory");
        assertThatThrownBy(() -> Ledger.open(file.resolve("data"), LedgerConfig.of("edge-a"), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file");
    }

    private Path file() throws IOException {
        try (var files = Files.list(Ledger.journalDirectory(data))) {
            return files.filter(path -> path.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    static void deleteTree(final Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (final Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
