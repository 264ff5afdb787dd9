package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import openclaw.edge.ledger.lane.Durability;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Life;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that records nothing, for measurement: it goes on like any other, and nobody can take it for one. */
class DiscardingTest {
    private static final int SLOTS = 64;

    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();
    private final LedgerConfig config =
            LedgerConfig.of("edge-a").withSlots(SLOTS).withClock(clock);

    /** Runs a ledger that discards to its end; answers its life. */
    private Life discard(final int exchanges) throws IOException {
        try (Ledger ledger = Ledger.open(data, config.discarding(), 1)) {
            for (int i = 0; i < exchanges; i++) {
                assertThat(Exchanges.whole(ledger.lane(0), clock.nanoTime())).isEqualTo(i + 1L);
                clock.advanceNs(7_000_000_000L);
                ledger.agent().doWork();
                assertThat(ledger.healthy()).isTrue();
                assertThat(ledger.state()).isEqualTo(JournalHealth.State.DISCARDING);
            }
            return ledger.life();
        }
    }

    @Test
    void shouldDrainItsLanesAndRecordNothing() throws IOException {
        discard(10 * SLOTS);
        assertThat(JournalReader.files(List.of(Ledger.journalDirectory(data)))).isEmpty();
    }

    @Test
    void shouldBeMissedByTheJournalThatComesAfterIt() throws IOException {
        final Life dropped = discard(10 * SLOTS);
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
        }
        final ReadReport report = new JournalReader(List.of(Ledger.journalDirectory(data))).read(JournalVisitor.NONE);
        // The lane's last records were still in its slots.
        assertThat(report.gaps()).containsExactly(new ReadReport.Gap(dropped, 0, 1, 9 * SLOTS));
    }

    @Test
    void shouldNotDropWhatAnotherLifeHasLeft() throws IOException {
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
        }
        assertThatThrownBy(() -> Ledger.open(data, config.discarding(), 1).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("never been used");
        Ledger.open(data, config, 1).close();
        assertThat(new JournalReader(List.of(Ledger.journalDirectory(data)))
                        .read(JournalVisitor.NONE)
                        .usageRecords())
                .isOne();
    }

    @Test
    void shouldNotPromiseToSurviveALossOfPower() {
        assertThatThrownBy(() -> config.withDurability(Durability.POWER).discarding())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("POWER");
    }
}
