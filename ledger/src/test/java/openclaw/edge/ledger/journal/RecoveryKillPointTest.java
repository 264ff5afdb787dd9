package openclaw.edge.ledger.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
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
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.lane.LossEntry;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops a recovery after each of its appends, and recovers again: the journal is the same as if it had not stopped. */
class RecoveryKillPointTest {
    private static final int LANES = 2;

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final LedgerConfig config = LedgerConfig.of("edge-a").withSlots(16).withClock(clock);
    private Life dead;

    @Test
    void shouldGiveTheSameWhereverRecoveryIsKilled() throws IOException {
        final Map<String, String> expected = recover(directory.resolve("whole"), Integer.MAX_VALUE);
        assertThat(expected).hasSize(9);
        int kill = 0;
        while (true) {
            final Path data = directory.resolve("killed-" + kill);
            final boolean[] halted = {false};
            assertThat(recover(data, kill, halted))
                    .as("killed after %d appends", kill)
                    .isEqualTo(expected);
            if (!halted[0]) {
                break;
            }
            kill++;
        }
        // OPEN, 9 records, LOSS and CLOSE of the dead life, OPEN of the next.
        assertThat(kill).isEqualTo(13);
    }

    private Map<String, String> recover(final Path data, final int killAfter) throws IOException {
        return recover(data, killAfter, new boolean[1]);
    }

    private Map<String, String> recover(final Path data, final int killAfter, final boolean[] halted)
            throws IOException {
        final Path lanes = data.resolve("lanes");
        final Path journal = Ledger.journalDirectory(data);
        leaveDeadLife(lanes);
        final LaneStore next = LaneStore.open(lanes, "edge-a", 1, 16, clock.nanoTime());
        try (JournalWriter writer = new JournalWriter(journal, next.origin().life(), clock.nanoTime(), null)) {
            new LifeRecovery(
                            next,
                            new Halting(writer, killAfter),
                            new LedgerCounters(),
                            new JournaledTails(directory, JournalDisk.REAL),
                            true)
                    .run(clock.nanoTime());
        } catch (final HaltException e) {
            halted[0] = true;
            assertThat(next.earlier()).as("lanes stay until all is appended").hasSize(1);
        }
        Ledger.open(data, config, 1).close();
        final Map<String, String> seen = new TreeMap<>();
        final JournalReader reader = new JournalReader(List.of(journal));
        final ReadReport report = reader.read(record -> seen.put(
                record.lane() + ":" + record.sequence(),
                record.outcome() + " " + record.exchange() + " " + record.chargedTokens() + " "
                        + reader.names().text(record.tenantId())));
        assertThat(report.isClean())
                .as("killed after %d: %s", killAfter, report)
                .isTrue();
        assertThat(report.losses()).hasSize(1);
        assertThat(report.lives()).allSatisfy(life -> {
            assertThat(life.opened()).isTrue();
            assertThat(life.closed()).isTrue();
        });
        assertThat(report.lives())
                .filteredOn(life -> life.life().equals(dead))
                .singleElement()
                .satisfies(life -> assertThat(life.recovered()).isTrue());
        return seen;
    }

    /** Lanes of a process that was killed before its journal was opened. */
    private void leaveDeadLife(final Path directoryOfLanes) throws IOException {
        final LaneStore store = LaneStore.open(directoryOfLanes, "edge-a", LANES, 16, clock.nanoTime());
        dead = store.origin().life();
        for (int i = 0; i < LANES; i++) {
            final Lane lane = new Lane(store.file(i), new JournalHealth(), new LedgerCounters());
            for (int exchange = 0; exchange < 3; exchange++) {
                Exchanges.whole(lane, clock.nanoTime());
            }
            Exchanges.admit(lane, clock.nanoTime());
            if (i == 0) {
                Exchanges.admit(lane, clock.nanoTime());
                final byte[] tenant = Exchanges.bytes("lost");
                lane.loss(tenant, 0, tenant.length, 1, clock.nanoTime());
            }
        }
    }

    @Test
    void shouldKeepTheLanesWhenTheQueueRefusesEverything() throws IOException {
        final Path lanes = directory.resolve("lanes");
        leaveDeadLife(lanes);
        final LaneStore next = LaneStore.open(lanes, "edge-a", 1, 16, clock.nanoTime());
        try (JournalWriter writer =
                new JournalWriter(directory.resolve("journal"), next.origin().life(), clock.nanoTime(), null)) {
            final LifeRecovery recovery = new LifeRecovery(
                    next,
                    new Halting(writer, 0),
                    new LedgerCounters(),
                    new JournaledTails(directory, JournalDisk.REAL),
                    true);
            assertThatThrownBy(() -> recovery.run(clock.nanoTime())).isInstanceOf(HaltException.class);
        }
        assertThat(LaneStore.open(lanes, "edge-a", 1, 16, clock.nanoTime()).earlier())
                .hasSize(2);
    }

    private static final class HaltException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A queue whose process dies after so many appends. */
    private static final class Halting implements RecordAppender {
        private final JournalWriter writer;
        private int left;

        Halting(final JournalWriter writer, final int left) {
            this.writer = writer;
            this.left = left;
        }

        private void die() {
            if (left-- == 0) {
                throw new HaltException();
            }
        }

        @Override
        public void usage(final UnsafeBuffer lane, final int recordAt) {
            die();
            writer.usage(lane, recordAt);
        }

        @Override
        public void loss(final Life ofLife, final int lane, final UnsafeBuffer buffer, final LossEntry entry) {
            die();
            writer.loss(ofLife, lane, buffer, entry);
        }

        @Override
        public UnsafeBuffer record() {
            return writer.record();
        }

        @Override
        public void append() {
            die();
            writer.append();
        }

        @Override
        public void secure() throws IOException {
            writer.secure();
        }
    }
}
