package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import openclaw.edge.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogReaderTest {
    private static final String H1 = "ab".repeat(32);
    private static final String H2 = "CD".repeat(32);

    /** The contract's own example, key aside. */
    static final String EXAMPLE = """
            # billing.yaml
            plans:
              pro:
                subscription_fee: 49.00
                monthly_quota: 5_000_000                  # tokens per cycle
                overage: allow                            # or deny: 429 past the quota
                overage_rate: 0.00002
                limits:
                  - {name: tenant, per: tenant, capacity: 2000, refill_rate: 1000, interval_seconds: 60}
                  - {name: agent, per: agent, capacity: 1000, refill_rate: 1000, interval_seconds: 3600}
                costs:
                  - {path: /v1/rate, tokens: 1}
                  - {model: gpt-4, tokens: 10}
            tenants:
              - id: tenant-abc123
                plan: pro                                 # or [{plan: starter}, {plan: pro, from: 2026-11-15}]
                api_keys: ["sha256:%s"]
            edges: [edge-a, edge-b]                       # whose journals a finalized cycle must hold
            billing: {currency: USD, invoice_day: 1, time_zone: UTC, reminder_threshold: 0.9, alert_webhook: "https://hooks.example.com/x"}
            """.formatted(H1);

    @Test
    void shouldReadTheExampleOfTheContract() {
        Catalog catalog = CatalogTexts.of(EXAMPLE);
        assertThat(catalog.plans()).containsExactly("pro");
        assertThat(catalog.edges()).containsExactly("edge-a", "edge-b");
        Tenant tenant = catalog.tenant("tenant-abc123");
        assertThat(tenant.apiKeyHashes()).containsExactly(H1);
        assertThat(tenant.billing().currency()).isEqualTo("USD");
        assertThat(tenant.billing().minorDigits()).isEqualTo(2);
        assertThat(tenant.billing().reminderThreshold()).isEqualByComparingTo("0.9");
        assertThat(tenant.billing().alertWebhook()).isEqualTo("https://hooks.example.com/x");
        assertThat(tenant.slices()).singleElement().satisfies(slice -> {
            assertThat(slice.fromNs()).isEqualTo(Long.MIN_VALUE);
            assertThat(slice.toNs()).isEqualTo(Long.MAX_VALUE);
            Terms terms = slice.terms();
            assertThat(terms.plan()).isEqualTo("pro");
            assertThat(terms.price()).isEqualTo(price("49", "0.00002"));
            assertThat(terms.quota()).isEqualTo(new Quota(5_000_000, Overage.ALLOW));
            assertThat(terms.bill()).isEqualTo(BillMode.SUCCESS);
            assertThat(terms.maxAgents()).isEqualTo(10_000);
            assertThat(terms.limits())
                    .containsExactly(
                            new LimitRule("tenant", Per.TENANT, 2000, 1000, 60, null),
                            new LimitRule("agent", Per.AGENT, 1000, 1000, 3600, null));
            assertThat(terms.costs().rules()).hasSize(2);
        });
    }

    private static Price price(String fee, String overageRate) {
        return new Price(
                new BigDecimal(fee), new BigDecimal(overageRate), null, null, BigDecimal.ZERO, List.of(), Tax.NONE);
    }

    @Test
    void shouldReadTenantsThatCarryTheirOwnTerms() {
        Catalog catalog = CatalogTexts.of("""
                tenants:
                  - id: tenant-abc123
                    monthly_quota: 5_000_000
                    overage_rate: 0.00002
                    limits: {capacity: 100, refill_rate: 10, interval_seconds: 1}
                  - id: tenant-two
                    monthly_quota: 1_000
                    overage: deny
                    billing: {currency: JPY, invoice_day: 15, time_zone: Asia/Tokyo}
                billing:
                  currency: EUR
                  reminder_threshold: 0.8
                  alert_webhook: ${HOOK}
                """);
        Tenant one = catalog.tenant("tenant-abc123");
        assertThat(one.billing().currency()).isEqualTo("EUR");
        assertThat(one.billing().alertWebhook()).isEqualTo("https://hooks.example.com/s3cr3t");
        assertThat(one.billing().toString()).doesNotContain("hooks");
        assertThat(one.slices().get(0).terms().plan()).isEmpty();
        assertThat(one.slices().get(0).terms().quota().monthly()).isEqualTo(5_000_000);
        assertThat(one.slices().get(0).terms().limits())
                .containsExactly(new LimitRule("tenant", Per.TENANT, 100, 10, 1, null));
        Tenant two = catalog.tenant("tenant-two");
        assertThat(two.billing().currency()).isEqualTo("JPY");
        assertThat(two.billing().minorDigits()).isZero();
        assertThat(two.billing().calendar()).isEqualTo(new BillingCalendar(15, ZoneId.of("Asia/Tokyo")));
        assertThat(two.billing().reminderThreshold()).isEqualByComparingTo("0.8");
        assertThat(two.slices().get(0).terms().quota().overage()).isEqualTo(Overage.DENY);
    }

    @Test
    void shouldReadWhatALimitDoesInAPartition() {
        String limit = "limits: [{capacity: 1, refill_rate: 1, interval_seconds: 1, on_partition: closed}]";
        Catalog catalog = CatalogTexts.of("tenants:\n  a: {" + limit + "}\n");
        assertThat(catalog.tenant("a").slices().get(0).terms().limits())
                .containsExactly(new LimitRule("tenant", Per.TENANT, 1, 1, 1, OnPartition.CLOSED));
        assertThat(catalog.sha256())
                .isNotEqualTo(CatalogTexts.of("tenants:\n  a: {" + limit.replace(", on_partition: closed", "") + "}\n")
                        .sha256());
    }

    @Test
    void shouldReadTheSecretOfNoticesAndNeverTellIt() {
        Catalog catalog = CatalogTexts.of("""
                tenants:
                  a: {}
                  b: {billing: {alert_secret: another-secret-of-b}}
                billing: {alert_secret: 0123456789abcdef}
                """);
        assertThat(catalog.tenant("a").billing().alertSecret()).isEqualTo("0123456789abcdef");
        assertThat(catalog.tenant("b").billing().alertSecret()).isEqualTo("another-secret-of-b");
        assertThat(catalog.tenant("b").billing().toString()).doesNotContain("secret");
        assertThat(catalog.sha256())
                .isEqualTo(CatalogTexts.of("tenants:\n  a: {}\n  b: {}\n").sha256());
    }

    @Test
    void shouldMergeAFileOfPackagePlansWithTenants() {
        Catalog catalog = CatalogTexts.of(
                "plans:\n  starter: {price_per_1000_requests: 0.50, monthly_quota: 100_000}\n",
                "tenants:\n  a: {plan: starter}\n  b: {plan: starter, monthly_quota: 7}\nedges: [x]\n",
                "tenants: [{id: c, plan: extra}]\nplans: [{name: extra}]\nedges: [y]\n");
        assertThat(catalog.plans()).containsExactly("extra", "starter");
        assertThat(catalog.tenants()).extracting(Tenant::id).containsExactly("a", "b", "c");
        assertThat(catalog.edges()).containsExactly("x", "y");
        Terms a = catalog.tenant("a").slices().get(0).terms();
        assertThat(a.price().packages()).isEqualTo(PackagePrice.per1000Requests(new BigDecimal("0.5")));
        assertThat(a.price().unit()).isEqualTo(Unit.REQUESTS);
        assertThat(a.quota().monthly()).isEqualTo(100_000);
        assertThat(catalog.tenant("b").slices().get(0).terms().quota().monthly())
                .as("a tenant's own value beats its plan's")
                .isEqualTo(7);
        assertThat(catalog.sources()).extracting(SourceFile::name).containsExactly("a.yaml", "b.yaml", "c.yaml");
    }

    @Test
    void shouldCutTimeWhereAnythingChanges() {
        Catalog catalog = CatalogTexts.of("""
                plans:
                  starter:
                    subscription_fee: 9
                    limits: [{capacity: 10, refill_rate: 1, interval_seconds: 1}]
                  pro:
                    subscription_fee: [{subscription_fee: 49}, {subscription_fee: 59, from: 2027-01-01}]
                    bill: [{bill: admitted, from: 2026-12-01T06:00:00Z}]
                tenants:
                  - id: t
                    plan: [{plan: starter}, {plan: pro, from: 2026-11-15}]
                    billing: {time_zone: Europe/Berlin}
                  - id: late
                    plan: [{plan: starter, from: 2026-11-15}]
                """);
        List<PlanSlice> slices = catalog.tenant("t").slices();
        assertThat(slices)
                .extracting(slice ->
                        slice.terms().plan() + " " + slice.terms().price().subscriptionFee() + " "
                                + slice.terms().bill())
                .containsExactly("starter 9 SUCCESS", "pro 49 SUCCESS", "pro 49 ADMITTED", "pro 59 ADMITTED");
        assertThat(slices)
                .extracting(PlanSlice::fromNs)
                .containsExactly(
                        Long.MIN_VALUE,
                        at("2026-11-14T23:00:00Z"),
                        at("2026-12-01T06:00:00Z"),
                        at("2026-12-31T23:00:00Z"));
        for (int i = 1; i < slices.size(); i++) {
            assertThat(slices.get(i).fromNs()).isEqualTo(slices.get(i - 1).toNs());
        }
        Terms before = catalog.tenant("late").slices().get(0).terms();
        assertThat(before.price()).isEqualTo(Price.FREE);
        assertThat(before.plan()).isEmpty();
        assertThat(before.limits()).as("limited before its plan begins").hasSize(1);
    }

    @Test
    void shouldHashWhatTheCatalogSaysAndNotHowItIsWritten() {
        String reordered = "tenants: {b: {plan: p}, a: {plan: p}}\nplans: {p: {subscription_fee: 1.50}} # c\n";
        Catalog first =
                CatalogTexts.of("plans: {p: {subscription_fee: 1.5}}\ntenants: [{id: a, plan: p}, {id: b, plan: p}]");
        assertThat(CatalogTexts.of(reordered).sha256())
                .isEqualTo(first.sha256())
                .hasSize(64);
        assertThat(CatalogTexts.of(reordered.replace("1.50", "1.51")).sha256()).isNotEqualTo(first.sha256());
        assertThat(CatalogTexts.of(reordered).sources().get(0).sha256())
                .isEqualTo(Sha256.hex(reordered.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void shouldNameTheFileAsGiven(@TempDir Path dir) throws Exception {
        Path file =
                Files.writeString(dir.resolve("billing.yaml"), "tenants: [{id: a, plan: prro}]\nplans: {pro: {}}\n");
        assertThatThrownBy(() -> CatalogReader.read(List.of(file)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(file + ":1: tenants[0].plan: expected the name of a plan,"
                        + " found 'prro' (did you mean 'pro'?)");
        assertThat(CatalogReader.read(List.of(Files.writeString(file, EXAMPLE))).tenants())
                .hasSize(1);
    }

    @Test
    void shouldTakeUpperCaseHashesAndSeveralKeys() {
        Catalog catalog =
                CatalogTexts.of("tenants: [{id: a, api_keys: [\"sha256:" + H1 + "\", \"sha256:" + H2 + "\"]}]");
        assertThat(catalog.tenant("a").apiKeyHashes()).containsExactly(H1, "cd".repeat(32));
    }

    static long at(String instant) {
        return BillingCalendar.ns(Instant.parse(instant));
    }
}
