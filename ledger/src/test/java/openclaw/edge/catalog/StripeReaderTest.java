package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import openclaw.edge.catalog.StripeTerms.Collection;
import openclaw.edge.catalog.StripeTerms.Mode;
import org.junit.jupiter.api.Test;

class StripeReaderTest {
    private static final String STATED = """
            tenants:
              a: {billing: {stripe: {customer: cus_a, collection: charge_automatically}}}
              b: {billing: {stripe: {mode: none}}}
              c: {}
            billing:
              stripe: {mode: meter_events, tokens_event: tokens, days_until_due: 14, auto_advance: false}
            """;

    @Test
    void shouldReadWhatDiffersFromTheFilesOwn() {
        Catalog catalog = CatalogTexts.of(STATED);
        assertThat(catalog.tenant("a").billing().stripe())
                .isEqualTo(new StripeTerms(
                        Mode.METER_EVENTS, "cus_a", Collection.CHARGE_AUTOMATICALLY, 14, false, "tokens", ""));
        assertThat(catalog.tenant("b").billing().stripe().mode()).isEqualTo(Mode.NONE);
        assertThat(catalog.tenant("c").billing().stripe().customer()).isEmpty();
        assertThat(CatalogTexts.of("tenants: {a: {}}\nbilling: {stripe: {}}\n")
                        .tenant("a")
                        .billing()
                        .stripe()
                        .mode())
                .isEqualTo(Mode.INVOICES);
        assertThat(CatalogTexts.of("tenants: {a: {}}\n").tenant("a").billing().stripe())
                .isEqualTo(StripeTerms.NONE);
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertThat(CatalogTexts.problems("""
                        tenants:
                          a: {billing: {stripe: {customer: acme}}}
                          b: {billing: {stripe: {mode: meter_events}}}
                          c: {billing: {stripe: {api_key: x, days_until_due: 400}}}
                        """))
                .anyMatch(problem -> problem.contains("begins with cus_"))
                .anyMatch(problem -> problem.contains("tokens_event"))
                .anyMatch(problem -> problem.contains("'api_key'"))
                .anyMatch(problem -> problem.contains("days_until_due"));
    }

    @Test
    void shouldNotChangeWhatACatalogMeans() {
        assertThat(CatalogTexts.of(STATED).sha256())
                .isEqualTo(CatalogTexts.of(
                                STATED.replace("cus_a", "cus_b").replace("tokens_event: tokens", "tokens_event: t"))
                        .sha256());
    }
}
