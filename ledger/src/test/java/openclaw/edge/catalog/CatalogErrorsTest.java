package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that a catalog can get wrong, with the whole message that names file, line, key and what was expected. */
class CatalogErrorsTest {
    private static final String HASH = "sha256:" + "0f".repeat(32);
    private static final String FILE_NAME = "1 to 64 bytes of visible ASCII without / and \\, not beginning with a dot";
    private static final String CURRENCY = "an ISO 4217 code like USD of a currency with 0, 2 or 3 decimals";
    private static final String URL = "a URL that begins with https:// or http://";
    private static final String KEY = "\"sha256:\" and 64 hexadecimal digits, the hash of a key (./edge key hash)";
    private static final String FROM = "a date like 2026-11-15 or an instant like 2026-11-15T12:00:00Z";

    private static Arguments wrong(String text, String message) {
        return Arguments.of(text, List.of("a.yaml:" + message));
    }

    private static Arguments inPlan(String terms, String key, String expected, String found) {
        return wrong(
                "plans:\n  p:\n    " + terms + "\n",
                "3: plans.p." + key + ": expected " + expected + ", found " + found);
    }

    private static Arguments inLimit(String limit, String key, String expected, String found) {
        return inPlan("limits: [{" + limit + "}]", "limits[0]." + key, expected, found);
    }

    private static Arguments inTenant(String terms, String key, String expected, String found) {
        return wrong(
                "plans: {pro: {}}\ntenants:\n  - id: t\n    " + terms + "\n",
                "4: tenants[0]." + key + ": expected " + expected + ", found " + found);
    }

    private static Arguments inBilling(String terms, String key, String expected, String found) {
        return wrong(
                "billing:\n  " + terms + "\n", "2: billing." + key + ": expected " + expected + ", found " + found);
    }

    static Stream<Arguments> catalogs() {
        return Stream.of(structure(), terms(), limits(), costs(), tenants(), billing())
                .flatMap(stream -> stream);
    }

    private static Stream<Arguments> structure() {
        return Stream.of(
                wrong(
                        "plan: {}\n",
                        "1: plan: expected one of plans, tenants, edges, billing, items,"
                                + " found the unknown key 'plan' (did you mean 'plans'?)"),
                wrong("tenants: 5\n", "1: tenants: expected a list, found 5"),
                wrong(
                        "tenants:\n  - plan: pro\n",
                        "2: tenants[0]: expected keys with values, 'id' among them, found keys with values"),
                wrong("plans:\n  p: 5\n", "2: plans.p: expected keys with values, found 5"),
                wrong("edges: [a/b]\n", "1: edges[0]: expected " + FILE_NAME + ", found a/b"),
                wrong(
                        "plans:\n  - {name: p}\n  - {name: p}\n",
                        "3: plans[1]: expected each plan once, found 'p' again, first at a.yaml:2"));
    }

    private static Stream<Arguments> terms() {
        String price = "a decimal number from 0 to 1000000000 with at most 12 decimals";
        String quota = "a whole number from 0 to 1000000000000000000";
        return Stream.of(
                inPlan("subscription_fee: -1", "subscription_fee", price, "-1"),
                inPlan("overage_rate: 0.0000000000001", "overage_rate", price, "0.0000000000001"),
                inPlan("price_per_1000_requests: 0,5", "price_per_1000_requests", price, "0,5"),
                inPlan("monthly_quota: 5,000", "monthly_quota", quota, "5,000"),
                inPlan("monthly_quota: 1e6", "monthly_quota", quota, "1e6"),
                inPlan("overage: denny", "overage", "one of allow, deny", "denny (did you mean 'deny'?)"),
                inPlan("bill: all", "bill", "one of success, admitted", "all"),
                inPlan("max_agents: 0", "max_agents", "a whole number from 1 to 10000000", "0"),
                wrong(
                        "plans:\n  p: {overage: deny}\n",
                        "2: plans.p: expected a monthly_quota beside 'overage: deny', found none"),
                wrong(
                        "plans:\n  p: {overage_rate: 1, price_per_1000_requests: 1}\n",
                        "2: plans.p: expected one of overage_rate, price_per_1000_requests, package and tiers,"
                                + " found overage_rate and price_per_1000_requests"),
                wrong(
                        "plans:\n  p: {price_per_1000_requests: 1, monthly_quota: 5, costs: [{path: /a, tokens: 2}]}\n",
                        "2: plans.p: expected costs of 1 token beside a monthly_quota and a price of requests,"
                                + " since the quota then counts requests, found other costs"),
                inPlan("bill: [{from: 2026-11-15}]", "bill[0].bill", "the value that holds from then on", "nothing"),
                inPlan("bill: [{bill: success, from: soon}]", "bill[0].from", FROM, "soon"),
                inPlan(
                        "bill: [{bill: success, from: 1969-01-01}]",
                        "bill[0].from",
                        "a year from 1970 to 2199",
                        "1969-01-01"),
                inPlan(
                        "bill: [{bill: success, from: 2026-02-01}, {bill: admitted, from: 2026-01-01}]",
                        "bill[1]",
                        "a 'from' later than that of the entry before",
                        "an earlier or equal one"),
                inPlan(
                        "bill: [{bill: success}, {bill: admitted}]",
                        "bill[1]",
                        "a 'from' later than that of the entry before",
                        "none"),
                inPlan("bill: []", "bill", "a value, or a list with at least one {bill: ..., from: ...}", "a list"));
    }

    private static Stream<Arguments> limits() {
        String full = "capacity: 10, refill_rate: 1, interval_seconds: 1";
        String tokens = "a whole number from 1 to 1000000000000000";
        String year = "a full refill within 365 days (capacity x interval_seconds / refill_rate)";
        String names = "1 to 64 of A-Z a-z 0-9 . _ -";
        return Stream.of(
                inLimit("capacity: 0, refill_rate: 1, interval_seconds: 1", "capacity", tokens, "0"),
                inLimit("refill_rate: 1, interval_seconds: 1", "capacity", tokens, "nothing"),
                inLimit(full + ", on_partition: shut", "on_partition", "one of share, open, closed", "shut"),
                inLimit("capacity: 1, refill_rate: 0, interval_seconds: 1", "refill_rate", tokens, "0"),
                inLimit(
                        "capacity: 1, refill_rate: 1, interval_seconds: 1s",
                        "interval_seconds",
                        "a whole number from 1 to 31536000",
                        "1s"),
                inLimit(
                        "capacity: 1, refill_rate: 2_000_000_000, interval_seconds: 1",
                        "refill_rate",
                        "at most 1000000000 tokens per second",
                        "2000000000 in 1 s"),
                inLimit(
                        "capacity: 1, refill_rate: 2_000_000_001, interval_seconds: 2",
                        "refill_rate",
                        "at most 1000000000 tokens per second",
                        "2000000001 in 2 s"),
                inLimit(
                        "capacity: 8_761, refill_rate: 1, interval_seconds: 3600",
                        "capacity",
                        year,
                        "8761, refilled in 365 days"),
                inLimit("per: user, " + full, "per", "one of tenant, agent", "user"),
                inLimit("name: a b, " + full, "name", names, "'a b'"),
                inLimit(
                        "capcity: 5, " + full,
                        "capcity",
                        "one of per, name, capacity, refill_rate, interval_seconds, on_partition",
                        "the unknown key 'capcity' (did you mean 'capacity'?)"),
                inPlan(
                        "limits: [{" + full + "}, {" + full + "}]",
                        "limits[1].name",
                        "a name that no other limit here has",
                        "'tenant' again"),
                inPlan(
                        "limits: ["
                                + Stream.iterate(0, i -> i + 1)
                                        .limit(8)
                                        .map(i -> "{name: l" + i + ", " + full + "}")
                                        .reduce((a, b) -> a + ", " + b)
                                        .orElseThrow()
                                + "]",
                        "limits",
                        "at most 7 limits",
                        "8 limits"));
    }

    private static Stream<Arguments> costs() {
        String path = "a path like /v1/rate or /v1/chat/*";
        return Stream.of(
                inPlan("costs: [{tokens: 1}]", "costs[0]", "a 'path', a 'model', or both", "neither"),
                inPlan("costs: [{path: /a}]", "costs[0].tokens", "a whole number from 0 to 1000000000000", "nothing"),
                inPlan("costs: [{path: v1/rate, tokens: 1}]", "costs[0].path", path, "v1/rate"),
                inPlan("costs: [{path: /a/*/b, tokens: 1}]", "costs[0].path", path, "/a/*/b"),
                inPlan("costs: [{path: /a/../b, tokens: 1}]", "costs[0].path", path, "/a/../b"),
                inPlan("costs: [{path: \"/a?b=1\", tokens: 1}]", "costs[0].path", path, "\"/a?b=1\""),
                inPlan("costs: {path: /a, tokens: 1}", "costs", "a list", "keys with values"));
    }

    private static Stream<Arguments> tenants() {
        return Stream.of(
                inTenant("plan: prro", "plan", "the name of a plan", "'prro' (did you mean 'pro'?)"),
                inTenant("plan: [{plan: none}]", "plan[0].plan", "the name of a plan", "'none'"),
                inTenant(
                        "plann: pro",
                        "plann",
                        "one of id, billing, begins, ends, plan, subscription_fee, monthly_quota, overage, overage_rate,"
                                + " price_per_1000_requests, package, tiers, minimum_commitment, multipliers, tax, bill,"
                                + " max_agents, limits, costs, customer, api_keys",
                        "the unknown key 'plann' (did you mean 'plan'?)"),
                inTenant("api_keys: [my-actual-key]", "api_keys[0]", KEY, "a value of 13 characters (not shown)"),
                inTenant("api_keys: sha256:00", "api_keys", KEY, "a value of 9 characters (not shown)"),
                inTenant(
                        "api_keys: [\"" + HASH + "\", \"" + HASH + "\"]",
                        "api_keys[1]",
                        "a key that nobody has yet",
                        "the key of tenant 't' at a.yaml:4"),
                inTenant("billing: {invoice_day: 32}", "billing.invoice_day", "a whole number from 1 to 31", "32"),
                wrong(
                        "tenants:\n  a: {api_keys: [\"" + HASH + "\"]}\n  b: {api_keys: [\"" + HASH + "\"]}\n",
                        "3: tenants.b.api_keys[0]: expected a key that nobody has yet,"
                                + " found the key of tenant 'a' at a.yaml:2"),
                wrong(
                        "tenants:\n  a: {id: b}\n",
                        "2: tenants.a.id: expected 'a', the key that it stands under, or no id, found 'b'"),
                wrong(
                        "plans:\n  a: {name: b}\n",
                        "2: plans.a.name: expected 'a', the key that it stands under, or no name, found 'b'"),
                wrong("tenants:\n  - {id: a/b}\n", "2: tenants[0].id: expected " + FILE_NAME + ", found 'a/b'"),
                wrong("tenants:\n  - {id: .hid}\n", "2: tenants[0].id: expected " + FILE_NAME + ", found '.hid'"),
                wrong("tenants:\n  - {id: größe}\n", "2: tenants[0].id: expected " + FILE_NAME + ", found 'größe'"),
                wrong(
                        "tenants:\n  - {id: " + "x".repeat(65) + "}\n",
                        "2: tenants[0].id: expected " + FILE_NAME + ", found '" + "x".repeat(65) + "'"),
                wrong(
                        "tenants:\n  - {id: manifest}\n",
                        "2: tenants[0].id: expected an id other than 'manifest', whose invoice would take the manifest's"
                                + " file, found manifest"));
    }

    private static Stream<Arguments> billing() {
        return Stream.of(
                inBilling("currency: usd", "currency", CURRENCY, "usd"),
                inBilling("currency: XAU", "currency", CURRENCY, "XAU"),
                inBilling("invoice_day: 0", "invoice_day", "a whole number from 1 to 31", "0"),
                inBilling(
                        "time_zone: Europe/Berlim",
                        "time_zone",
                        "a time zone like UTC or Europe/Berlin",
                        "Europe/Berlim (did you mean 'Europe/Berlin'?)"),
                inBilling(
                        "reminder_threshold: 1.5",
                        "reminder_threshold",
                        "a decimal number from 0.01 to 1 with at most 6 decimals",
                        "1.5"),
                inBilling("alert_webhook: ftp://h/x", "alert_webhook", URL, "a value of 9 characters (not shown)"),
                inBilling("alert_webhook: \"http:\"", "alert_webhook", URL, "a value of 5 characters (not shown)"),
                inBilling(
                        "alert_secret: fifteen-bytes-x",
                        "alert_secret",
                        "a secret of at least 16 bytes",
                        "a value of 15 characters (not shown)"),
                inBilling(
                        "invoiceday: 1",
                        "invoiceday",
                        "one of currency, invoice_day, time_zone, reminder_threshold, alert_webhook, alert_secret, seller, stripe",
                        "the unknown key 'invoiceday' (did you mean 'invoice_day'?)"));
    }

    @ParameterizedTest(name = "{index}: {1}")
    @MethodSource("catalogs")
    void shouldNameFileLineKeyAndWhatWasExpected(String text, List<String> messages) {
        assertThat(CatalogTexts.problems(text)).isEqualTo(messages);
    }

    @Test
    void shouldNameWhatStandsInTwoFiles() {
        String one = "plans: {p: {}}\ntenants:\n  - {id: t}\nbilling: {invoice_day: 1}\n";
        assertThat(CatalogTexts.problems(one, one))
                .containsExactly(
                        "b.yaml:1: plans.p: expected each plan once, found 'p' again, first at a.yaml:1",
                        "b.yaml:3: tenants[0]: expected each tenant once, found 't' again, first at a.yaml:3",
                        "b.yaml:4: billing: expected one billing block in all files,"
                                + " found a second one, the first is at a.yaml:4");
    }

    @Test
    void shouldNameEverythingAtOnceInTheOrderOfTheFile() {
        assertThat(CatalogTexts.problems("""
                        plans:
                          pro: {overage: maybe, limits: [{capacity: 0, refill_rate: 1, interval_seconds: 1}]}
                        tenants:
                          - {id: t, plan: por}
                        billing: {invoice_day: 40}
                        bliling: {}
                        """))
                .extracting(message -> message.substring(0, message.indexOf(": expected")))
                .containsExactly(
                        "a.yaml:2: plans.pro.overage",
                        "a.yaml:2: plans.pro.limits[0].capacity",
                        "a.yaml:4: tenants[0].plan",
                        "a.yaml:5: billing.invoice_day",
                        "a.yaml:6: bliling");
    }

    @Test
    void shouldNameAContradictionBetweenATenantAndItsPlanAtTheTenant() {
        assertThat(CatalogTexts.problems("""
                        plans: {p: {overage_rate: 1}}
                        tenants:
                          - {id: t, plan: p}
                          - {id: u, plan: p, price_per_1000_requests: 2}
                        """))
                .containsExactly(
                        "a.yaml:4: tenants[1]: expected one of overage_rate, price_per_1000_requests, package and tiers,"
                                + " found overage_rate and price_per_1000_requests");
    }
}
