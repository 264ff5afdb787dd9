package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BillingCycleTest {
    private static final long HOUR_NS = 3_600_000_000_000L;

    private static long at(String instant) {
        return BillingCalendar.ns(Instant.parse(instant));
    }

    @ParameterizedTest
    @CsvSource({
        // day, zone, cycle, start, end
        "1, UTC, 2026-11, 2026-11-01T00:00:00Z, 2026-12-01T00:00:00Z",
        "1, UTC, 2026-12, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "15, UTC, 2026-12, 2026-12-15T00:00:00Z, 2027-01-15T00:00:00Z",
        // Short months: their last day.
        "31, UTC, 2026-01, 2026-01-31T00:00:00Z, 2026-02-28T00:00:00Z",
        "31, UTC, 2026-02, 2026-02-28T00:00:00Z, 2026-03-31T00:00:00Z",
        "30, UTC, 2028-02, 2028-02-29T00:00:00Z, 2028-03-30T00:00:00Z",
        "31, UTC, 2026-04, 2026-04-30T00:00:00Z, 2026-05-31T00:00:00Z",
        // Daylight saving begins and ends within the cycle: an hour less, an hour more.
        "1, Europe/Berlin, 2026-03, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
        "1, Europe/Berlin, 2026-10, 2026-09-30T22:00:00Z, 2026-10-31T23:00:00Z",
        // Midnight does not exist (Cairo springs forward at 00:00 on 2026-04-24): the day begins at 01:00.
        "24, Africa/Cairo, 2026-04, 2026-04-23T22:00:00Z, 2026-05-23T21:00:00Z",
        // Midnight comes twice (Havana falls back at 01:00 to 00:00 on 2026-11-01): the first one.
        "1, America/Havana, 2026-11, 2026-11-01T04:00:00Z, 2026-12-01T05:00:00Z",
        "1, Asia/Kathmandu, 2026-11, 2026-10-31T18:15:00Z, 2026-11-30T18:15:00Z",
    })
    void shouldCutHalfOpenCyclesAtTheStartOfTheInvoiceDay(int day, String zone, String id, String start, String end) {
        BillingCalendar calendar = new BillingCalendar(day, ZoneId.of(zone));
        BillingCycle cycle = calendar.cycle(id);
        assertThat(cycle).isEqualTo(new BillingCycle(id, at(start), at(end)));
        assertThat(calendar.cycleAt(cycle.startNs())).isEqualTo(cycle);
        assertThat(calendar.cycleAt(cycle.endNs() - 1)).isEqualTo(cycle);
        assertThat(calendar.cycleAt(cycle.startNs() - 1).endNs()).isEqualTo(cycle.startNs());
        assertThat(calendar.cycleAt(cycle.endNs()).startNs()).isEqualTo(cycle.endNs());
        assertThat(cycle.contains(cycle.startNs())).isTrue();
        assertThat(cycle.contains(cycle.endNs())).isFalse();
    }

    @Test
    void shouldPutEveryInstantIntoExactlyOneCycle() {
        long base = System.nanoTime();
        List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        for (int i = 0; i < 5_000; i++) {
            long seed = base + i;
            Random random = new Random(seed);
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            BillingCalendar calendar = new BillingCalendar(1 + random.nextInt(31), zone);
            long instant = at("2000-01-01T00:00:00Z") + random.nextLong(40L * 365 * 24 * HOUR_NS);
            BillingCycle cycle = calendar.cycleAt(instant);
            assertThat(cycle.contains(instant))
                    .as("seed %s %s %s", seed, calendar, instant)
                    .isTrue();
            assertThat(calendar.cycle(cycle.id())).as("seed %s", seed).isEqualTo(cycle);
            assertThat(calendar.cycleAt(cycle.endNs()).startNs())
                    .as("seed %s", seed)
                    .isEqualTo(cycle.endNs());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2026", "2026-13", "2026-1", "11-2026", "2026-11-01", "", "1969-12", "2200-01", "+12026-11"})
    void shouldRefuseIdsThatAreNoYearAndMonth(String id) {
        assertThatThrownBy(() -> new BillingCalendar(1, ZoneId.of("UTC")).cycle(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void shouldNameTheRulesThatCyclesDependOn() {
        assertThat(new BillingCalendar(1, ZoneId.of("UTC")).zoneRulesVersion()).isEqualTo("fixed");
        assertThat(new BillingCalendar(1, ZoneId.of("Europe/Berlin")).zoneRulesVersion())
                .matches("20\\d\\d[a-z]+");
    }

    @Test
    void shouldProrateTheQuotaByTheExactTimeOfItsParts() {
        Tenant tenant = CatalogTexts.of("""
                        plans:
                          starter: {monthly_quota: 1_000_000}
                          pro: {monthly_quota: 5_000_000, overage: deny}
                          free: {}
                        tenants:
                          - id: t
                            plan: [{plan: starter}, {plan: pro, from: 2026-11-15}]
                          - id: late
                            plan: [{plan: pro, from: 2026-11-15}]
                          - id: free
                            plan: free
                        """).tenant("t");
        // (1,000,000 x 14 days + 5,000,000 x 16 days) / 30 days, rounded down.
        CyclePart first = tenant.partAt(at("2026-11-14T23:59:59.999999999Z"));
        CyclePart second = tenant.partAt(at("2026-11-15T00:00:00Z"));
        assertThat(first.cycleQuota()).isEqualTo(3_133_333);
        assertThat(second.cycleQuota()).isEqualTo(3_133_333);
        assertThat(first.index()).isZero();
        assertThat(first.toNs()).isEqualTo(second.fromNs()).isEqualTo(at("2026-11-15T00:00:00Z"));
        assertThat(second.index()).isEqualTo(1);
        assertThat(second.terms().plan()).isEqualTo("pro");
        assertThat(first.deniesOverage()).isFalse();
        assertThat(second.deniesOverage()).isTrue();
        assertThat(tenant.partAt(at("2026-12-01T00:00:00Z")).cycleQuota()).isEqualTo(5_000_000);
        assertThat(tenant.partAt(at("2026-10-31T23:59:59Z")).cycleQuota()).isEqualTo(1_000_000);
        assertThat(tenant.partAt(at("2026-10-31T23:59:59Z")).cycle().id()).isEqualTo("2026-10");
    }

    @Test
    void shouldGiveALateTenantItsShareAndAFreeOneNoQuota() {
        Catalog catalog = CatalogTexts.of("""
                plans: {pro: {monthly_quota: 300}, free: {}}
                tenants:
                  late: {plan: [{plan: pro, from: 2026-11-21}]}
                  free: {plan: free}
                """);
        CyclePart before = catalog.tenant("late").partAt(at("2026-11-03T00:00:00Z"));
        assertThat(before.cycleQuota()).as("10 of 30 days").isEqualTo(100);
        assertThat(before.terms().quota().isSet()).isFalse();
        assertThat(before.deniesOverage()).isFalse();
        assertThat(catalog.tenant("free").partAt(0).cycleQuota()).isEqualTo(Quota.NONE);
    }

    @Test
    void shouldProrateAcrossDaylightSaving() {
        // Berlin's March 2026 has 743 hours; from the 29th, 00:00 (before the change) 71 of them are left.
        Tenant tenant = CatalogTexts.of("""
                        plans: {a: {}, b: {monthly_quota: 743}}
                        billing: {time_zone: Europe/Berlin}
                        tenants: [{id: t, plan: [{plan: a}, {plan: b, from: 2026-03-29}]}]
                        """).tenant("t");
        CyclePart part = tenant.partAt(at("2026-03-30T00:00:00Z"));
        assertThat(part.cycle().lengthNs()).isEqualTo(743 * HOUR_NS);
        assertThat(part.lengthNs()).isEqualTo(71 * HOUR_NS);
        assertThat(part.cycleQuota()).isEqualTo(71);
    }

    @ParameterizedTest
    @CsvSource({
        // outcome, status, phase, charged under success
        "COMPLETE, 200, STREAMING, true",
        "COMPLETE, 404, STREAMING, true",
        "COMPLETE, 499, STREAMING, true",
        "COMPLETE, 500, STREAMING, false",
        "COMPLETE, 503, STREAMING, false",
        "CLIENT_ABORT, 0, ADMITTED, false",
        "CLIENT_ABORT, 0, SENT, true",
        "CLIENT_ABORT, 200, STREAMING, true",
        "CLIENT_ABORT, 502, STREAMING, false",
        "UPSTREAM_FAILED, 502, SENT, false",
        "UPSTREAM_FAILED, 0, ADMITTED, false",
        "UPSTREAM_FAILED, 200, STREAMING, true",
        "TIMEOUT, 504, SENT, false",
        "TIMEOUT, 200, STREAMING, true",
        "SHUTDOWN, 0, SENT, false",
        "SHUTDOWN, 200, STREAMING, true",
        "IN_DOUBT, 0, ADMITTED, false",
        "IN_DOUBT, 0, SENT, false",
        "IN_DOUBT, 0, STREAMING, true",
    })
    void shouldChargeWhatSucceeded(Outcome outcome, int status, Phase phase, boolean charged) {
        assertThat(BillMode.SUCCESS.isCharged(outcome, status, phase)).isEqualTo(charged);
        assertThat(BillMode.ADMITTED.isCharged(outcome, status, phase)).isTrue();
    }
}
