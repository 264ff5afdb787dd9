package openclaw.edge.proxy.config;

import static openclaw.edge.proxy.testing.Heads.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.crdt.Decision;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.proxy.decide.Admission;
import openclaw.edge.proxy.decide.AdmissionPart;
import openclaw.edge.proxy.decide.Admitted;
import openclaw.edge.proxy.decide.TenantEntry;
import openclaw.edge.proxy.identify.Identity;
import openclaw.edge.proxy.identify.IdentityRules;
import openclaw.edge.proxy.testing.Heads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotBuilderTest {
    private static final String CONFIG = """
            upstream: {servers: ["http://127.0.0.1:9000"]}
            catalog: [billing.yaml]
            """;
    private static final String CATALOG = """
            plans:
              starter:
                monthly_quota: 300
                overage: deny
                limits:
                  - {name: tenant, per: tenant, capacity: 4, refill_rate: 1, interval_seconds: 86400}
              pro:
                monthly_quota: 600
                overage: allow
                limits:
                  - {name: tenant, per: tenant, capacity: 40, refill_rate: 1, interval_seconds: 3600}
                  - {name: agent, per: agent, capacity: 10, refill_rate: 1, interval_seconds: 3600}
            tenants:
              - id: mover
                plan: [{plan: starter}, {plan: pro, from: 2026-11-16}]
              - id: stayer
                plan: starter
            """;
    private static final long IN_STARTER_NS = ns("2026-11-10T12:00:00Z");
    private static final long IN_PRO_NS = ns("2026-11-20T12:00:00Z");

    @TempDir
    Path directory;

    private BucketTable table;
    private QuotaTable quotas;
    private SnapshotBuilder builder;

    @BeforeEach
    void open() {
        table = BucketTable.open(TableConfig.of(directory.resolve("buckets"), 256), IN_STARTER_NS);
        quotas = QuotaTable.open(TableConfig.of(directory.resolve("quotas"), 64), IN_STARTER_NS);
        builder = new SnapshotBuilder(table, quotas);
    }

    @AfterEach
    void close() {
        table.close();
        quotas.close();
    }

    @Test
    void shouldHoldTheTermsOfThisCycleAndTheNext() throws IOException {
        final Snapshot snapshot = build(CONFIG, CATALOG, IN_STARTER_NS);
        final TenantEntry mover = snapshot.tenant(0);
        assertThat(mover.parts())
                .extracting(part ->
                        part.terms().cycle().id() + " " + part.terms().terms().plan())
                .containsExactly("2026-11 starter", "2026-11 pro", "2026-12 pro");
        assertThat(mover.partAt(IN_STARTER_NS).terms().terms().plan()).isEqualTo("starter");
        assertThat(mover.partAt(ns("2026-11-15T23:59:59.999999999Z"))
                        .terms()
                        .terms()
                        .plan())
                .isEqualTo("starter");
        assertThat(mover.partAt(ns("2026-11-16T00:00:00Z")).terms().terms().plan())
                .isEqualTo("pro");
        assertThat(mover.partAt(ns("2026-12-01T00:00:00Z")).terms().cycle().id())
                .isEqualTo("2026-12");
        assertThat(snapshot.refreshAtNs()).isEqualTo(ns("2026-12-01T00:00:00Z"));
    }

    @Test
    void shouldLeaveOutTermsThatAreOver() throws IOException {
        assertThat(build(CONFIG, CATALOG, IN_PRO_NS).tenant(0).parts())
                .extracting(part ->
                        part.terms().cycle().id() + " " + part.terms().terms().plan())
                .containsExactly("2026-11 pro", "2026-12 pro");
    }

    @Test
    void shouldProrateTheQuotaAndSayWhoMayGoPastIt() throws IOException {
        final TenantEntry mover = build(CONFIG, CATALOG, IN_STARTER_NS).tenant(0);
        assertThat(mover.parts()).extracting(part -> part.terms().cycleQuota()).containsExactly(450L, 450L, 600L);
        assertThat(mover.parts()).extracting(AdmissionPart::isQuotaPolicy).containsExactly(true, false, false);
    }

    @Test
    void shouldCountOnInOneRowAcrossAPlanChangeWithinACycle() throws IOException {
        final TenantEntry mover = build(CONFIG, CATALOG, IN_STARTER_NS).tenant(0);
        assertThat(Decision.isAdmitted(admit(mover.parts().get(0), IN_STARTER_NS)))
                .isTrue();
        assertThat(Decision.isAdmitted(admit(mover.parts().get(1), IN_PRO_NS))).isTrue();
        assertThat(quotas.consumedTokens(mover.parts().get(0).quota())).isEqualTo(2);
        assertThat(quotas.consumedTokens(mover.parts().get(1).quota())).isEqualTo(2);
        assertThat(quotas.consumedTokens(mover.parts().get(2).quota())).isZero();
    }

    @Test
    void shouldKeepWhatWasUsedWhenTheSameCatalogIsReadAgain() throws IOException {
        final Snapshot first = build(CONFIG, CATALOG, IN_STARTER_NS);
        for (int i = 0; i < 4; i++) {
            assertThat(Decision.isAdmitted(admit(first.tenant(1).parts().get(0), IN_STARTER_NS)))
                    .isTrue();
        }
        final Snapshot second = build(CONFIG, CATALOG, IN_STARTER_NS);
        assertThat(second.number()).isEqualTo(2);
        final long decision = admit(second.tenant(1).parts().get(0), IN_STARTER_NS);
        assertThat(Decision.isAdmitted(decision)).isFalse();
        assertThat(Decision.reason(decision)).isEqualTo(Decision.REASON_RATE);
    }

    @Test
    void shouldDebitAgentsBeforeTheirTenant() throws IOException {
        final AdmissionPart pro =
                build(CONFIG, CATALOG, IN_PRO_NS).tenant(0).parts().get(0);
        assertThat(pro.limit(0).name()).isEqualTo("agent");
        assertThat(pro.limit(1).name()).isEqualTo("tenant");
    }

    @Test
    void shouldTakeAsManyLimitsAsACatalogMayHave() throws IOException {
        final StringBuilder limits = new StringBuilder();
        for (int i = 0; i < openclaw.edge.catalog.LimitRule.MAX_LIMITS; i++) {
            limits.append("      - {name: l").append(i).append(i % 2 == 0 ? ", per: tenant" : ", per: agent");
            limits.append(", capacity: 9, refill_rate: 1, interval_seconds: 60}\n");
        }
        final String catalog = "plans:\n  wide:\n    monthly_quota: 5\n    overage: deny\n    limits:\n" + limits
                + "tenants:\n  - {id: one, plan: wide}\n";
        final AdmissionPart part =
                build(CONFIG, catalog, IN_PRO_NS).tenant(0).parts().get(0);
        assertThat(Decision.isAdmitted(admit(part, IN_PRO_NS))).isTrue();
    }

    @Test
    void shouldResolveIdentity() throws IOException {
        final String config = CONFIG + "identity: {mode: trusted-header, default_tenant: stayer, "
                + "trusted_sources: [10.0.0.0/8], agent_headers: [X-Bot]}\n";
        final IdentityRules rules = build(config, CATALOG, IN_PRO_NS).identity();
        assertThat(rules.mode()).isEqualTo(IdentityRules.Mode.TRUSTED_HEADER);
        assertThat(rules.defaultTenant()).isEqualTo(1);
        assertThat(rules.trustedSources().contains(new byte[] {10, 1, 2, 3})).isTrue();
        assertThat(rules.trustedSources().contains(new byte[] {11, 1, 2, 3})).isFalse();
        assertThat(rules.agents().fields()).hasToString("[X-Bot]");
        assertThat(build(CONFIG, CATALOG, IN_PRO_NS).identity().defaultTenant()).isEqualTo(Identity.NO_TENANT);
    }

    @Test
    void shouldRefuseADefaultTenantThatIsNone() {
        assertThatThrownBy(
                        () -> build(CONFIG + "identity: {mode: api-key, default_tenant: ghost}\n", CATALOG, IN_PRO_NS))
                .hasMessageContaining("identity.default_tenant='ghost'");
    }

    @Test
    void shouldFindTheFirstRouteThatMatches() throws IOException {
        final Snapshot snapshot = build(
                CONFIG + "routes: [{path: /a/b, idempotent: true}, {path: \"/a/*\"}, {path: /x, errors: openai}]\n",
                CATALOG,
                IN_PRO_NS);
        assertThat(route(snapshot, "/a/b")).isEqualTo("/a/b");
        assertThat(route(snapshot, "/a/b?q=/x")).isEqualTo("/a/b");
        assertThat(route(snapshot, "/a/%62")).isEqualTo("/a/b");
        assertThat(route(snapshot, "/a/c")).isEqualTo("/a/*");
        assertThat(route(snapshot, "/x")).isEqualTo("/x");
        assertThat(route(snapshot, "/y")).isEmpty();
        assertThat(route(snapshot, "/a/../x")).isEmpty();
        assertThat(route(snapshot, "/a//b")).isEmpty();
        assertThat(route(snapshot, "*")).isEmpty();
    }

    @Test
    void shouldConvertBucketsToTheLimitsOfAReloadForGood() throws IOException {
        final AdmissionPart before =
                build(CONFIG, CATALOG, IN_STARTER_NS).tenant(0).parts().get(1);
        // The second terms of the first snapshot are in force when the second one is made.
        admit(before, IN_PRO_NS);
        final AdmissionPart after = build(
                        CONFIG,
                        CATALOG.replace(
                                "refill_rate: 1, interval_seconds: 3600", "refill_rate: 2, interval_seconds: 3600"),
                        IN_PRO_NS)
                .tenant(0)
                .parts()
                .get(0);

        assertThat(conversions(after)).as("the agent's and the tenant's").isEqualTo(2);
        assertThat(conversions(before))
                .as("by one that began before the reload")
                .isZero();
        assertThat(conversions(after)).isZero();
    }

    private long conversions(final AdmissionPart part) {
        final Admitted admitted = new Admitted();
        admitted.begin(null, part);
        final Admission admission = new Admission(table, quotas, 0);
        admission.costByPath(Heads.request("GET", "/"), admitted);
        assertThat(Decision.isAdmitted(admission.decide(bytes("agent"), 0, 5, IN_PRO_NS, admitted)))
                .isTrue();
        return admission.buckets().counters().get(CrdtCounter.LIMIT_CONVERTED);
    }

    private static String route(final Snapshot snapshot, final String path) {
        return new String(
                snapshot.routes().find(Heads.request("GET", path)).name(), java.nio.charset.StandardCharsets.US_ASCII);
    }

    private long admit(final AdmissionPart part, final long nowNs) {
        final Admitted admitted = new Admitted();
        admitted.begin(null, part);
        final Admission admission = new Admission(table, quotas, 0);
        admission.costByPath(Heads.request("GET", "/"), admitted);
        return admission.decide(bytes("agent"), 0, 5, nowNs, admitted);
    }

    private Snapshot build(final String config, final String catalog, final long nowNs) throws IOException {
        final Path catalogFile = directory.resolve("billing.yaml");
        final Path configFile = directory.resolve("edge.yaml");
        Files.writeString(catalogFile, catalog);
        Files.writeString(configFile, config);
        final Catalog read = CatalogReader.read(List.of(catalogFile));
        return builder.build(EdgeConfig.read(configFile), read, List.of(), nowNs, nowNs);
    }

    private static long ns(final String instant) {
        final Instant at = Instant.parse(instant);
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }
}
