package openclaw.edge.ledger.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import openclaw.edge.catalog.BillMode;
import openclaw.edge.catalog.BillingCycle;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalGeneratorTest {
    private static final BillingCycle NOVEMBER = BillingTerms.DEFAULT.calendar().cycle("2026-11");
    private static final int RECORDS = 30_001;

    @TempDir
    Path directory;

    private static GenerateConfig config(final long records, final long seed) {
        return new GenerateConfig(records, 50, 4, seed, NOVEMBER);
    }

    private Totals generate(final String name, final GenerateConfig config, final int threads)
            throws IOException, InterruptedException {
        return new JournalGenerator(config, new byte[32]).generate(directory.resolve(name), threads);
    }

    /** What the rule of the catalog makes of records, beside what the generator counted. */
    private static final class Recount {
        private final Map<Long, long[]> byTenant = new HashMap<>();
        private final Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
        private final Set<Long> names = new HashSet<>();
        private long interims;
        private long outside;

        void add(final UsageRecord record) {
            final long[] sums = byTenant.computeIfAbsent(record.tenantId(), absent -> new long[2]);
            sums[1] += record.chargedTokens();
            outside += NOVEMBER.contains(record.admittedNs()) ? 0 : 1;
            names.addAll(List.of(record.tenantId(), record.agentId(), record.routeId(), record.modelId()));
            if (record.isFinal()) {
                outcomes.add(record.outcome());
                final boolean charged = BillMode.SUCCESS.isCharged(record.outcome(), record.status(), record.phase());
                assertThat(record.isExempt()).isEqualTo(!charged);
                sums[0] += charged ? 1 : 0;
            } else {
                interims++;
            }
        }
    }

    @Test
    void shouldWriteWholeJournalsWhoseTotalsAreTrue() throws Exception {
        final GenerateConfig config = config(RECORDS, 7);
        final Totals totals = generate("a", config, 2);
        final Recount recount = new Recount();
        final JournalReader reader = new JournalReader(List.of(directory.resolve("a")));
        final ReadReport report = reader.read(recount::add);
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.usageRecords()).isEqualTo(RECORDS);
        assertThat(report.duplicates()).isZero();
        assertThat(report.brokenChains()).isEmpty();
        assertThat(report.lives())
                .hasSize(GenerateConfig.NODES * LifePlan.LIVES)
                .allSatisfy(life -> {
                    assertThat(life.opened()).isTrue();
                    assertThat(life.closed()).isTrue();
                });
        assertThat(report.lives().stream().filter(ReadReport.LifeSummary::recovered))
                .hasSize(GenerateConfig.NODES);
        assertThat(recount.outcomes).isEqualTo(EnumSet.allOf(Outcome.class));
        assertThat(recount.interims).isPositive().isEqualTo(totals.records() - totals.finals());
        assertThat(recount.outside).isZero();
        for (int tenant = 0; tenant < totals.tenants(); tenant++) {
            final long id = new Traffic(config).tenantId(tenant);
            assertThat(reader.names().text(id)).isEqualTo(GenerateConfig.tenantId(tenant));
            assertThat(recount.byTenant.remove(id)).containsExactly(totals.requests(tenant), totals.tokens(tenant));
        }
        assertThat(recount.byTenant).isEmpty();
        assertThat(recount.names).noneMatch(id -> reader.names().text(id).startsWith("#"));
    }

    @Test
    void shouldDefineEveryNameInEachFileThatUsesIt() throws Exception {
        generate("a", config(2_000, 3), 1);
        final List<Path> files = JournalReader.files(List.of(directory.resolve("a")));
        assertThat(files).hasSize(GenerateConfig.NODES * LifePlan.LIVES);
        for (final Path file : files) {
            final JournalReader reader = new JournalReader(List.of(file));
            reader.read(record -> assertThat(List.of(
                            reader.names().text(record.tenantId()),
                            reader.names().text(record.agentId()),
                            reader.names().text(record.routeId()),
                            reader.names().text(record.modelId())))
                    .noneMatch(text -> text.startsWith("#")));
        }
    }

    @Test
    void shouldWriteTheSameBytesForTheSameArguments() throws Exception {
        final Totals totals = generate("a", config(3_000, 11), 1);
        assertThat(generate("b", config(3_000, 11), 4).json()).isEqualTo(totals.json());
        assertThat(generate("c", config(3_000, 12), 2).json()).isNotEqualTo(totals.json());
        final ReadReport report = new JournalReader(List.of(directory.resolve("a"))).read(record -> {});
        assertThat(report.extents()).isNotEmpty();
        for (final ReadReport.Extent extent : report.extents()) {
            final Path other = directory
                    .resolve("b")
                    .resolve(directory.resolve("a").toRealPath().relativize(extent.file()));
            assertThat(bytes(other, extent.positionBytes())).isEqualTo(bytes(extent.file(), extent.positionBytes()));
        }
    }

    private static ByteBuffer bytes(final Path file, final long length) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(length));
        try (FileChannel channel = FileChannel.open(file)) {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until all is there.
            }
        }
        return bytes.flip();
    }

    @Test
    void shouldWriteAsFewRecordsAsAreAskedFor() throws Exception {
        for (int records = 1; records <= 3; records++) {
            assertThat(generate("n" + records, config(records, records), 1).records())
                    .isEqualTo(records);
            final ReadReport report = new JournalReader(List.of(directory.resolve("n" + records))).read(record -> {});
            assertThat(report.isClean()).as("%s", report).isTrue();
            assertThat(report.usageRecords()).isEqualTo(records);
        }
    }

    @Test
    void shouldRefuseWhatCannotBeMade() {
        assertThatThrownBy(() -> config(0, 1)).hasMessage("records=0: expected 1 to 10000000000");
        assertThatThrownBy(() -> new GenerateConfig(1, 100_001, 1, 1, NOVEMBER))
                .hasMessage("tenants=100001: expected 1 to 100000");
        assertThatThrownBy(() -> new GenerateConfig(1, 100_000, 101, 1, NOVEMBER))
                .hasMessage("tenants x agents=10100000: expected 1 to 10000000");
    }
}
