package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finalize --pdf}: what is printed is what is final, the same bytes whenever it is printed. */
class FinalPdfTest {
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5, overage_rate: 0.5, tax: {name: VAT, percent: 19}}
            tenants:
              - {id: acme, plan: pro, customer: {name: Kunde GmbH, address: [Berlin]}}
              - {id: bolt, plan: pro}
            billing: {seller: {name: Edge AG, address: [Wien]}}
            """;
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");

    @TempDir
    Path dir;

    private void finish(String catalog, String date, Path... journals) throws IOException {
        Path file = Files.writeString(dir.resolve("billing.yaml"), catalog);
        List<String> args = new ArrayList<>(List.of("finalize", "--catalog", file.toString(), "--cycle", "2026-10"));
        args.addAll(List.of(
                "--pdf",
                "--issue-date",
                date,
                "--store",
                dir.resolve("billing.db").toString()));
        args.addAll(List.of("--out", dir.resolve("out").toString()));
        for (Path journal : journals) {
            args.addAll(List.of("--journal", journal.toString()));
        }
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private String text(String name) throws IOException {
        try (PDDocument document =
                Loader.loadPDF(Files.readAllBytes(dir.resolve("out/2026-10").resolve(name)))) {
            return new PDFTextStripper().getText(document);
        }
    }

    @Test
    void shouldPrintInvoicesCorrectionsAndCreditNotesAgainToTheByte() throws IOException {
        Path first;
        Path late;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1, () -> OCTOBER)) {
            first = node.journal();
            node.request(0, "acme", OCTOBER, 7);
        }
        try (Node node = new Node(dir.resolve("b"), "edge-b", 1, () -> OCTOBER)) {
            late = node.journal();
            node.request(0, "acme", OCTOBER, 4);
        }
        finish(CATALOG, "2026-11-02", first);
        finish(
                CATALOG + "items: [{id: d, kind: dispute, tenant: bolt, date: 2026-10-09, invoice: INV-1, amount: 9,"
                        + " description: Outage}]\n",
                "2026-12-02",
                first,
                late);
        String invoice = text("acme.pdf");
        assertThat(invoice)
                .contains(
                        "Invoice", "INV-2026-000001", "2026-11-02", "2026-10-01 to 2026-10-31", "Edge AG", "Kunde GmbH")
                .contains("Amount due (USD)", "59.50")
                .doesNotContain("DRAFT", "Draft");
        Matcher figures = Pattern.compile(
                        "\"(?:amount|quantity|unit_price|base|net|tax|total|amount_due)\":\"([^\"]+)\"")
                .matcher(Files.readString(dir.resolve("out/2026-10/acme.json")));
        int count = 0;
        for (; figures.find(); count++) {
            assertThat(invoice).contains(figures.group(1));
        }
        assertThat(count).isGreaterThan(10);
        assertThat(text("correction-1/acme.pdf"))
                .contains(
                        "Correction",
                        "INV-2026-000003",
                        "To invoice",
                        "INV-2026-000001",
                        "2026-12-02",
                        "Kunde GmbH",
                        "2.38");
        assertThat(text("correction-1/bolt.pdf"))
                .contains(
                        "Credit note",
                        "CN-2026-000001",
                        "To invoice",
                        "INV-2026-000002",
                        "Given back (USD)",
                        "10.71",
                        "-10.71");

        Run again = Run.of(
                "report",
                "--pdf",
                "--store",
                dir.resolve("billing.db").toString(),
                "--out",
                dir.resolve("again").toString());
        assertThat(again.exitCode()).as(again.err()).isZero();
        for (String name : List.of("acme.pdf", "bolt.pdf", "correction-1/acme.pdf", "correction-1/bolt.pdf")) {
            assertThat(dir.resolve("again/2026-10").resolve(name))
                    .hasSameBinaryContentAs(dir.resolve("out/2026-10").resolve(name));
        }
    }
}
