package openclaw.edge.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    @TempDir
    Path data;

    private final ManualClock clock = new ManualClock();
    private final LedgerConfig config = LedgerConfig.of("edge-a").withSlots(64).withClock(clock);

    private ReadReport read(final List<String> seen) throws IOException {
        final JournalReader reader = new JournalReader(List.of(Ledger.journalDirectory(data)));
        final ReadReport report = reader.read(record -> seen.add(record.sequence() + " " + record.outcome() + " "
                + reader.names().text(record.tenantId()) + " "
                + reader.names().text(record.agentId()) + " "
                + reader.names().text(record.routeId()) + " "
                + reader.names().text(record.modelId()) + record.chargedTokens()));
        return report;
    }

    @Test
    void shouldJournalWhatLanesCommitAndCloseTheLife() throws IOException {
        final Life life;
        try (Ledger ledger = Ledger.open(data, config, 2)) {
            life = ledger.life();
            for (int i = 0; i < 10; i++) {
                Exchanges.whole(ledger.lane(0), clock.nanoTime());
            }
            Exchanges.whole(ledger.lane(1), clock.nanoTime());
            ledger.agent().doWork();
            assertThat(ledger.counters().get(LedgerCounter.RECORDS_APPENDED)).isEqualTo(11);
        }
        final List<String> seen = new ArrayList<>();
        final ReadReport report = read(seen);
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(11);
        assertThat(report.duplicates()).isZero();
        assertThat(seen).contains("10 COMPLETE tenant-abc123 crawler-7 /v1/rate 1");
        assertThat(report.lives()).hasSize(1);
        final ReadReport.LifeSummary summary = report.lives().get(0);
        assertThat(summary.life()).isEqualTo(life);
        assertThat(summary.node()).isEqualTo("edge-a");
        assertThat(summary.opened()).isTrue();
        assertThat(summary.closed()).isTrue();
        assertThat(summary.recovered()).isFalse();
        assertThat(summary.previous()).isEqualTo(Life.NONE);
        assertThat(summary.lanes())
                .extracting(ReadReport.LaneSummary::sequences)
                .containsExactly("1-10", "1");
    }

    @Test
    void shouldChainLivesOfADirectory() throws IOException {
        final List<Life> lives = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (Ledger ledger = Ledger.open(data, config, 1)) {
                lives.add(ledger.life());
                Exchanges.whole(ledger.lane(0), clock.nanoTime());
            }
        }
        final ReadReport report = read(new ArrayList<>());
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(3);
        assertThat(report.lives()).hasSize(3);
        for (final ReadReport.LifeSummary summary : report.lives()) {
            final int at = lives.indexOf(summary.life());
            assertThat(summary.previous()).isEqualTo(at == 0 ? Life.NONE : lives.get(at - 1));
        }
        try (var lanes = Files.list(data.resolve("lanes"))) {
            assertThat(lanes.map(path -> path.getFileName().toString()))
                    .containsExactly(lives.get(2).toString());
        }
    }

    @Test
    void shouldRefuseASecondWriterAndNameTheFirst() throws IOException {
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            assertThat(ledger.healthy()).isTrue();
            assertThatThrownBy(() -> Ledger.open(data, config, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
        }
        Ledger.open(data, config, 1).close();
    }

    @Test
    void shouldDefineNamesAnewInEachFileAndTickAtTheRoll() throws IOException {
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
            ledger.agent().doWork();
            clock.advanceNs(3_600_000_000_000L);
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
            ledger.agent().doWork();
        }
        final List<Path> files = files();
        assertThat(files).hasSize(2);
        // Each file alone, in a directory of its own.
        for (final Path file : files) {
            final Path alone = Files.createDirectory(data.resolve("alone-" + file.getFileName()));
            Files.copy(file, alone.resolve(file.getFileName()));
            final JournalReader reader = new JournalReader(List.of(alone));
            final List<String> tenants = new ArrayList<>();
            reader.read(record -> tenants.add(reader.names().text(record.tenantId())));
            assertThat(tenants).containsExactly("tenant-abc123");
        }
        final List<Boolean> rolls = new ArrayList<>();
        new JournalReader(List.of(Ledger.journalDirectory(data))).read(new Visitor() {
            @Override
            public void onTick(final TickRecord record) {
                rolls.add(record.isRolled());
            }
        });
        assertThat(rolls).containsExactly(false, true, false);
    }

    @Test
    void shouldTickEachMinuteWithWhatIsOpenAndWhatTheSourceSays() throws IOException {
        final List<String> ticks = new ArrayList<>();
        final long admittedNs = clock.nanoTime() - 60_000_000_000L;
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            ledger.tickSource(sink -> {
                sink.heard(5, 6, new long[] {7, 8});
                sink.metric("requests_total", 42);
            });
            final int open = Exchanges.admit(ledger.lane(0), admittedNs);
            ledger.agent().doWork();
            ledger.agent().doWork();
            clock.advanceNs(config.tickIntervalNs());
            Exchanges.complete(ledger.lane(0), open);
            ledger.agent().doWork();
        }
        final JournalReader reader = new JournalReader(List.of(Ledger.journalDirectory(data)));
        final ReadReport report = reader.read(new Visitor() {
            @Override
            public void onTick(final TickRecord record) {
                ticks.add(record.openExchanges() + " "
                        + (record.completeBeforeNs() - ManualClock.START_NS) / 1_000_000_000
                        + " " + record.sequence(0) + " " + record.heardLife(record.heardPosition(0)) + " "
                        + reader.names().text(record.metricId(0)) + "=" + record.metricTotal(0));
            }
        });
        final String heard = new Life(5, 6) + " requests_total=42";
        assertThat(ticks).containsExactly("1 -60 0 " + heard, "0 55 1 " + heard, "0 55 1 " + heard);
        assertThat(report.lives())
                .filteredOn(ReadReport.LifeSummary::heardOnly)
                .extracting(ReadReport.LifeSummary::life)
                .containsExactly(new Life(5, 6));
        assertThat(report.gaps()).isEmpty();
    }

    @Test
    void shouldMissWhatOthersHaveHeardOnlyOfALifeThatHasEnded() throws IOException {
        final Life other;
        final Path copy = data.resolve("copy");
        try (Ledger ledger = Ledger.open(data.resolve("other"), config, 1)) {
            other = ledger.life();
            Exchanges.whole(ledger.lane(0), clock.nanoTime());
            ledger.agent().doWork();
            Files.createDirectories(copy);
            Files.copy(
                    JournalReader.files(List.of(Ledger.journalDirectory(data.resolve("other"))))
                            .get(0),
                    copy.resolve("20000101-00F.cq4"));
        }
        try (Ledger ledger = Ledger.open(data.resolve("own"), config, 1)) {
            ledger.tickSource(sink -> sink.heard(other.high(), other.low(), new long[] {4}));
            ledger.agent().doWork();
        }
        final Path own = Ledger.journalDirectory(data.resolve("own"));
        final Path ended = Ledger.journalDirectory(data.resolve("other"));
        assertThat(new JournalReader(List.of(own, copy))
                        .read(JournalVisitor.NONE)
                        .gaps())
                .as("an older copy of a life that went on")
                .isEmpty();
        assertThat(new JournalReader(List.of(own, ended))
                        .read(JournalVisitor.NONE)
                        .gaps())
                .containsExactly(new ReadReport.Gap(other, 0, 2, 4));
    }

    @Test
    void shouldKeepCatalogVersionsAndJournalThem() throws IOException {
        final byte[] content = Exchanges.bytes("plans: {}\n");
        final byte[] sha256;
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            sha256 = ledger.catalog(content, clock.nanoTime());
            ledger.agent().doWork();
        }
        final String hex = HexFormat.of().formatHex(sha256);
        assertThat(data.resolve("catalog").resolve(hex)).hasBinaryContent(content);
        final List<String> seen = new ArrayList<>();
        new JournalReader(List.of(Ledger.journalDirectory(data))).read(new Visitor() {
            @Override
            public void onCatalog(final CatalogRecord record) {
                seen.add(HexFormat.of().formatHex(record.sha256()) + record.timeNs());
            }
        });
        assertThat(seen).containsExactly(hex + ManualClock.START_NS);
    }

    @Test
    void shouldRefusePermitsWhileTheJournalFailsAndGoOnAfterwards() throws IOException {
        final Path journal = Ledger.journalDirectory(data);
        Files.createDirectories(data);
        Files.writeString(journal, "not a directory");
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            final Lane lane = ledger.lane(0);
            final int before = Exchanges.admit(lane, clock.nanoTime());
            ledger.agent().doWork();
            assertThat(ledger.healthy()).isFalse();
            assertThat(lane.claim()).isEqualTo(Lane.NO_SLOT);
            assertThat(ledger.counters().get(LedgerCounter.PERMITS_REFUSED_UNHEALTHY))
                    .isOne();
            // What was admitted before still commits, and what is served all the same is counted.
            Exchanges.complete(lane, before);
            final byte[] tenant = Exchanges.bytes("tenant-abc123");
            lane.loss(tenant, 0, tenant.length, 3, clock.nanoTime());
            lane.loss(tenant, 0, tenant.length, 4, clock.nanoTime() + 5);
            Files.delete(journal);
            ledger.agent().doWork();
            assertThat(ledger.healthy()).as("not before a second has passed").isFalse();
            clock.advanceNs(1_000_000_000L);
            ledger.agent().doWork();
            assertThat(ledger.healthy()).isTrue();
            Exchanges.whole(lane, clock.nanoTime());
        }
        final List<String> seen = new ArrayList<>();
        final ReadReport report = read(seen);
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(seen).hasSize(2);
        assertThat(report.losses()).singleElement().satisfies(loss -> {
            assertThat(loss.requests()).isEqualTo(2);
            assertThat(loss.tokens()).isEqualTo(7);
            assertThat(loss.firstNs()).isEqualTo(ManualClock.START_NS);
            assertThat(loss.lastNs()).isEqualTo(ManualClock.START_NS + 5);
        });
    }

    @Test
    void shouldLeaveOpenExchangesAtCloseToTheNextLife() throws IOException {
        try (Ledger ledger = Ledger.open(data, config, 1)) {
            Exchanges.admit(ledger.lane(0), clock.nanoTime());
        }
        Ledger.open(data, config, 1).close();
        final List<String> outcomes = new ArrayList<>();
        final JournalReader reader = new JournalReader(List.of(Ledger.journalDirectory(data)));
        final ReadReport report = reader.read(record ->
                outcomes.add(record.outcome() + " " + record.admittedTokens() + " " + record.chargedTokens()));
        assertThat(outcomes).containsExactly(Outcome.IN_DOUBT + " 1 0");
        assertThat(report.lives()).filteredOn(ReadReport.LifeSummary::recovered).hasSize(1);
    }

    private List<Path> files() throws IOException {
        try (var paths = Files.list(Ledger.journalDirectory(data))) {
            return paths.filter(path -> path.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    private abstract static class Visitor implements openclaw.edge.ledger.read.JournalVisitor {
        @Override
        public void onUsage(final UsageRecord record) {}
    }
}
