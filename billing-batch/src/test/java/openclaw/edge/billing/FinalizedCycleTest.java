package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be asked of a cycle that is finalized and corrected: explain, verify, report. */
class FinalizedCycleTest {
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5, overage_rate: 0.5}
            tenants:
              - {id: acme, plan: pro}
              - {id: bolt, plan: pro}
            """;
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");

    @TempDir
    Path dir;

    private Path catalog;
    private Path out;
    private Path store;
    private Path first;
    private Path late;
    private String lateLife;

    @BeforeEach
    void finalizeTwice() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        out = dir.resolve("invoices");
        store = dir.resolve("billing.db");
        try (Node node = new Node(dir.resolve("a"), "edge-a", 2, () -> OCTOBER)) {
            first = node.journal();
            node.request(0, "acme", OCTOBER, 4);
            node.request(1, "acme", OCTOBER + 1, 3);
            node.request(0, "bolt", OCTOBER, 2);
            node.request(0, "acme", ns("2026-11-05T00:00:00Z"), 900);
        }
        try (Node node = new Node(dir.resolve("b"), "edge-b", 1, () -> OCTOBER)) {
            late = node.journal();
            lateLife = node.life();
            node.request(0, "bolt", OCTOBER, 1);
            node.request(0, "acme", OCTOBER, 6);
        }
        assertThat(cycle("finalize", "--issue-date", "2026-11-02").exitCode()).isZero();
        assertThat(withLate("finalize", "--issue-date", "2026-12-02").exitCode())
                .isZero();
    }

    private Run run(String command, List<Path> journals, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--store", store.toString(), "--out", out.toString()));
        journals.forEach(journal -> args.addAll(List.of("--journal", journal.toString())));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    private Run cycle(String command, String... more) {
        return cycle(command, List.of(first), more);
    }

    private Run withLate(String command, String... more) {
        return cycle(command, List.of(first, late), more);
    }

    private Run cycle(String command, List<Path> journals, String... more) {
        List<String> args = new ArrayList<>(List.of("--catalog", catalog.toString(), "--cycle", "2026-10"));
        args.addAll(List.of(more));
        return run(command, journals, args.toArray(String[]::new));
    }

    @Test
    void shouldExplainALineByItsEntries() {
        Run run = run("explain", List.of(first, late), "INV-2026-000001", "3", "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .hasSize(2)
                .allMatch(line -> line.contains("\"tenant\":\"acme\"") && line.contains("\"node\":\"edge-a\""))
                .anyMatch(line -> line.contains("\"charged_tokens\":4,"))
                .anyMatch(line -> line.contains("\"charged_tokens\":3,"));
        List<String> entries = run.out().lines().toList();
        assertThat(entries.get(0)).containsPattern("\"sum_requests\":1,\"sum_tokens\":[34]}");
        assertThat(entries.get(1)).endsWith("\"sum_requests\":2,\"sum_tokens\":7}");
        assertThat(run.err()).contains("2 entries, 2 requests, 7 tokens, which this line (2) shares with line 2 (5)");
        assertThat(run("explain", List.of(first, late), "INV-2026-000001", "3").out())
                .contains("REQUESTS SO FAR", "TOKENS SO FAR");
        assertThat(run.err())
                .contains("INV-2026-000001, line 3: Tokens beyond the quota, plan pro, 2 x 0.50 = 1.00 USD");
        Run correction = run("explain", List.of(first, late), "INV-2026-000003", "1", "--json");
        assertThat(correction.err()).contains("Correction of INV-2026-000001, line 3", "6 x 0.50 = 3.00 USD");
        assertThat(correction.out().lines())
                .singleElement()
                .asString()
                .contains("\"life\":\"" + lateLife + "\"", "\"charged_tokens\":6,");
        assertThat(run("explain", List.of(first), "INV-2026-000001", "1").err())
                .contains("not counted from journal entries");
    }

    @Test
    void shouldSayWhichEntriesOfALineAreNotThere() {
        Run run = run("explain", List.of(late), "INV-2026-000001", "3", "--json");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(":0:1-1: none of 1 entries is there", ":1:1-1: none of 1 entries is there");
        assertThat(run("explain", List.of(first), "INV-2026-000001", "4").err()).contains("LINE '4'", "lines 1 to 3");
        for (String line : List.of("0", "99999999999", "first")) {
            assertThat(run("explain", List.of(first), "INV-2026-000001", line).err())
                    .isEqualTo("explain: LINE '" + line
                            + "': expected the number of a line of INV-2026-000001, which has lines 1 to 3\n");
        }
        assertThat(run("explain", List.of(first), "INV-2026-000099", "1").exitCode())
                .isEqualTo(1);
    }

    @Test
    void shouldVerifyEveryRevisionFromItsOwnEntries() throws IOException {
        Run run = withLate("verify");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("cycle 2026-10: 10 documents, all as finalized");
        Files.writeString(out.resolve("2026-10/acme.json"), "{}");
        Run file = withLate("verify", "--json");
        assertThat(file.exitCode()).isEqualTo(3);
        assertThat(file.out())
                .contains("\"kind\":\"file\"")
                .contains("acme.json is not what was finalized".substring(10));
        assertThat(file.out().lines()).hasSize(1);
    }

    @Test
    void shouldNameWhatIsOtherThanFinalized() throws IOException {
        Run missing = cycle("verify");
        assertThat(missing.exitCode()).isEqualTo(3);
        assertThat(missing.out()).contains("entries  " + lateLife + ":0:1-2  were read then and are not there now");
        Files.writeString(catalog, CATALOG.replace("0.5}", "0.6}"));
        Run dearer = withLate("verify");
        assertThat(dearer.exitCode()).isEqualTo(3);
        assertThat(dearer.out())
                .contains(
                        "line  INV-2026-000001, line 3  was 'Tokens beyond the quota, plan pro' 2 x 0.50 = 1.00 from 2"
                                + " entries, is 'Tokens beyond the quota, plan pro' 2 x 0.60 = 1.20 from 2 entries",
                        "catalog  ");
    }

    @Test
    void shouldListAndWriteAgainWhatIsFinal() throws IOException {
        SortedMap<String, String> files = Run.files(out);
        files.keySet().removeIf(name -> name.startsWith("archives/"));
        Run run = run("report", List.of());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .containsExactly(
                        "2026-10  INV-2026-000001  2026-11-02  invoice             50.00 USD  acme",
                        "2026-10  INV-2026-000003  2026-12-02  correction           3.00 USD  acme  (of INV-2026-000001)",
                        "2026-10  INV-2026-000002  2026-11-02  invoice             49.00 USD  bolt",
                        "2026-10  INV-2026-000004  2026-12-02  correction           0.00 USD  bolt  (of INV-2026-000002)");
        out = dir.resolve("again");
        assertThat(run("report", List.of(), "--write", "--cycle", "2026-10").exitCode())
                .isZero();
        assertThat(Run.files(out)).isEqualTo(files);
        assertThat(run("report", List.of(), "--cycle", "2026-09").err()).contains("is not finalized");
        store = dir.resolve("none.db");
        assertThat(run("report", List.of()).err()).contains("no store at " + store);
        assertThat(store).doesNotExist();
        store = Files.createFile(dir.resolve("empty.db"));
        assertThat(run("report", List.of()).err()).isEqualTo("report: no store at " + store + ": the file is empty\n");
        assertThat(store).isEmptyFile();
    }

    @Test
    void shouldPreviewWithoutStoreOrFiles() {
        SortedMap<String, String> files = Run.files(out);
        Run run = Run.of(
                "preview",
                "--catalog",
                catalog.toString(),
                "--journal",
                first.toString(),
                "--cycle",
                "2026-11",
                "--tenant",
                "acme");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .isEqualTo("acme, cycle 2026-11: 496.50 USD for 1 requests, 900 tokens\n"
                        + "  Subscription, plan pro: 1 x 49.00 = 49.00\n"
                        + "  Included tokens, plan pro: 5 x 0.00 = 0.00\n"
                        + "  Tokens beyond the quota, plan pro: 895 x 0.50 = 447.50\n"
                        + "  net 496.50 = total 496.50, due 496.50\n");
        assertThat(Run.files(out)).isEqualTo(files);
    }
}
