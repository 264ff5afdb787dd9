package openclaw.edge.ledger.retain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;

/** A node with a journal whose hours pass by hand, and what readers conclude from it. */
final class RetainedNode {
    static final long HOUR_NS = 3_600_000_000_000L;

    final ManualClock clock = new ManualClock();
    final LedgerCounters counters = new LedgerCounters();
    final Path data;
    final Path journal;
    private Ledger ledger;

    RetainedNode(final Path data) throws IOException {
        this.data = data;
        this.journal = Ledger.journalDirectory(data);
        start();
    }

    void start() throws IOException {
        ledger = Ledger.open(data, LedgerConfig.of("edge-a").withSlots(64).withClock(clock), 2);
        ledger.agent().doWork();
    }

    void stop() throws IOException {
        ledger.close();
    }

    Ledger ledger() {
        return ledger;
    }

    /** Some usage in both lanes, then the next hour. */
    void hour(final int records) {
        for (int i = 0; i < records; i++) {
            Exchanges.whole(ledger.lane(i & 1), clock.nanoTime() + i);
            ledger.agent().doWork();
        }
        clock.advanceNs(HOUR_NS);
        ledger.agent().doWork();
    }

    Retention retention() {
        return new Retention(journal, new Retention.Disk() {}, counters);
    }

    ReadReport read(final JournalVisitor visitor) throws IOException {
        return new JournalReader(List.of(journal)).read(visitor);
    }

    ReadReport read() throws IOException {
        return read(JournalVisitor.NONE);
    }

    /** Identity and CRC of all usage that can be read. */
    Map<String, Integer> usage() throws IOException {
        final Map<String, Integer> usage = new TreeMap<>();
        read(into(usage));
        return usage;
    }

    static JournalVisitor into(final Map<String, Integer> usage) {
        return record -> usage.put(record.life() + ":" + record.lane() + ":" + record.sequence(), record.crc());
    }

    /** All that is concluded from the journal, but for the usage that is there and the files. */
    static String conclusions(final ReadReport report) {
        final StringBuilder text = new StringBuilder();
        for (final ReadReport.LifeSummary life : report.lives()) {
            text.append(life.life()).append(' ').append(life.node()).append(' ').append(life.previous());
            text.append(' ')
                    .append(life.opened())
                    .append(life.openedNs())
                    .append(' ')
                    .append(life.closed());
            text.append(life.closedNs()).append(' ').append(life.recovered()).append(' ');
            text.append(life.completeBeforeNs())
                    .append(' ')
                    .append(life.heardOnly())
                    .append('\n');
            text.append(Objects.toString(life.lastTick())).append('\n');
            life.lanes()
                    .forEach(lane -> text.append(lane.lane())
                            .append(' ')
                            .append(lane.expectedTo())
                            .append(' ')
                            .append(lane.voids())
                            .append('\n'));
        }
        text.append(report.gaps())
                .append(report.losses())
                .append(report.catalogs())
                .append(report.brokenChains());
        return text.toString();
    }

    /** Everything that the journal holds now. */
    Position all() throws IOException {
        return admittedBefore(Long.MAX_VALUE);
    }

    Position admittedBefore(final long ns) throws IOException {
        final PositionVisitor visitor = new PositionVisitor((tenant, admittedNs) -> admittedNs < ns);
        read(visitor);
        return visitor.position();
    }
}
