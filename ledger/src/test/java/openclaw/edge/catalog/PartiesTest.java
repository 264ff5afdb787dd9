package openclaw.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartiesTest {
    private static final String STATED = """
            tenants:
              a: {customer: {name: Kunde GmbH, address: [Hauptstr. 1, Berlin], tax_id: DE1, email: k@example.com}}
              b: {billing: {seller: {name: Edge Inc.}}}
            billing:
              seller: {name: Edge AG, address: Wien, tax_id: AT1, payment_terms: 14 days, bank: [IBAN AT0, BIC X]}
            """;

    @Test
    void shouldReadWhoSellsAndWhoBuys() {
        Catalog catalog = CatalogTexts.of(STATED);
        assertThat(catalog.tenant("a").customer())
                .isEqualTo(new Party("Kunde GmbH", List.of("Hauptstr. 1", "Berlin"), "DE1", "k@example.com"));
        assertThat(catalog.tenant("b").customer()).isEqualTo(Party.UNKNOWN);
        assertThat(catalog.tenant("a").billing().seller())
                .isEqualTo(new Seller(
                        new Party("Edge AG", List.of("Wien"), "AT1", ""), "14 days", List.of("IBAN AT0", "BIC X")));
        assertThat(catalog.tenant("b").billing().seller())
                .isEqualTo(new Seller(new Party("Edge Inc.", List.of(), "", ""), "", List.of()));
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertThat(CatalogTexts.problems("""
                        tenants:
                          a: {customer: {address: [x]}}
                          b: {customer: {name: "b\\u0007", vat: 1}}
                        billing: {seller: {name: s, bank: [1, 2, 3, 4, 5, 6, 7, 8, 9]}}
                        """))
                .anyMatch(problem -> problem.contains("customer.name"))
                .anyMatch(problem -> problem.contains("on one line"))
                .anyMatch(problem -> problem.contains("'vat'"))
                .anyMatch(problem -> problem.contains("at most 8 lines"));
    }

    @Test
    void shouldKeepTheHashOfCatalogsWithoutThem() {
        assertThat(CatalogTexts.of("tenants: [{id: t, subscription_fee: 1}]\nbilling: {currency: EUR}\n")
                        .sha256())
                .isEqualTo("202d6879dfe7853ad2c0b2f146d70d44851b7e77313a49a61ba51d5b435a66bf");
        assertThat(List.of(
                        CatalogTexts.of(STATED).sha256(),
                        CatalogTexts.of(STATED.replace("Edge AG", "Edge SE")).sha256(),
                        CatalogTexts.of(STATED.replace("Kunde GmbH", "Kunde AG"))
                                .sha256()))
                .doesNotHaveDuplicates();
    }
}
