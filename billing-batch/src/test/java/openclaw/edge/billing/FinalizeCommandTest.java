package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import openclaw.edge.billing.store.Databases;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Journals of the real ledger, finalized through the command line into real databases. */
class FinalizeCommandTest {
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5_000, overage_rate: 0.002}
            tenants:
              - {id: acme, plan: pro}
              - {id: bolt, plan: pro}
              - {id: idle}
            """;
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");

    @TempDir
    Path dir;

    private Path catalog;
    private Path out;
    private String store;
    private String issueDate = "2026-11-02";
    private String cycle = "2026-10";

    @BeforeEach
    void writeCatalog() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        out = dir.resolve("invoices");
    }

    private Node node(String name) {
        return new Node(dir.resolve(name), name, 2, () -> OCTOBER - 1_000);
    }

    private Run run(List<Path> journals, String... more) {
        List<String> args = new ArrayList<>(List.of("finalize", "--catalog", catalog.toString(), "--cycle", cycle));
        args.addAll(List.of("--out", out.toString(), "--issue-date", issueDate));
        if (store != null) {
            args.addAll(List.of("--store", store));
        }
        journals.forEach(journal -> args.addAll(List.of("--journal", journal.toString())));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    private SortedMap<String, String> done(List<Path> journals, String... more) {
        Run run = run(journals, more);
        assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
        return Run.files(out);
    }

    private static List<String> rows(String store, String sql) throws SQLException {
        try (Connection connection = Databases.connect(store);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                StringBuilder text = new StringBuilder();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    text.append(i == 1 ? "" : "|").append(rows.getString(i));
                }
                texts.add(text.toString());
            }
            return texts;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldNumberInvoicesInTenantOrderAndKeepThemInTheStore(Databases database) throws SQLException {
        store = database.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 6_000);
            node.request(1, "bolt", OCTOBER, 1);
            node.end(0, node.open(0, "bolt", OCTOBER, 10, Phase.SENT), Outcome.TIMEOUT, 504, false);
            node.request(0, "acme", ns("2026-11-01T00:00:00Z"), 3);
        }
        SortedMap<String, String> files = done(List.of(journal));
        assertThat(files.keySet())
                .containsExactly(
                        "2026-10/acme.csv",
                        "2026-10/acme.json",
                        "2026-10/bolt.csv",
                        "2026-10/bolt.json",
                        "2026-10/idle.csv",
                        "2026-10/idle.json",
                        "2026-10/manifest.json",
                        "archives/2026-10/SHA256SUMS",
                        "archives/2026-10/acme.archive",
                        "archives/2026-10/bolt.archive",
                        "archives/2026-10/position");
        assertThat(files.get("2026-10/acme.json"))
                .contains(
                        "\"invoice_number\":\"INV-2026-000001\"",
                        "\"issue_date\":\"2026-11-02\"",
                        "\"kind\":\"invoice\"",
                        "\"total\":\"51.00\"");
        assertThat(files.get("2026-10/bolt.csv")).contains("INV-2026-000002,bolt,2026-10,USD,Total,,,49.00");
        assertThat(files.get("2026-10/manifest.json"))
                .contains("\"kind\":\"final\"", "\"complete\":true", "\"accepted_missing\":[]");
        assertThat(rows(store, "SELECT invoice_number, tenant_id, total_minor, tokens FROM invoices ORDER BY number"))
                .containsExactly(
                        "INV-2026-000001|acme|5100|6000", "INV-2026-000002|bolt|4900|1", "INV-2026-000003|idle|0|0");
        assertThat(rows(
                        store,
                        "SELECT invoice_number, line, quantity, unit_price, amount_minor FROM invoice_lines"
                                + " WHERE invoice_number = 'INV-2026-000001' ORDER BY line"))
                .containsExactly(
                        "INV-2026-000001|1|1|49.00|4900",
                        "INV-2026-000001|2|5000|0.00|0",
                        "INV-2026-000001|3|1000|0.002|200");
        assertThat(rows(
                        store,
                        "SELECT tenant_id, hour, agent, model, requests, exempt_requests, tokens FROM consumption"
                                + " ORDER BY tenant_id"))
                .containsExactly("acme|2026-10-10T12:00:00Z|||1|0|6000", "bolt|2026-10-10T12:00:00Z|||1|1|1");
        // The lane's third record belongs to November: only what is before it is settled.
        assertThat(rows(store, "SELECT lane, sequences, known_to, settled_to FROM cut_off_lanes ORDER BY lane"))
                .containsExactly("0|1-3|3|2", "1|1|1|1");
    }

    @ParameterizedTest
    @EnumSource
    void shouldChangeNothingWhenRunAgain(Databases database) throws IOException, SQLException {
        store = database.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 6_000);
        }
        SortedMap<String, String> first = done(List.of(journal));
        Files.writeString(out.resolve("2026-10/acme.json"), "spoiled");
        Files.delete(out.resolve("2026-10/manifest.json"));
        issueDate = "2027-01-05";
        assertThat(done(List.of(journal, journal))).isEqualTo(first);
        assertThat(rows(store, "SELECT count(*) FROM finalizations")).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource
    void shouldCorrectLateUsageLineByLineAndLeaveTheInvoiceAsItWas(Databases database) throws SQLException {
        store = database.newStore(dir);
        Path first;
        Path late;
        try (Node node = node("edge-a")) {
            first = node.journal();
            node.request(0, "acme", OCTOBER, 5_600);
            node.request(0, "bolt", OCTOBER, 10);
        }
        String life;
        try (Node node = node("edge-b")) {
            late = node.journal();
            life = node.life();
            node.request(1, "acme", OCTOBER, 400);
            node.request(1, "acme", OCTOBER, 600);
        }
        SortedMap<String, String> before = done(List.of(first));
        issueDate = "2026-12-01";
        SortedMap<String, String> after = done(List.of(late, first));
        // Documents are frozen; archives hold what was late too.
        before.keySet().removeIf(name -> name.startsWith("archives/"));
        assertThat(after).containsAllEntriesOf(before);
        assertThat(after.keySet())
                .filteredOn(name -> name.contains("correction"))
                .containsExactly(
                        "2026-10/correction-1/acme.csv",
                        "2026-10/correction-1/acme.json",
                        "2026-10/correction-1/manifest.json");
        // 600 x 0.002 = 1.20 was billed, 1,600 x 0.002 = 3.20 is owed.
        assertThat(after.get("2026-10/correction-1/acme.json").replaceAll("\"digest\":\"[0-9a-f]{32}\"", "D"))
                .isEqualTo("{\"billing_cycle_id\":\"2026-10\",\"corrects\":\"INV-2026-000001\",\"currency\":\"USD\","
                        + "\"invoice_number\":\"INV-2026-000004\",\"issue_date\":\"2026-12-01\",\"kind\":\"correction\","
                        + "\"lines\":[{\"amount\":\"2.00\",\"corrects\":{\"invoice_number\":\"INV-2026-000001\",\"line\":3},"
                        + "\"description\":\"Correction of INV-2026-000001, line 3: Tokens beyond the quota, plan pro\","
                        + "\"journal\":[{\"count\":2,D,\"from\":1,\"lane\":1,\"life\":\"" + life + "\",\"to\":2}],"
                        + "\"quantity\":\"1000\",\"unit_price\":\"0.002\"}],"
                        + "\"net\":\"2.00\",\"period\":{\"from\":\"2026-10-01T00:00:00Z\",\"time_zone\":\"UTC\",\"to\":\"2026-11-01T00:00:00Z\"},"
                        + "\"tax\":\"0.00\",\"tenant_id\":\"acme\",\"total\":\"2.00\",\"usage\":{\"exempt_requests\":0,\"in_doubt_requests\":0,"
                        + "\"requests\":2,\"tokens\":1000}}\n");
        assertThat(done(List.of(late, first))).isEqualTo(after);
        assertThat(rows(store, "SELECT sum(tokens), sum(requests) FROM invoices WHERE tenant_id = 'acme'"))
                .containsExactly("6600|3");
    }

    @ParameterizedTest
    @EnumSource
    void shouldCreditWhatBecameCheaper(Databases database) throws IOException, SQLException {
        store = database.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 6_000);
        }
        done(List.of(journal));
        Files.writeString(catalog, CATALOG.replace("subscription_fee: 49.00", "subscription_fee: 40.00"));
        SortedMap<String, String> files = done(List.of(journal));
        assertThat(files.get("2026-10/correction-1/acme.json"))
                .contains("\"invoice_number\":\"CN-2026-000001\"", "\"kind\":\"credit_note\"", "\"total\":\"-9.00\"");
        assertThat(rows(
                        store,
                        "SELECT invoice_number, corrects, total_minor FROM invoices WHERE kind <> 'invoice'"
                                + " ORDER BY invoice_number"))
                .containsExactly("CN-2026-000001|INV-2026-000001|-900", "CN-2026-000002|INV-2026-000002|-900");
        assertThat(done(List.of(journal))).isEqualTo(files);
    }

    @Test
    void shouldNotCreditForWantOfAJournal() {
        store = Databases.SQLITE.newStore(dir);
        Path first;
        Path second;
        String life;
        try (Node node = node("edge-a")) {
            first = node.journal();
            node.request("acme", OCTOBER);
        }
        try (Node node = node("edge-b")) {
            second = node.journal();
            life = node.life();
            node.request("acme", OCTOBER);
        }
        SortedMap<String, String> files = done(List.of(first, second));
        Run run = run(List.of(first));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(life + ":0:1  sequences 1 were there");
        assertThat(Run.files(out)).isEqualTo(files);
    }

    @Test
    void shouldNameWhatIsMissingAndFinalizeOnceItIsAccepted() throws IOException, SQLException {
        store = Databases.SQLITE.newStore(dir);
        Files.writeString(catalog, CATALOG + "edges: [edge-a, edge-z]\n");
        String life;
        Path killed;
        try (Node node = node("edge-a")) {
            life = node.life();
            node.request("acme", OCTOBER);
            killed = node.killedCopy(dir.resolve("killed")).resolve("journal");
        }
        Run run = run(List.of(killed));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "cycle 2026-10 cannot be finalized",
                        "edge-z:*:*  no journal of node edge-z",
                        life + ":*:end  node edge-a has neither ended (CLOSE) nor said (TICK)");
        assertThat(out).doesNotExist();
        assertThat(Path.of(store)).doesNotExist();
        assertThat(run(List.of(killed), "--accept-missing", "edge-z:*:*").exitCode())
                .isEqualTo(2);
        String[] all = {
            "--accept-missing", "edge-z:*:*", "--accept-missing", life + ":*:end", "--reason", "both burnt down"
        };
        String manifest = done(List.of(killed), all).get("2026-10/manifest.json");
        assertThat(manifest)
                .contains(
                        "\"complete\":false",
                        "{\"kind\":\"edge\",\"lane\":\"*\",\"reason\":\"both burnt down\",\"sequences\":\"*\",\"subject\":\"edge-z\"}",
                        "\"kind\":\"unfinished\"");
        // What was accepted stays accepted.
        assertThat(run(List.of(killed)).exitCode()).isZero();
    }

    @Test
    void shouldRefuseUsageThatNobodyWouldBeBilledForUntilItIsAccepted() throws IOException, SQLException {
        store = Databases.SQLITE.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request("acme", OCTOBER);
            node.request("nobody", OCTOBER);
        }
        Run run = run(List.of(journal));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("nobody:*:*  the catalog has no such tenant; it used ", " tokens in 1 requests");
        assertThat(Path.of(store)).doesNotExist();

        assertThat(done(List.of(journal), "--accept-missing", "nobody:*:*", "--reason", "a test tenant")
                        .get("2026-10/manifest.json"))
                .contains("\"complete\":false", "\"kind\":\"tenant\"", "\"reason\":\"a test tenant\"");
    }

    @Test
    void shouldGiveNoNumberTwiceWhereTheStoreWasLost() throws IOException, SQLException {
        store = Databases.SQLITE.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request("acme", OCTOBER);
        }
        Map<String, String> files = done(List.of(journal));

        store = Databases.SQLITE.newStore(Files.createDirectory(dir.resolve("other")));
        Run run = run(List.of(journal));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("2026-10: holds finalized invoices that this store does not know")
                .doesNotContain("\tat ");
        assertThat(Path.of(store)).doesNotExist();
        assertThat(Run.files(out)).isEqualTo(files);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryWhatIsLeftOfACreditToTheNextCycle(Databases database) throws IOException, SQLException {
        store = database.newStore(dir);
        Files.writeString(catalog, CATALOG + """
                items:
                  - {id: c1, kind: credit, tenant: acme, date: 2026-09-20, amount: 60, description: Goodwill}
                """);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 1);
        }
        cycle = "2026-09";
        assertThat(done(List.of(journal)).get("2026-09/acme.json"))
                .contains("\"amount_due\":\"0.00\"", "\"credit_carried_forward\":\"11.00\"");
        cycle = "2026-10";
        SortedMap<String, String> files = done(List.of(journal));
        assertThat(files.get("2026-10/acme.json"))
                .contains("\"credit_brought_forward\":\"11.00\"", "\"amount_due\":\"38.00\"");
        assertThat(files.get("2026-10/acme.csv"))
                .contains("INV-2026-000004,acme,2026-10,USD,Credit brought forward,,,-11.00");
        assertThat(done(List.of(journal))).isEqualTo(files);
        assertThat(rows(
                        store,
                        "SELECT invoice_number, carried_minor FROM invoices WHERE tenant_id = 'acme'"
                                + " ORDER BY invoice_number"))
                .containsExactly("INV-2026-000001|1100", "INV-2026-000004|0");
    }

    @Test
    void shouldRefuseACycleThatHasNotEnded() {
        store = Databases.SQLITE.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
        }
        Run run = Run.of(
                "finalize",
                "--catalog",
                catalog.toString(),
                "--journal",
                journal.toString(),
                "--cycle",
                "2150-01",
                "--store",
                store);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("cycle 2150-01 ends at 2150-02-01T00:00:00Z", "only what has ended can be final");
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeCyclesInTheirOrderAndDatesThatMayBe(Databases database) throws IOException, SQLException {
        store = database.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request("acme", OCTOBER);
        }
        for (String wrong : List.of("2026-02-30", "02.11.2026", "2026-11")) {
            issueDate = wrong;
            Run run = run(List.of(journal));
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("--issue-date: '" + wrong + "' is no date; expected YYYY-MM-DD");
            assertThat(run.err()).doesNotContain("Exception");
        }
        for (String wrong : List.of("0001-01-01", "2026-10-31", "9999-12-31")) {
            issueDate = wrong;
            Run run = run(List.of(journal));
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .contains("--issue-date " + wrong, "are dated from 2026-11-01, when it has ended, to 20");
        }
        assertThat(Databases.tables(store)).isEmpty();

        issueDate = "2026-11-01";
        cycle = "2026-08";
        done(List.of(journal));
        cycle = "2026-10";
        Run early = run(List.of(journal));
        assertThat(early.exitCode()).isEqualTo(1);
        assertThat(early.err()).contains("cycle 2026-10 cannot be finalized yet: 2026-09 is not final");
        cycle = "2026-07";
        issueDate = "2026-08-01";
        assertThat(run(List.of(journal)).err())
                .contains("cycle 2026-07 cannot be finalized any more: 2026-08, which is after it, is final");
        issueDate = "2026-11-01";
        cycle = "2026-09";
        done(List.of(journal));
        cycle = "2026-08";
        done(List.of(journal));
        assertThat(rows(store, "SELECT cycle FROM finalizations ORDER BY 1")).containsExactly("2026-08", "2026-09");
    }

    @Test
    void shouldNotTakeAnEmptyFileBesideTheInvoicesForTheirStore() throws IOException {
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
        }
        Files.createFile(Files.createDirectory(out).resolve("billing.db"));
        Run run = run(List.of(journal));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no store at " + out.resolve("billing.db"));
    }

    @Test
    void shouldRefuseWithoutAStoreAndUseTheOneBesideTheInvoicesOnceItIsThere() {
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request("acme", OCTOBER);
        }
        Run run = run(List.of(journal));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no store at " + out.resolve("billing.db"), "--store FILE");
        assertThat(out).doesNotExist();
        store = out.resolve("billing.db").toString();
        SortedMap<String, String> files = withoutStore(done(List.of(journal)));
        store = null;
        assertThat(withoutStore(done(List.of(journal)))).isEqualTo(files);
    }

    @Test
    void shouldNotPutDraftsInTheirPlace() {
        store = Databases.SQLITE.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request("acme", OCTOBER);
        }
        SortedMap<String, String> files = done(List.of(journal));
        Run draft = Run.of(
                "invoice",
                "--catalog",
                catalog.toString(),
                "--journal",
                journal.toString(),
                "--cycle",
                "2026-10",
                "--out",
                out.toString());
        assertThat(draft.exitCode()).isEqualTo(1);
        assertThat(draft.err()).contains("holds finalized invoices");
        assertThat(Run.files(out)).isEqualTo(files);
    }

    private static SortedMap<String, String> withoutStore(SortedMap<String, String> files) {
        files.remove("billing.db");
        return files;
    }
}
