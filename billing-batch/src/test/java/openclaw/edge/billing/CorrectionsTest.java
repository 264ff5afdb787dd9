package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What corrections say of taxes and credits. */
class CorrectionsTest {
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5, overage_rate: 0.5, tax: {name: VAT, percent: 19}}
            tenants:
              - {id: acme, plan: pro, customer: {name: Kunde GmbH, country: DE}}
            billing: {seller: {name: Edge AG, country: AT, tax_id: ATU1, payment_days: 14}}
            items:
              - {id: c1, kind: credit, tenant: acme, date: 2026-10-22, amount: 20, description: Voucher}
            """;
    private static final String SEPTEMBER = CATALOG.replace("2026-10-22", "2026-09-22");
    private static final String LATE =
            "  - {id: c2, kind: credit, tenant: acme, date: 2026-09-23, amount: 7, description: Apology}\n";
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");

    @TempDir
    Path dir;

    private Path journal;

    @BeforeEach
    void write() {
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1, () -> OCTOBER)) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 7);
            node.request(0, "acme", ns("2026-09-10T12:00:00Z"), 7);
        }
    }

    private String run(String command, String catalog, String cycle, String... more) throws IOException {
        Path file = Files.writeString(dir.resolve("billing.yaml"), catalog);
        List<String> args = new ArrayList<>(List.of(command, "--catalog", file.toString(), "--cycle", cycle));
        args.addAll(List.of(
                "--journal", journal.toString(), "--out", dir.resolve("out").toString()));
        args.addAll(List.of("--store", dir.resolve("billing.db").toString()));
        args.addAll(List.of(more));
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
        return run.out();
    }

    private void finish(String catalog, String cycle, String date, String... more) throws IOException {
        List<String> args = new ArrayList<>(List.of("--issue-date", date));
        args.addAll(List.of(more));
        run("finalize", catalog, cycle, args.toArray(String[]::new));
    }

    private String text(String name) throws IOException {
        return Files.readString(dir.resolve("out").resolve(name));
    }

    @Test
    void shouldCarryACreditThatCameLateToTheNextInvoice() throws IOException {
        finish(SEPTEMBER, "2026-09", "2026-10-02");
        assertThat(text("2026-09/acme.json")).contains("\"amount_due\":\"39.50\"");
        finish(SEPTEMBER + LATE, "2026-09", "2026-10-03");
        assertThat(text("2026-09/correction-1/acme.json"))
                .contains("\"kind\":\"correction\"", "\"total\":\"0.00\"", "\"amount_due\":\"0.00\"")
                .contains("\"credit_carried_forward\":\"7.00\"", "\"id\":\"c2\"", "\"description\":\"Apology\"");
        assertThat(text("2026-09/correction-1/acme.csv")).contains("Credit carried forward,,,7.00");
        finish(SEPTEMBER + LATE, "2026-09", "2026-10-03");
        assertThat(dir.resolve("out/2026-09/correction-2")).doesNotExist();

        finish(SEPTEMBER + LATE, "2026-10", "2026-11-02");
        assertThat(text("2026-10/acme.json"))
                .contains("\"credit_brought_forward\":\"7.00\"", "\"total\":\"59.50\"", "\"amount_due\":\"52.50\"");
        String later = LATE + LATE.replace("c2", "c3").replace("Apology", "Once more");
        finish(SEPTEMBER + later, "2026-09", "2026-11-03");
        assertThat(text("2026-09/correction-2/acme.json"))
                .contains("\"id\":\"c3\"")
                .doesNotContain("\"id\":\"c2\"");
        finish(SEPTEMBER + later, "2026-10", "2026-11-03");
        assertThat(dir.resolve("out/2026-10/correction-1"))
                .as("what is final knows no later credit")
                .doesNotExist();
        assertThat(run("verify", SEPTEMBER + LATE, "2026-10")).contains("all as finalized");
    }

    /** A journal of one request that nobody had seen before. */
    private String late(String node, long tokens) {
        return late(node, ns("2026-09-20T12:00:00Z"), tokens);
    }

    private String late(String node, long admittedNs, long tokens) {
        try (Node late = new Node(dir.resolve(node), node, 1, () -> OCTOBER)) {
            late.request(0, "acme", admittedNs, tokens);
            return late.journal().toString();
        }
    }

    /**
     * By hand, of a voucher of 100.00:
     *
     * <pre>
     *   September   49.00 + 2 x 0.50 = 50.00, + 19 % =  59.50   pays  59.50   due  0.00   left 40.50
     *   20 late     20 x 0.50        = 10.00, + 19 % =  11.90   pays  11.90   due  0.00   left 28.60
     *   60 late     60 x 0.50        = 30.00, + 19 % =  35.70   pays  28.60   due  7.10   left  0.00
     *   October     49.00 + 2 x 0.50 = 50.00, + 19 % =  59.50   pays   0.00   due 59.50   left  0.00
     *                                                  166.60 = 100.00      +     66.60
     * </pre>
     */
    @Test
    void shouldPayCorrectionsWithTheCreditThatIsLeftFirst() throws IOException {
        String catalog = SEPTEMBER.replace("amount: 20", "amount: 100");
        finish(catalog, "2026-09", "2026-10-02");
        assertThat(text("2026-09/acme.json"))
                .contains("\"total\":\"59.50\"", "\"amount_due\":\"0.00\"", "\"credit_carried_forward\":\"40.50\"");
        String first = late("b", 20);
        finish(catalog, "2026-09", "2026-10-03", "--journal", first, "--facturx");
        assertThat(text("2026-09/correction-1/acme.json"))
                .contains("\"kind\":\"correction\"", "\"total\":\"11.90\"", "\"credit_brought_forward\":\"40.50\"")
                .contains("\"credit_carried_forward\":\"28.60\"", "\"amount_due\":\"0.00\"");
        assertThat(text("2026-09/correction-1/acme.csv"))
                .contains("Total,,,11.90", "Credit brought forward,,,-11.90", "Amount due,,,0.00")
                .contains("Credit carried forward,,,28.60");
        String second = late("c", 60);
        finish(catalog, "2026-09", "2026-10-04", "--journal", first, "--journal", second, "--facturx");
        assertThat(text("2026-09/correction-2/acme.json"))
                .contains("\"total\":\"35.70\"", "\"credit_brought_forward\":\"28.60\"")
                .contains("\"credit_carried_forward\":\"0.00\"", "\"amount_due\":\"7.10\"");
        assertThat(text("2026-09/correction-2/acme.csv"))
                .contains("Credit brought forward,,,-28.60", "Amount due,,,7.10")
                .doesNotContain("Credit carried forward");
        String[] all = {"--journal", first, "--journal", second};
        finish(catalog, "2026-10", "2026-11-02", all);
        assertThat(text("2026-10/acme.json"))
                .contains("\"total\":\"59.50\"", "\"amount_due\":\"59.50\"")
                .doesNotContain("credit_brought_forward");
        assertThat(run("verify", catalog, "2026-09", all)).contains("all as finalized");
        assertThat(run("verify", catalog, "2026-10", all)).contains("all as finalized");
    }

    /** 150.00 - 58.31 for August - 59.50 for September = 32.19, of which a correction to August takes 11.90. */
    @Test
    void shouldPayACorrectionWithWhatLaterCyclesHaveLeft() throws IOException {
        String catalog = CATALOG.replace("amount: 20", "amount: 150").replace("2026-10-22", "2026-08-22");
        finish(catalog, "2026-08", "2026-09-02");
        finish(catalog, "2026-09", "2026-10-02");
        assertThat(text("2026-09/acme.json"))
                .contains("\"credit_brought_forward\":\"91.69\"", "\"credit_carried_forward\":\"32.19\"");
        String late = late("b", ns("2026-08-20T12:00:00Z"), 25);
        String credited = catalog + LATE.replace("2026-09-23", "2026-08-23");
        finish(credited, "2026-08", "2026-10-03", "--journal", late);
        assertThat(text("2026-08/correction-1/acme.json"))
                .as("what came late itself, 7.00, is carried")
                .contains("\"credit_brought_forward\":\"32.19\"", "\"credit_carried_forward\":\"27.29\"")
                .contains("\"id\":\"c2\"", "\"total\":\"11.90\"", "\"amount_due\":\"0.00\"");
        finish(credited, "2026-10", "2026-11-02", "--journal", late);
        assertThat(text("2026-10/acme.json"))
                .contains("\"total\":\"59.50\"", "\"credit_brought_forward\":\"27.29\"", "\"amount_due\":\"32.21\"");
        for (String cycle : List.of("2026-09", "2026-10")) {
            assertThat(run("verify", credited, cycle, "--journal", late))
                    .as(cycle)
                    .contains("all as finalized");
        }
    }

    @Test
    void shouldMakeCorrectionsOfAnEarlierRatingAnewByItsRule() throws Exception {
        String catalog = SEPTEMBER.replace("amount: 20", "amount: 100");
        finish(catalog, "2026-09", "2026-10-02");
        String late = late("b", 20);
        finish(catalog, "2026-09", "2026-10-03", "--journal", late);
        assertThat(run("verify", catalog, "2026-09", "--journal", late)).contains("all as finalized");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("billing.db"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE finalizations SET rating_version = 3 WHERE revision = 1"))
                    .isEqualTo(1);
        }
        List<String> args = new ArrayList<>(List.of("verify", "--cycle", "2026-09", "--journal", journal.toString()));
        args.addAll(List.of("--catalog", dir.resolve("billing.yaml").toString(), "--journal", late));
        args.addAll(List.of("--out", dir.resolve("out").toString()));
        args.addAll(List.of("--store", dir.resolve("billing.db").toString()));
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out())
                .as("by the earlier rule it would have been due in full")
                .contains("its bytes differ");
    }

    @Test
    void shouldNameTheTaxesOfACorrection() throws IOException {
        finish(CATALOG, "2026-10", "2026-11-02");
        String outage =
                "  - {id: d1, kind: dispute, tenant: acme, invoice: INV-2026-000001, date: 2026-10-30, amount: 10,"
                        + " description: Outage}\n";
        finish(CATALOG + outage, "2026-10", "2026-12-02", "--facturx");
        assertThat(text("2026-10/correction-1/acme.json"))
                .contains("\"taxes\":[{\"amount\":\"-1.90\",\"base\":\"-10.00\",\"name\":\"VAT\",\"percent\":\"19\"}]");
        assertThat(text("2026-10/correction-1/acme.csv")).contains("VAT 19 % of -10.00,,,-1.90");
    }

    @Test
    void shouldTakeLinesBackAtTheOldTaxAndAddThemAtTheNewOne() throws IOException {
        finish(CATALOG, "2026-10", "2026-11-02");
        String taxed = CATALOG.replace("percent: 19", "percent: 20");
        finish(taxed, "2026-10", "2026-12-02", "--facturx", "--accept-catalog-change");
        assertThat(text("2026-10/correction-1/acme.json"))
                .contains("{\"amount\":\"-9.50\",\"base\":\"-50.00\",\"name\":\"VAT\",\"percent\":\"19\"}")
                .contains("{\"amount\":\"10.00\",\"base\":\"50.00\",\"name\":\"VAT\",\"percent\":\"20\"}")
                .contains("\"net\":\"0.00\"", "\"total\":\"0.50\"");
        finish(taxed, "2026-10", "2026-12-03", "--facturx");
        assertThat(dir.resolve("out/2026-10/correction-2")).as("the same again").doesNotExist();
        finish(CATALOG, "2026-10", "2026-12-04", "--facturx", "--accept-catalog-change");
        assertThat(text("2026-10/correction-2/acme.json")).contains("\"kind\":\"credit_note\"", "\"total\":\"-0.50\"");
    }

    @Test
    void shouldRefuseAndNameWhatTheCatalogAloneChanges() throws IOException {
        finish(CATALOG, "2026-10", "2026-11-02");
        for (String edited : List.of(
                CATALOG.replace("overage_rate: 0.5", "overage_rate: 0.25"),
                CATALOG.replace("percent: 19", "percent: 7"),
                CATALOG.replace("country: AT, ", "").replace("percent: 19", "percent: 7"))) {
            Run run = again(edited);
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out())
                    .contains(
                            "the catalog has changed what is final of cycle 2026-10",
                            "  tenant acme: -",
                            "INV-2026-000001");
            assertThat(run.err()).contains("--accept-catalog-change");
            assertThat(dir.resolve("out/2026-10/correction-1")).doesNotExist();
        }
        String edited = CATALOG.replace("overage_rate: 0.5", "overage_rate: 0.25");
        Run accepted = again(edited, "--accept-catalog-change");
        assertThat(accepted.exitCode()).as(accepted.err()).isZero();
        assertThat(accepted.out()).contains("tenant acme: -0.59 USD to INV-2026-000001");
        assertThat(text("2026-10/correction-1/acme.json")).contains("\"total\":\"-0.59\"");
        String item = "  - {id: x, tenant: acme, date: 2026-10-25, amount: 3, description: Setup}\n";
        Run late = again(edited + item);
        assertThat(late.exitCode()).as(late.err() + late.out()).isZero();
        assertThat(late.out()).doesNotContain("has changed");
        assertThat(text("2026-10/correction-2/acme.json")).contains("\"total\":\"3.57\"");
        assertThat(again(edited + item).out()).contains("1 corrections, 1 credit notes");
    }

    private Run again(String catalog, String... more) throws IOException {
        Path file = Files.writeString(dir.resolve("billing.yaml"), catalog);
        List<String> args = new ArrayList<>(List.of("finalize", "--catalog", file.toString(), "--cycle", "2026-10"));
        args.addAll(List.of(
                "--journal", journal.toString(), "--out", dir.resolve("out").toString()));
        args.addAll(List.of("--store", dir.resolve("billing.db").toString(), "--issue-date", "2026-12-02"));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }
}
