package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mustangproject.validator.ZUGFeRDValidator;
import org.xml.sax.SAXException;

/** {@code finalize --facturx}: what Mustang's validator (veraPDF, the schema and the rules of EN 16931) says of what is printed. */
class FacturXTest {
    private static final String SELLER = """
            name: Edge AG
                address: [Hauptstr. 1, 2. Stock, Hof, links]
                postcode: 1010
                city: Wien
                country: AT
                tax_id: ATU12345678
                registration: FN 123456 a
                email: bills@example.com
                payment_days: 14
                payment_terms: Payable within 14 days
                iban: AT61 1904 3002 3457 3201
                bic: BKAUATWWXXX
            """;
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5, overage_rate: 0.005, tax: {name: VAT, percent: 20}}
              tiered:
                monthly_quota: 1
                minimum_commitment: 100
                tiers: {steps: [{up_to: 3, unit_price: 0.0133}, {unit_price: 0.004, flat_fee: 5}]}
                tax: [{tax: {name: VAT, percent: 20}}, {tax: {name: VAT, percent: 13}, from: 2026-10-16}]
              packed: {package: {size: 3, price: 0.07}, tax: {exempt: Reverse charge, category: AE}}
              zero: {subscription_fee: 7, tax: {name: VAT, percent: 0}}
              free: {subscription_fee: 8, tax: {exempt: Education}}
              export: {subscription_fee: 9, tax: {exempt: Export, category: G}}
              outside: {subscription_fee: 10, tax: {exempt: Not subject to VAT, category: O}}
            tenants:
              - {id: acme, plan: pro, customer: {name: "Kunde & <Söhne> GmbH", address: [Weg 1], country: DE, tax_id: DE123456789}}
              - {id: bolt, plan: pro, customer: {name: Bolt, country: AT}}
              - {id: tier, plan: tiered, begins: 2026-10-08, customer: {name: Tier, country: AT}}
              - {id: pack, plan: packed, customer: {name: Pack S.A., city: Łódź, postcode: 90-001, country: PL, tax_id: PL1234567890}}
              - {id: zero, plan: zero, customer: {name: Zero, country: NO}}
              - {id: free, plan: free, customer: {name: Free, country: AT}}
              - {id: exp, plan: export, customer: {name: Exp Inc., country: US, tax_id: 12-345}}
              - {id: out, plan: outside, customer: {name: Out, country: CH, tax_id: CHE123}}
              - {id: none, customer: {name: None, country: AT}}
            billing:
              currency: EUR
              seller:
                %s
            items:
              - {id: setup, tenant: bolt, date: 2026-10-20, amount: 250, description: "Setup, once"}
              - {id: d1, kind: dispute, tenant: bolt, date: 2026-10-21, invoice: OLD-7, amount: 12.50, description: Twice}
              - {id: c1, kind: credit, tenant: acme, date: 2026-10-22, amount: 20, description: Voucher}
            """.formatted(SELLER);
    private static final List<String> ELECTRONIC = List.of(
            "acme",
            "bolt",
            "exp",
            "free",
            "out",
            "pack",
            "tier",
            "zero",
            "correction-1/acme",
            "correction-1/bolt",
            "correction-1/tier");
    private static final String OUTAGE =
            "  - {id: b-1, kind: dispute, tenant: bolt, invoice: INV-2026-000002, date: 2026-10-30, amount: 9,"
                    + " description: Outage}\n";
    private static final long OCTOBER = ns("2026-10-20T12:00:00Z");

    @TempDir
    Path dir;

    private Run finish(String catalog, String date, Path... journals) throws IOException {
        Path file = Files.writeString(dir.resolve("billing.yaml"), catalog);
        List<String> args = new ArrayList<>(List.of("finalize", "--facturx", "--cycle", "2026-10"));
        args.addAll(List.of("--catalog", file.toString(), "--issue-date", date));
        args.addAll(List.of("--store", dir.resolve("billing.db").toString()));
        args.addAll(List.of("--out", dir.resolve("out").toString()));
        for (Path journal : journals) {
            args.addAll(List.of("--journal", journal.toString()));
        }
        return Run.of(args.toArray(String[]::new));
    }

    private Path journal(String name, String... tenants) {
        try (Node node = new Node(dir.resolve(name), name, 1, () -> OCTOBER)) {
            for (String tenant : tenants) {
                node.request(0, tenant, OCTOBER, 7);
            }
            return node.journal();
        }
    }

    private byte[] pdf(String name) throws IOException {
        return Files.readAllBytes(dir.resolve("out/2026-10").resolve(name + ".pdf"));
    }

    private String xml(String name) throws IOException {
        try (PDDocument document = Loader.loadPDF(pdf(name))) {
            PDDocumentNameDictionary names = document.getDocumentCatalog().getNames();
            return names == null
                    ? null
                    : new String(
                            names.getEmbeddedFiles()
                                    .getNames()
                                    .get("factur-x.xml")
                                    .getEmbeddedFile()
                                    .toByteArray(),
                            StandardCharsets.UTF_8);
        }
    }

    private Path path(String name) {
        return dir.resolve("out/2026-10").resolve(name + ".pdf");
    }

    private static void assertValid(Path pdf) {
        ZUGFeRDValidator validator = new ZUGFeRDValidator();
        String report = validator.validate(pdf.toString());
        assertThat(report)
                .contains("<summary status=\"valid\"/>", "urn:cen.eu:en16931:2017", "flavour=3b", "isCompliant=true")
                .doesNotContain("<error", "<warning");
        assertThat(validator.wasCompletelyValid()).isTrue();
    }

    private void finishTwice() throws IOException {
        Path first = journal("edge-a", "acme", "bolt", "pack", "pack", "tier");
        Run run = finish(CATALOG, "2026-11-02", first);
        assertThat(run.exitCode()).as(run.err()).isZero();
        Path late = journal("edge-b", "acme", "pack", "tier");
        Run again = finish(CATALOG + OUTAGE, "2026-12-02", first, late);
        assertThat(again.exitCode()).as(again.err()).isZero();
    }

    /** Texts of all elements of a name, in their order. */
    private static List<BigDecimal> figures(String xml, String element) {
        List<BigDecimal> figures = new ArrayList<>();
        Matcher matcher =
                Pattern.compile("<ram:" + element + "(?: [^>]*)?>([^<]*)<").matcher(xml);
        while (matcher.find()) {
            figures.add(new BigDecimal(matcher.group(1)));
        }
        return figures;
    }

    private static BigDecimal sum(List<BigDecimal> figures) {
        return figures.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal only(String xml, String element) {
        assertThat(figures(xml, element)).as(element).hasSize(1);
        return figures(xml, element).get(0);
    }

    /** The schema of the profile, as the validator's jar has it. */
    private static Validator schema() throws SAXException {
        URL file = ZUGFeRDValidator.class.getResource("/schema/ZF_240/EN16931/FACTUR-X_EN16931.xsd");
        return SchemaFactory.newDefaultInstance().newSchema(file).newValidator();
    }

    /** What BR-CO-10 and 13 to 17 say of sums, and that quantity times price is each line's amount. */
    private static void assertAddsUp(String xml) {
        List<BigDecimal> lines = figures(xml, "LineTotalAmount");
        BigDecimal net = lines.remove(lines.size() - 1);
        assertThat(sum(lines)).isEqualByComparingTo(net);
        assertThat(only(xml, "TaxBasisTotalAmount")).isEqualByComparingTo(net);
        assertThat(sum(figures(xml, "BasisAmount"))).isEqualByComparingTo(net);
        assertThat(sum(figures(xml, "CalculatedAmount"))).isEqualByComparingTo(only(xml, "TaxTotalAmount"));
        BigDecimal total = net.add(only(xml, "TaxTotalAmount"));
        assertThat(only(xml, "GrandTotalAmount")).isEqualByComparingTo(total);
        assertThat(only(xml, "DuePayableAmount").add(sum(figures(xml, "TotalPrepaidAmount"))))
                .isEqualByComparingTo(total);
        List<BigDecimal> quantities = figures(xml, "BilledQuantity");
        List<BigDecimal> prices = figures(xml, "ChargeAmount");
        for (int i = 0; i < lines.size(); i++) {
            assertThat(prices.get(i)).isNotNegative();
            assertThat(quantities.get(i).multiply(prices.get(i)).setScale(2, RoundingMode.HALF_UP))
                    .isEqualByComparingTo(lines.get(i));
        }
    }

    @Test
    void shouldEncloseInvoicesThatAddUp() throws IOException, SAXException {
        finishTwice();
        Validator schema = schema();
        for (String name : ELECTRONIC) {
            assertAddsUp(xml(name));
            schema.validate(new StreamSource(new StringReader(xml(name))));
        }
        assertThat(xml("none")).as("an invoice without lines").isNull();
        assertThat(xml("correction-1/pack"))
                .as("usage within a started package")
                .isNull();
        assertThat(xml("acme"))
                .contains(
                        "<ram:TypeCode>380<", "Kunde &amp; &lt;Söhne&gt; GmbH", ">AT611904300234573201<", ">20261116<")
                .contains("<ram:LineThree>Hof, links<", "<ram:TotalPrepaidAmount>20.00<")
                .doesNotContain("InvoiceReferencedDocument");
        assertThat(xml("correction-1/acme")).contains("<ram:TypeCode>384<", ">INV-2026-000001<", ">20261102<");
        assertThat(xml("correction-1/bolt"))
                .contains("<ram:TypeCode>381<", "<ram:GrandTotalAmount>10.80<", ">INV-2026-000002<");
        assertThat(xml("pack")).contains("<ram:CategoryCode>AE<", "<ram:ExemptionReason>Reverse charge<");
        assertThat(xml("out")).contains("<ram:CategoryCode>O<").doesNotContain("RateApplicable", "schemeID=\"VA\"");
        assertThat(xml("exp")).contains("<ram:CategoryCode>G<");
        assertThat(xml("zero")).contains("<ram:CategoryCode>Z<", "<ram:CountryID>NO<");
        assertThat(xml("tier")).contains(">13<", ">20<", "Up to the minimum commitment");
        try (PDDocument document = Loader.loadPDF(Files.readAllBytes(path("acme")))) {
            assertThat(new PDFTextStripper().getText(document))
                    .contains("1010 Wien", "Registration: FN 123456 a", "IBAN AT61 1904 3002 3457 3201", "2026-11-16");
        }

        Run report = Run.of(
                "report",
                "--facturx",
                "--store",
                dir.resolve("billing.db").toString(),
                "--out",
                dir.resolve("again").toString());
        assertThat(report.exitCode()).as(report.err()).isZero();
        for (String name : ELECTRONIC) {
            assertThat(dir.resolve("again/2026-10").resolve(name + ".pdf")).hasSameBinaryContentAs(path(name));
        }
    }

    @Test
    @Tag("nightly")
    void shouldEncloseInvoicesOfAllKindsThatValidatorsAccept() throws IOException {
        finishTwice();
        ELECTRONIC.forEach(name -> assertValid(path(name)));
    }

    @Test
    void shouldNameTenantAndKeyOfWhatIsLackingAndWriteNothing() throws IOException {
        Path first = journal("edge-a", "acme", "pack");
        String lacking = CATALOG.replace("country: DE, ", "")
                .replace("country: AT\n    tax_id: ATU12345678", "country: AT\n    tax_id: 12/345")
                .replace("    registration: FN 123456 a\n", "")
                .replace("    payment_days: 14\n    payment_terms: Payable within 14 days\n", "")
                .replace(", tax_id: PL1234567890", "")
                .replace(", tax: {exempt: Education}", "")
                .replace("{name: VAT, percent: 0}", "{rates: [{name: GST, percent: 5}, {name: QST, percent: 9.975}]}");
        Run run = finish(lacking, "2026-11-02", first);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("tenant acme: customer.country is not stated")
                .contains(
                        "tenant acme, bolt, exp, free, out, pack, tier, zero: billing.seller.registration, or a VAT identifier as billing.seller.tax_id")
                .contains(
                        "tenant acme, bolt, exp, free, out, pack, tier, zero: billing.seller.payment_days or billing.seller.payment_terms is not stated")
                .contains("tenant pack: customer.tax_id (a VAT identifier) or customer.registration is not stated")
                .contains("tenant exp: billing.seller.tax_id is no VAT identifier")
                .contains("tenant free: tax (a rate, or 'exempt' with its reason) is not stated for line 1")
                .contains("tenant zero: tax: line 1, 'Subscription, plan zero', bears 2 taxes")
                .contains("nothing was written");
        assertThat(dir.resolve("out")).doesNotExist();
        assertThat(dir.resolve("billing.db")).doesNotExist();

        Run kuwait = finish(CATALOG.replace("currency: EUR", "currency: KWD"), "2026-11-02", first);
        assertThat(kuwait.err())
                .contains("tenant acme, bolt, exp, free, out, pack, tier, zero: billing.currency: KWD has 3 decimals");
        assertThat(dir.resolve("billing.db")).doesNotExist();
    }
}
