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
    void shouldReadWhatElectronicInvoicesNeed() {
        Catalog catalog = CatalogTexts.of("""
                tenants:
                  a: {customer: {name: K, address: [Weg 1], postcode: 0150, city: Oslo, country: NO, registration: 12 a}}
                billing:
                  seller: {name: S, payment_days: 14, iban: AT61 1904 3002 3457 3201, bic: BKAUATWW}
                """);
        Party customer = catalog.tenant("a").customer();
        assertThat(customer).isEqualTo(new Party("K", List.of("Weg 1"), "0150", "Oslo", "NO", "", "12 a", ""));
        assertThat(customer.postalLines()).containsExactly("Weg 1", "0150 Oslo", "NO");
        assertThat(catalog.tenant("a").billing().seller())
                .isEqualTo(new Seller(
                        new Party("S", List.of(), "", ""), "", 14, "AT611904300234573201", "BKAUATWW", List.of()));
        assertThat(CatalogTexts.problems("""
                        tenants: {a: {customer: {name: K, country: Norway}}}
                        billing:
                          seller: {name: S, payment_days: -1, iban: AT61 1904 3002 3457 3202, bic: X, country: XX}
                        """))
                .anyMatch(problem ->
                        problem.contains("customer.country: expected an ISO 3166 code of two capital letters"))
                .anyMatch(problem -> problem.contains("seller.payment_days: expected a whole number from 0 to 366"))
                .anyMatch(problem -> problem.contains("seller.iban: expected an IBAN, whose check digits fit"))
                .anyMatch(problem -> problem.contains("seller.bic: expected 8 or 11"))
                .anyMatch(problem -> problem.contains("seller.country: expected an ISO 3166 code"));
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
                .anyMatch(problem -> problem.contains("without control characters"))
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
