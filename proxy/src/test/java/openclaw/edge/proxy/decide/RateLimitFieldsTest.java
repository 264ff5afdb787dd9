package openclaw.edge.proxy.decide;

import static openclaw.edge.proxy.testing.Heads.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.SnapshotBuilder;
import openclaw.edge.proxy.exchange.Head;
import openclaw.edge.proxy.testing.Heads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exact bytes of both fields, and Retry-After. */
class RateLimitFieldsTest {
    private static final String CATALOG = """
            plans:
              odd:
                monthly_quota: 2_592_000
                overage: deny
                limits:
                  - {name: fast.1, per: tenant, capacity: 3, refill_rate: 10, interval_seconds: 1}
                  - {name: slow_2, per: agent, capacity: 7, refill_rate: 2, interval_seconds: 3}
              vast:
                limits:
                  - {name: t, per: tenant, capacity: 999999999999999, refill_rate: 1000000000, interval_seconds: 1}
              none: {subscription_fee: 1.00}
            tenants:
              - {id: a, plan: odd}
              - {id: b, plan: vast}
              - {id: c, plan: none}
            """;
    private static final long START_NS = Instant.parse("2026-11-20T00:00:00Z").getEpochSecond() * 1_000_000_000L;
    private static final long MS = 1_000_000L;

    @TempDir
    Path directory;

    private final RateLimitFields fields = new RateLimitFields();
    private final Admitted admitted = new Admitted();
    private BucketTable table;
    private QuotaTable quotas;
    private Admission admission;
    private SnapshotBuilder builder;

    @BeforeEach
    void open() {
        table = BucketTable.open(TableConfig.of(directory.resolve("buckets"), 256), START_NS);
        quotas = QuotaTable.open(TableConfig.of(directory.resolve("quotas"), 64), START_NS);
        admission = new Admission(table, quotas, 0);
        builder = new SnapshotBuilder(table, quotas);
    }

    @AfterEach
    void close() {
        table.close();
        quotas.close();
    }

    @Test
    void shouldSayWhatIsLeftAndWhenAllIsBack() throws IOException {
        ask("a", START_NS);
        assertThat(policy())
                .isEqualTo("\"slow_2\";q=7;w=11, \"fast.1\";q=3;w=1, \"monthly_quota\";q=2592000;w=2592000");
        assertThat(limit(START_NS))
                .isEqualTo("\"slow_2\";r=6;t=2, \"fast.1\";r=2;t=1, \"monthly_quota\";r=2591999;t=950400");
        ask("a", START_NS);
        ask("a", START_NS);
        assertThat(limit(START_NS))
                .isEqualTo("\"slow_2\";r=4;t=5, \"fast.1\";r=0;t=1, \"monthly_quota\";r=2591997;t=950400");
    }

    @Test
    void shouldRoundRetryAfterUpAndNeverSayZero() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(Decision.isAdmitted(ask("a", START_NS))).isTrue();
        }
        final long refused = ask("a", START_NS + 40 * MS);
        assertThat(Decision.isAdmitted(refused)).isFalse();
        assertThat(Decision.waitNs(refused)).isEqualTo(60 * MS);
        assertThat(RateLimitFields.retryAfterSeconds(Decision.waitNs(refused))).isEqualTo(1);
        assertThat(RateLimitFields.retryAfterSeconds(0)).isEqualTo(1);
        assertThat(RateLimitFields.retryAfterSeconds(1_000_000_000L)).isEqualTo(1);
        assertThat(RateLimitFields.retryAfterSeconds(1_000_000_001L)).isEqualTo(2);
        assertThat(Decision.isAdmitted(ask("a", START_NS + 100 * MS))).isTrue();
    }

    @Test
    void shouldKeepToTheLargestIntegerOfStructuredFields() throws IOException {
        ask("b", START_NS);
        assertThat(policy()).isEqualTo("\"t\";q=999999999999999;w=1000000");
        assertThat(limit(START_NS)).isEqualTo("\"t\";r=999999999999998;t=1");
    }

    @Test
    void shouldSayNothingWhereThereIsNoLimit() throws IOException {
        ask("c", START_NS);
        final Head head = fieldsOn(START_NS);
        assertThat(Heads.value(head, "RateLimit")).isNull();
        assertThat(Heads.value(head, "RateLimit-Policy")).isNull();
        assertThat(quotas.consumedTokens(admitted.part().quota())).isEqualTo(1);
    }

    private long ask(final String tenant, final long nowNs) throws IOException {
        final Path catalog = Files.writeString(directory.resolve("billing.yaml"), CATALOG);
        final Path config = Files.writeString(
                directory.resolve("edge.yaml"),
                "upstream: {servers: [\"http://127.0.0.1:9000\"]}\ncatalog: [billing.yaml]\n");
        final var snapshot = builder.build(
                EdgeConfig.read(config), CatalogReader.read(List.of(catalog)), List.of(), START_NS, START_NS);
        final TenantEntry entry = snapshot.tenant(tenant.charAt(0) - 'a');
        admitted.reset();
        admitted.begin(entry, entry.partAt(START_NS));
        admission.costByPath(Heads.request("GET", "/"), admitted);
        return admission.decide(bytes("agent"), 0, 5, nowNs, admitted);
    }

    private String policy() {
        return Heads.value(fieldsOn(START_NS), "RateLimit-Policy");
    }

    private String limit(final long epochNs) {
        return Heads.value(fieldsOn(epochNs), "RateLimit");
    }

    private Head fieldsOn(final long epochNs) {
        final Head head = new Head();
        fields.add(head, admitted, epochNs);
        return head;
    }
}
