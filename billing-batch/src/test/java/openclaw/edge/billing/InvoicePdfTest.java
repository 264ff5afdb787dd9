package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import openclaw.edge.billing.pdf.SheetPrinter;
import openclaw.edge.catalog.Sha256;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code invoice --pdf}: what is printed is what the JSON says. */
class InvoicePdfTest {
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 4900.00, monthly_quota: 5_000, overage_rate: 0.002, tax: {name: VAT, percent: 19}}
            tenants:
              - {id: tenant-a, plan: pro, customer: {name: Kunde GmbH, address: [Hauptstr. 1, 10115 Berlin], tax_id: DE1}}
              - {id: tenant-b, plan: pro, customer: {name: "上"}}
            items:
              - {id: c1, kind: credit, tenant: tenant-a, date: 2026-11-02, amount: 1000, description: Goodwill}
            billing:
              time_zone: Europe/Berlin
              seller:
                name: Edge AG
                address: [Ring 5, 1010 Wien]
                tax_id: ATU1
                payment_terms: 14 days net
                bank: IBAN AT00
            """;

    @TempDir
    Path dir;

    private Path journal;

    @BeforeEach
    void writeJournal() {
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            node.request(0, "tenant-a", ns("2026-11-10T12:00:00Z"), 1_234_567);
        }
    }

    private Run invoice(String catalog, Path out, boolean pdf) throws IOException {
        Path file = Files.writeString(dir.resolve("billing.yaml"), catalog);
        List<String> args = new ArrayList<>(List.of("invoice", "--catalog", file.toString(), "--cycle", "2026-11"));
        args.addAll(List.of("--out", out.toString(), "--journal", journal.toString()));
        if (pdf) {
            args.add("--pdf");
        }
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static String text(Path pdf) throws IOException {
        try (PDDocument document = Loader.loadPDF(Files.readAllBytes(pdf))) {
            return new PDFTextStripper().getText(document);
        }
    }

    @Test
    void shouldPrintTheFiguresOfTheJson() throws IOException {
        Path out = dir.resolve("out");
        Run run = invoice(CATALOG, out, true);
        Path folder = out.resolve("2026-11");
        String text = text(folder.resolve("tenant-a.pdf"));
        String json = Files.readString(folder.resolve("tenant-a.json"));
        Matcher figures = Pattern.compile(
                        "\"(?:amount|quantity|unit_price|base|net|tax|total|amount_due|applied)\":\"([^\"]+)\"")
                .matcher(json);
        String ungrouped = text.replace(",", "");
        int count = 0;
        for (; figures.find(); count++) {
            assertThat(ungrouped).contains(figures.group(1));
        }
        // 4900 + 1,229,567 x 0.002 = 7359.13 (rounded); 19 % of that is 1398.23
        assertThat(count).isGreaterThanOrEqualTo(15);
        assertThat(text)
                .contains("1,229,567", "2,459.13", "7,359.13", "1,398.23", "8,757.36", "-1,000.00", "7,757.36")
                .contains(
                        "Edge AG", "Ring 5", "Tax ID: ATU1", "Kunde GmbH", "10115 Berlin", "Tax ID: DE1", "14 days net")
                .contains("2026-11-01 to 2026-11-30", "Europe/Berlin", "DRAFT-2026-11-tenant-a", "IBAN AT00", "1 of 1");
        assertThat(json)
                .contains(
                        "\"seller\":{\"address\":[\"Ring 5\",\"1010 Wien\"],\"bank\":[\"IBAN AT00\"],\"name\":\"Edge AG\"",
                        "\"customer\":{\"address\":[\"Hauptstr. 1\",\"10115 Berlin\"],\"name\":\"Kunde GmbH\",\"tax_id\":\"DE1\"}");
        assertThat(run.err())
                .contains("printed as a box in tenant-b.pdf: U+4E0A")
                .doesNotContain("no seller");
        assertThat(Files.readString(folder.resolve("manifest.json")))
                .contains(
                        "\"tenant-a.pdf\":\"" + Sha256.hex(Files.readAllBytes(folder.resolve("tenant-a.pdf"))) + "\"");
    }

    @Test
    void shouldGiveTheSameBytesAndWarnOnceOfNoSeller() throws IOException {
        String catalog = "tenants: [{id: a}, {id: b}, {id: tenant-a}]\n";
        Run run = invoice(catalog, dir.resolve("one"), true);
        invoice(catalog, dir.resolve("two"), true);
        assertThat(Run.files(dir.resolve("two"))).isEqualTo(Run.files(dir.resolve("one")));
        assertThat(Files.readAllBytes(dir.resolve("two/2026-11/a.pdf")))
                .isEqualTo(Files.readAllBytes(dir.resolve("one/2026-11/a.pdf")));
        assertThat(run.err().split("no seller on 3 PDF", -1)).hasSize(2);
    }

    @Test
    void shouldLoadNothingOfThePdfLibraryUnlessAskedFor() throws Exception {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(InvoicePdfTest::url)
                .toArray(URL[]::new);
        List<String> loaded = new ArrayList<>();
        Path file = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        try (URLClassLoader own = new OwnLoader(classPath, loaded)) {
            Method invoice = Class.forName("openclaw.edge.billing.Run", true, own)
                    .getDeclaredMethod("invoice", Path.class, Path.class, List.class);
            invoice.setAccessible(true);
            assertThat(invoice.invoke(null, file, dir.resolve("plain"), List.of(journal)))
                    .asString()
                    .contains("exitCode=0");
        }
        assertThat(dir.resolve("plain/2026-11/tenant-a.json")).exists();
        assertThat(dir.resolve("plain/2026-11/tenant-a.pdf")).doesNotExist();
        assertThat(loaded).contains("openclaw.edge.billing.invoice.InvoiceRun").noneMatch(InvoicePdfTest::isPdf);
    }

    private static boolean isPdf(String name) {
        return name.startsWith("org.apache.pdfbox")
                || name.startsWith("org.apache.fontbox")
                || name.startsWith(SheetPrinter.class.getPackageName() + ".");
    }

    private static URL url(String path) {
        try {
            return Path.of(path).toUri().toURL();
        } catch (IOException e) {
            throw new IllegalArgumentException(path, e);
        }
    }

    /** Loads billing and PDF classes itself, and remembers which. */
    private static final class OwnLoader extends URLClassLoader {
        private final List<String> loaded;

        OwnLoader(URL[] classPath, List<String> loaded) {
            super(classPath, InvoicePdfTest.class.getClassLoader());
            this.loaded = loaded;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("openclaw.edge.billing.") && !isPdf(name)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known == null) {
                    loaded.add(name);
                    known = findClass(name);
                }
                return known;
            }
        }
    }
}
