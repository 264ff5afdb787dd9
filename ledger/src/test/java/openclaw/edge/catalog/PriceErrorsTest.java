package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What prices, taxes and items can get wrong, with the whole message. */
class PriceErrorsTest {
    private static Arguments plan(String terms, String message) {
        return Arguments.of("plans:\n  p:\n    " + terms + "\n", List.of("a.yaml:3: plans.p." + message));
    }

    private static Arguments whole(String terms, String message) {
        return Arguments.of("plans:\n  p:\n    " + terms + "\n", List.of("a.yaml:3: plans.p: " + message));
    }

    private static Arguments item(String keys, String message) {
        return Arguments.of(
                "tenants: [{id: t}]\nitems:\n  - {" + keys + "}\n", List.of("a.yaml:3: items[0]" + message));
    }

    static Stream<Arguments> catalogs() {
        return Stream.of(prices(), tiers(), multipliers(), taxes(), items()).flatMap(stream -> stream);
    }

    private static Stream<Arguments> prices() {
        return Stream.of(
                plan(
                        "package: {size: 0, price: 1}",
                        "package.size: expected a whole number from 1 to 1000000000000000000, found 0"),
                plan("package: {size: 5}", "package.price: expected a decimal number like 0.50, found nothing"),
                plan(
                        "package: {size: 5, price: 1, unit: request}",
                        "package.unit: expected one of tokens, requests, found request (did you mean 'requests'?)"),
                plan(
                        "package: {size: 5, prize: 1, price: 1}",
                        "package.prize: expected one of size, price, unit,"
                                + " found the unknown key 'prize' (did you mean 'price'?)"),
                plan(
                        "{package: {size: 5, price: 1}, price_per_1000_requests: 1}",
                        "package: expected either price_per_1000_requests or package, found both"),
                whole(
                        "{package: {size: 5, price: 1}, overage_rate: 1}",
                        "expected one of overage_rate, price_per_1000_requests, package and tiers,"
                                + " found overage_rate and package"),
                plan(
                        "minimum_commitment: -5",
                        "minimum_commitment: expected a decimal number from 0 to 1000000000 with at most 12 decimals,"
                                + " found -5"));
    }

    private static Stream<Arguments> tiers() {
        return Stream.of(
                plan("tiers: {mode: graduated}", "tiers.steps: expected 1 to 100 steps, found 0 steps"),
                plan(
                        "tiers: {mode: grad, steps: [{unit_price: 1}]}",
                        "tiers.mode: expected one of graduated, volume, found grad"),
                plan(
                        "tiers: {steps: [{up_to: 5, unit_price: 1}]}",
                        "tiers.steps[0].up_to: expected no 'up_to' in the last step, which has no end, found 5"),
                plan(
                        "tiers: {steps: [{unit_price: 1}, {unit_price: 2}]}",
                        "tiers.steps[0].up_to: expected the last unit of the step, since another step follows,"
                                + " found nothing"),
                plan(
                        "tiers: {steps: [{up_to: 5, unit_price: 1}, {up_to: 5, unit_price: 2}, {unit_price: 3}]}",
                        "tiers.steps[1].up_to: expected more than the 'up_to' of the step before, found 5"),
                plan(
                        "tiers: {steps: [{up_to: 5}, {unit_price: 3}]}",
                        "tiers.steps[0].unit_price: expected a 'unit_price', a 'flat_fee', or both, found neither"),
                whole(
                        "{monthly_quota: 5, costs: [{path: /a, tokens: 2}], tiers: {unit: requests, steps: [{unit_price: 1}]}}",
                        "expected costs of 1 token beside a monthly_quota and a price of requests,"
                                + " since the quota then counts requests, found other costs"));
    }

    private static Stream<Arguments> multipliers() {
        String both = "expected costs or a multiplier for a request, not both: costs act at admission, multipliers"
                + " afterwards, found a multiplier for ";
        return Stream.of(
                plan(
                        "multipliers: [{multiplier: 2}]",
                        "multipliers[0]: expected a 'route', a 'model', or both, found neither"),
                plan(
                        "multipliers: [{model: m}]",
                        "multipliers[0].multiplier: expected a decimal number like 2.5, found nothing"),
                plan(
                        "multipliers: [{route: v1, multiplier: 2}]",
                        "multipliers[0].route: expected a path like /v1/rate or /v1/chat/*, found v1"),
                plan(
                        "multipliers: [{model: " + "m".repeat(65) + ", multiplier: 2}]",
                        "multipliers[0].model: expected at most 64 bytes, found " + "m".repeat(60) + "..."),
                whole(
                        "{multipliers: [{model: m, multiplier: 2}], costs: [{model: m, tokens: 5}]}",
                        both + "model m and a cost for model m"),
                whole(
                        "{multipliers: [{route: /v1/chat/*, multiplier: 2}], costs: [{path: /v1/*, tokens: 5}]}",
                        both + "/v1/chat/* and a cost for /v1/*"),
                whole(
                        "{multipliers: [{route: /v1/chat, model: m, multiplier: 2}], costs: [{path: /v1/chat, tokens: 5}]}",
                        both + "/v1/chat with model m and a cost for /v1/chat"),
                whole(
                        "{multipliers: [{model: m, multiplier: 2}], monthly_quota: 5, overage: deny}",
                        "expected 'overage: allow' beside multipliers, since nodes count the quota before anything is"
                                + " multiplied, found 'overage: deny'"));
    }

    /** Every character that is not seen and changes how the rest is read, wherever people read a text. */
    @Test
    void shouldRefuseCharactersThatChangeHowTextsAreRead() {
        for (String character : List.of(
                "\u0000", "\u001B", "\u0085", "\u2028", "\u2029", "\u061C", "\u200E", "\u200F", "\u202A", "\u202E",
                "\u2066", "\u2069", "\uFEFF", "\uFFFE", "\uFDD0")) {
            String escaped = String.format("\"a\\u%04Xb\"", (int) character.charAt(0));
            String found = String.format("marks of direction, found U+%04X", (int) character.charAt(0));
            String catalog =
                    "plans:\n  " + escaped + ": {multipliers: [{model: " + escaped + ", multiplier: 2}], costs:"
                            + " [{model: " + escaped + ", tokens: 1}], tax: {exempt: " + escaped + "}}\n"
                            + "tenants: [{id: t, customer: {name: " + escaped + ", address: [" + escaped + "]}}]\n"
                            + "billing: {seller: {name: " + escaped + ", bank: " + escaped + "}}\n"
                            + "items: [{id: " + escaped + ", kind: dispute, invoice: " + escaped
                            + ", tenant: t, date: 2026-10-01,"
                            + " amount: 1, description: " + escaped + "}]\n";
            List<String> problems = CatalogTexts.problems(catalog);
            assertThat(problems)
                    .as(found)
                    .filteredOn(problem -> problem.contains(found))
                    .hasSize(11);
        }
        assertThat(CatalogTexts.problems("plans: {\"Größe \u4E0A \u05D0 a\u200Db\": {}}"))
                .isEmpty();
    }

    @Test
    void shouldRefuseSalesBeforeATenantBegins() {
        String items = "tenants: [{id: t, begins: 2026-10-05}]\nitems:\n"
                + "  - {id: a, tenant: t, date: 2026-10-04, amount: 1, description: Setup}\n"
                + "  - {id: b, tenant: t, date: 2026-10-05, amount: 1, description: Setup}\n"
                + "  - {id: c, tenant: t, kind: credit, date: 2026-09-01, amount: 1, description: Paid before}\n";
        assertThat(CatalogTexts.problems(items))
                .containsExactly("a.yaml:3: items[0].date: expected a date from the tenant's 'begins' on,"
                        + " 2026-10-05T00:00:00Z, or 'kind: credit', found 2026-10-04");
    }

    @Test
    void shouldRefuseAModelTwiceInOneList() {
        assertThat(
                        CatalogTexts.problems(
                                "plans:\n  p:\n    multipliers:\n      - {model: m, multiplier: 2}\n"
                                        + "      - {model: m, route: /a, multiplier: 2}\n      - {model: m, multiplier: 3}\n"
                                        + "    costs: [{path: /v1/a, tokens: 2}, {path: /v1/a, model: x, tokens: 2}, {path: /v1/a, tokens: 3}]\n"))
                .anyMatch(problem ->
                        problem.contains("multipliers[2]: expected each route and model once, since the first"
                                + " that matches counts, found m again"))
                .anyMatch(
                        problem -> problem.contains("costs[2]: expected each path and model once, since the first that"
                                + " matches counts, found /v1/a again"))
                .hasSize(3);
    }

    private static Stream<Arguments> taxes() {
        return Stream.of(
                plan("tax: {percent: 19}", "tax.name: expected the name of a tax like VAT, found nothing"),
                plan("tax: {name: VAT}", "tax.percent: expected a decimal number like 19, found nothing"),
                plan(
                        "tax: {name: VAT, percent: 119}",
                        "tax.percent: expected a decimal number from 0 to 100 with at most 6 decimals, found 119"),
                plan(
                        "tax: {exempt: why, category: reverse}",
                        "tax.category: expected one of E, AE, G, O, found reverse"),
                plan(
                        "tax: {name: VAT, percent: 19, category: S}",
                        "tax.category: expected no 'category' but beside 'exempt': a rate is S, or Z where it is 0, found S"),
                plan(
                        "tax: {exempt: why, name: VAT, percent: 19}",
                        "tax.exempt: expected no 'exempt' beside a rate, found why"),
                plan(
                        "tax: {rates: [{name: A, percent: 1}], name: VAT, percent: 19}",
                        "tax.rates: expected either 'rates', or one rate's 'name' and 'percent', found both"),
                plan(
                        "tax: {rates: [{name: A, percent: 50.5}, {name: B, percent: 49.6}]}",
                        "tax.rates: expected rates of at most 100 % together, found 100.1 %"),
                plan(
                        "tax: {name: \"V\\u202EAT\", percent: 19}",
                        "tax.name: expected text without control characters and marks of direction, found U+202E"),
                plan(
                        "tax: {rates: [{name: A, percent: 1}, {name: A, percent: 2}]}",
                        "tax.rates[1].name: expected a name that no other rate here has, found 'A' again"));
    }

    private static Stream<Arguments> items() {
        String good = "id: i, tenant: t, date: 2026-11-01, amount: 1, description: d";
        return Stream.of(
                item(
                        good.replace("tenant: t", "tenant: tt"),
                        ".tenant: expected the id of a tenant, found 'tt' (did you mean 't'?)"),
                item(
                        good.replace("amount: 1", "amount: 0"),
                        ".amount: expected an amount above 0 with at most 2" + " decimals, as USD has them, found 0"),
                item(
                        good.replace("amount: 1", "amount: 0.005"),
                        ".amount: expected an amount above 0 with at most 2"
                                + " decimals, as USD has them, found 0.005"),
                item(
                        good.replace("date: 2026-11-01", "date: soon"),
                        ".date: expected a date like 2026-11-15 or an"
                                + " instant like 2026-11-15T12:00:00Z, found soon"),
                item(
                        good.replace(", description: d", ""),
                        ".description: expected text for the invoice, found nothing"),
                item(
                        good + ", kind: dispute",
                        ".invoice: expected the number of the invoice that is disputed, found" + " nothing"),
                item(good + ", invoice: x", ".invoice: expected no 'invoice' but beside 'kind: dispute', found 'x'"),
                item(good + ", kind: gift", ".kind: expected one of charge, dispute, credit, found gift"),
                item(
                        good + ", kind: credit, tax: {exempt: x}",
                        ".tax: expected no 'tax' beside 'kind: credit', which"
                                + " pays for the total with its tax, found keys with values"),
                item(
                        good + ", ammount: 1",
                        ".ammount: expected one of id, kind, tenant, date, amount, description,"
                                + " invoice, tax, found the unknown key 'ammount' (did you mean 'amount'?)"));
    }

    @ParameterizedTest(name = "{index}: {1}")
    @MethodSource("catalogs")
    void shouldNameFileLineKeyAndWhatWasExpected(String text, List<String> messages) {
        assertThat(CatalogTexts.problems(text)).isEqualTo(messages);
    }

    @Test
    void shouldTakeEachItemOnceInAllFiles() {
        String one = "items: [{id: i, tenant: t, date: 2026-11-01, amount: 1, description: d}]\n";
        assertThat(CatalogTexts.problems("tenants: [{id: t}]\n" + one, one))
                .containsExactly("b.yaml:1: items[0].id: expected an id that no other item has,"
                        + " found 'i' again, first at a.yaml:2");
        assertThat(CatalogTexts.of("tenants: [{id: t}]\n" + one, one.replace("id: i", "id: j"))
                        .tenant("t")
                        .items())
                .extracting(Item::id)
                .containsExactly("i", "j");
    }

    @Test
    void shouldEndATenantAfterItBegan() {
        assertThat(CatalogTexts.problems("tenants:\n  - {id: t, begins: 2026-11-02, ends: 2026-11-02}\n"))
                .containsExactly(
                        "a.yaml:2: tenants[0].ends: expected a time later than 'begins', found an earlier or equal one");
    }

    @Test
    void shouldHashEveryPriceAndItem() {
        List<String> catalogs = List.of(
                "tenants: [{id: t}]",
                "tenants: [{id: t, package: {size: 5, price: 1}}]",
                "tenants: [{id: t, package: {size: 6, price: 1}}]",
                "tenants: [{id: t, package: {size: 5, price: 1, unit: tokens}}]",
                "tenants: [{id: t, tiers: {steps: [{unit_price: 1}]}}]",
                "tenants: [{id: t, tiers: {mode: volume, steps: [{unit_price: 1}]}}]",
                "tenants: [{id: t, minimum_commitment: 1}]",
                "tenants: [{id: t, multipliers: [{model: m, multiplier: 2}]}]",
                "tenants: [{id: t, tax: {name: VAT, percent: 19}}]",
                "tenants: [{id: t, tax: {exempt: VAT}}]",
                "tenants: [{id: t, begins: 2026-11-01, subscription_fee: 1}]",
                "tenants: [{id: t}]\nitems: [{id: i, tenant: t, date: 2026-11-01, amount: 1, description: d}]",
                "tenants: [{id: t}]\nitems: [{id: i, tenant: t, date: 2026-11-01, amount: 2, description: d}]");
        assertThat(catalogs.stream().map(text -> CatalogTexts.of(text).sha256()))
                .doesNotHaveDuplicates();
        assertThat(CatalogTexts.of("tenants: [{id: t, package: {size: 1_000, price: 1.0}}]")
                        .sha256())
                .as("the same price in other words")
                .isEqualTo(CatalogTexts.of("tenants: [{id: t, price_per_1000_requests: 1}]")
                        .sha256());
    }

    @Test
    void shouldMakeNodesReadTheModelsThatMultipliersName() {
        Terms terms = CatalogTexts.of(
                        "tenants: [{id: t, multipliers: [{model: m, multiplier: 2}, {route: /v1/x, multiplier: 3}]}]")
                .tenant("t")
                .slices()
                .get(0)
                .terms();
        byte[] target = {'/', 'a'};
        assertThat(terms.costs().tokens(target, 0, target.length, true)).isEqualTo(CostRules.NEEDS_MODEL);
        assertThat(terms.costs().tokensForModel(target, 0, target.length, new byte[] {'m'}, 0, 1))
                .isEqualTo(1);
        assertThat(terms.costs().dearestTokens()).isEqualTo(1);
    }
}
