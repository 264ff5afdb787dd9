package openclaw.edge.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.catalog.CatalogTexts;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Tenant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every expected amount here was worked out by hand; the working stands beside it. */
class RatingTest {
    private static final String PRO = "{subscription_fee: 49.00, monthly_quota: 5_000_000, overage_rate: 0.00002}";

    /** Rates one tenant's November 2026; {@code used} are requests and tokens of each part. */
    private static List<String> rate(String plans, String plan, int digits, long... used) {
        Tenant tenant = CatalogTexts.of("plans: " + plans + "\ntenants: [{id: t, plan: " + plan + "}]\n")
                .tenant("t");
        List<CyclePart> parts = tenant.parts(tenant.billing().calendar().cycle("2026-11"));
        assertThat(parts).as("parts of the cycle").hasSize(used.length / 2);
        List<PartUsage> usage = new ArrayList<>();
        for (CyclePart part : parts) {
            usage.add(new PartUsage(part, used[2 * part.index()], used[2 * part.index() + 1]));
        }
        List<RatedLine> lines = Rating.rate(usage, List.of(), digits);
        List<String> texts = new ArrayList<>();
        for (RatedLine line : lines) {
            texts.add(line.kind() + " " + line.plan() + " " + Money.quantityText(line.quantity()) + " x "
                    + Money.priceText(line.unitPrice(), digits) + " = " + line.amount());
        }
        texts.add(
                "total " + Totals.of(lines, List.of(), BigDecimal.ZERO, digits).net());
        return texts;
    }

    @Test
    void shouldBillTheFeeTheQuotaAndWhatIsBeyondIt() {
        // 6,234,567 - 5,000,000 = 1,234,567; x 0.00002 = 24.69134
        assertThat(rate("{pro: " + PRO + "}", "pro", 2, 700_000, 6_234_567))
                .containsExactly(
                        "SUBSCRIPTION pro 1 x 49.00 = 49.00",
                        "INCLUDED pro 5000000 x 0.00 = 0.00",
                        "TOKENS pro 1234567 x 0.00002 = 24.69",
                        "total 73.69");
    }

    @Test
    void shouldBillTheFeeAloneWhereNothingWasUsed() {
        assertThat(rate("{pro: " + PRO + "}", "pro", 2, 0, 0))
                .containsExactly("SUBSCRIPTION pro 1 x 49.00 = 49.00", "total 49.00");
    }

    @Test
    void shouldRateEachSliceOfAPlanChangeAtItsOwnPrice() {
        // Fees: 9 x 14/30 = 4.20; 49 x 16/30 = 26.1333.
        // Quota: (1,000,000 x 14 + 5,000,000 x 16) / 30 = 3,133,333.3; the first part takes 2,000,000 of it,
        // 1,133,333 are left for the second, 866,667 are beyond: x 0.00002 = 17.33334.
        assertThat(rate(
                        "{starter: {subscription_fee: 9, monthly_quota: 1_000_000, overage_rate: 0.0001}, pro: " + PRO
                                + "}",
                        "[{plan: starter}, {plan: pro, from: 2026-11-15}]",
                        2,
                        20,
                        2_000_000,
                        20,
                        2_000_000))
                .containsExactly(
                        "SUBSCRIPTION starter 0.466666666667 x 9.00 = 4.20",
                        "SUBSCRIPTION pro 0.533333333333 x 49.00 = 26.13",
                        "INCLUDED starter 2000000 x 0.00 = 0.00",
                        "INCLUDED pro 1133333 x 0.00 = 0.00",
                        "TOKENS pro 866667 x 0.00002 = 17.33",
                        "total 47.66");
    }

    @Test
    void shouldProrateTheFeeOfATenantThatComesInTheMiddleToTheSecond() {
        // 30 days = 2,592,000 s; from 2026-11-10T00:00:01Z 1,814,399 s are left: 49 x 1,814,399/2,592,000 = 34.29998...
        assertThat(rate("{pro: " + PRO + "}", "[{plan: pro, from: 2026-11-10T00:00:01Z}]", 2, 0, 0, 1, 5))
                .containsExactly(
                        "SUBSCRIPTION pro 0.699999614198 x 49.00 = 34.30",
                        "INCLUDED pro 5 x 0.00 = 0.00",
                        "total 34.30");
    }

    @ParameterizedTest
    @CsvSource({"100000,''", "100001,1", "101000,1", "101001,2", "102001,3"})
    void shouldCountEveryStartedPackageBeyondTheQuota(long requests, String packages) {
        List<String> lines =
                rate("{p: {price_per_1000_requests: 0.50, monthly_quota: 100_000}}", "p", 2, requests, requests);
        if (packages.isEmpty()) {
            assertThat(lines).containsExactly("INCLUDED p 100000 x 0.00 = 0.00", "total 0.00");
        } else {
            String amount =
                    new BigDecimal(packages).multiply(new BigDecimal("0.50")).toPlainString();
            assertThat(lines)
                    .containsExactly(
                            "INCLUDED p 100000 x 0.00 = 0.00",
                            "PACKAGES p " + packages + " x 0.50 = " + amount,
                            "total " + amount);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 0.005, 1, 0.01", // 0.005 -> 0.01
        "2, 0.004999999999, 1, 0.00",
        "2, 0.000000000001, 5000000000, 0.01", // 5e9 x 1e-12 = 0.005 -> 0.01
        "0, 0.5, 1, 1",
        "0, 0.49, 1, 0",
        "3, 0.0005, 1, 0.001",
        "3, 0.00001, 1234567, 12.346", // 12.34567
    })
    void shouldRoundEachLineOnceHalfUpToTheMinorUnit(int digits, String rate, long tokens, String amount) {
        assertThat(rate("{p: {overage_rate: " + rate + "}}", "p", digits, 1, tokens))
                .last()
                .isEqualTo("total " + amount);
    }

    @Test
    void shouldMakeOneLineOfNeighboursWithTheSamePrice() {
        // Two halves of 49.99 would be 25.00 + 25.00; 400 and 600 requests on their own would start two packages.
        assertThat(rate(
                        "{p: {subscription_fee: 49.99, bill: [{bill: success}, {bill: admitted, from: 2026-11-16}],"
                                + " price_per_1000_requests: 1}}",
                        "p",
                        2,
                        400,
                        400,
                        600,
                        600))
                .containsExactly("SUBSCRIPTION p 1 x 49.99 = 49.99", "PACKAGES p 1 x 1.00 = 1.00", "total 50.99");
    }

    @Test
    void shouldSumExactlyOrNotAtAll() {
        assertThat(rate("{p: {overage_rate: 0.000000000001}}", "p", 2, 1, Long.MAX_VALUE))
                .last()
                .isEqualTo("total 9223372.04"); // 9,223,372,036,854,775,807 x 1e-12 = 9,223,372.0368...
        assertThatThrownBy(() -> rate(
                        "{p: {overage_rate: 1, bill: [{bill: success}, {bill: admitted, from: 2026-11-16}]}}",
                        "p",
                        2,
                        1,
                        Long.MAX_VALUE,
                        1,
                        1))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new PartUsage(null, -1, 0)).hasMessageContaining("requests=-1");
    }
}
