package openclaw.edge.billing.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.invoice.FinalInvoice;
import openclaw.edge.billing.invoice.FinalInvoice.Credit;
import openclaw.edge.billing.invoice.FinalInvoice.Line;
import openclaw.edge.billing.invoice.FinalInvoice.Period;
import openclaw.edge.catalog.Party;
import openclaw.edge.catalog.Seller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Amounts and items as Stripe takes them. */
class StripeItemsTest {
    @ParameterizedTest
    @CsvSource({
        "12.34, USD, 1234",
        "-0.01, EUR, -1",
        "1234, JPY, 1234",
        "5.120, KWD, 5120",
        "7.00, MGA, 7",
        "0.00, HUF, 0"
    })
    void shouldCountInStripesUnit(String amount, String currency, long units) throws Refusal {
        assertThat(StripeAmounts.of(new BigDecimal(amount), currency)).isEqualTo(units);
    }

    @ParameterizedTest
    @CsvSource({
        "100, ISK, counted differently",
        "100, UGX, counted differently",
        "5.123, KWD, the last one is 0",
        "7.50, MGA, coarser units",
        "7, IQD, has 0 decimals here",
        "100000000000000000.00, USD, or not so many"
    })
    void shouldRefuseByNameWhatStripeWouldCountOtherwise(String amount, String currency, String why) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> StripeAmounts.of(new BigDecimal(amount), currency))
                .withMessageContaining(currency)
                .withMessageContaining(why);
    }

    private static FinalInvoice invoice(List<Line> lines, List<Credit> credits, String total, String due) {
        BigDecimal sum = new BigDecimal(total);
        return new FinalInvoice(
                "INV-2026-000001",
                "invoice",
                null,
                "acme",
                "2026-10",
                "USD",
                "2026-11-02",
                new Period("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "UTC"),
                Seller.UNKNOWN,
                Party.UNKNOWN,
                1,
                1,
                lines,
                List.of(),
                List.of(),
                sum,
                BigDecimal.ZERO.setScale(2),
                sum,
                credits,
                BigDecimal.ZERO.setScale(2),
                new BigDecimal(due));
    }

    private static Line line(String description, String amount) {
        return new Line(description, "1", amount, new BigDecimal(amount));
    }

    private static long sum(Map<String, StripeItems.Item> items) {
        return items.values().stream().mapToLong(StripeItems.Item::amount).sum();
    }

    @Test
    void shouldPutWhatStripeHasNoRoomForIntoOneItem() throws Refusal {
        List<Line> lines = new ArrayList<>(Collections.nCopies(400, line("x".repeat(600), "1.50")));
        Map<String, StripeItems.Item> items = StripeItems.of(
                invoice(lines, List.of(new Credit("c", "Credit: c", new BigDecimal("100.00"))), "600.00", "500.00"));
        assertThat(items).hasSize(StripeItems.MAX_ITEMS).containsKeys("line-248", "lines-249-400", "credit-1");
        assertThat(items.get("lines-249-400").description()).isEqualTo("Lines 249 to 400 of INV-2026-000001");
        assertThat(items.get("lines-249-400").amount()).isEqualTo(152 * 150);
        assertThat(items.get("line-1").description()).hasSize(500);
        assertThat(sum(items)).isEqualTo(50_000);
        List<Line> fits = new ArrayList<>(Collections.nCopies(250, line("x", "1.50")));
        assertThat(StripeItems.of(invoice(fits, List.of(), "375.00", "375.00")))
                .hasSize(250)
                .containsKey("line-250");
    }

    @Test
    void shouldChargeNothingWhereMoreIsGivenBackThanCharged() throws Refusal {
        Map<String, StripeItems.Item> items = StripeItems.of(
                invoice(List.of(line("Fee", "5.00"), line("Given back", "-12.00")), List.of(), "-7.00", "0.00"));
        assertThat(items.get("carried").amount()).isEqualTo(700);
        assertThat(sum(items)).isZero();
    }

    @Test
    void shouldRefuseWhatDoesNotAddUp() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> StripeItems.of(invoice(List.of(line("Fee", "5.00")), List.of(), "6.00", "6.00")))
                .withMessageContaining("come to 500, what is due to 600");
    }
}
