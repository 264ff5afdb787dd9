package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lines that divide one sum, explained by the entries that are each one's own. In the order of admission, over two nodes:
 *
 * <pre>
 *   entry   a:0:1   b:0:1   a:1:1   a:0:2   b:0:2     together
 *   tokens      4       3       6      10       5        28
 *   quota 5     4       1                                 5
 *   up to 10            2       6       2                10
 *   beyond                              8       5        13
 * </pre>
 */
class ExplainLinesTest {
    private static final String CATALOG = """
            plans:
              steps:
                monthly_quota: 5
                tiers: {mode: graduated, unit: tokens, steps: [{up_to: 10, unit_price: 2, flat_fee: 1}, {unit_price: 1}]}
            tenants: [{id: acme, plan: steps}, {id: bolt, plan: steps}]
            """;
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");

    @TempDir
    Path dir;

    private Path catalog;
    private Path second;
    private Path first;
    private String a;
    private String b;

    @BeforeEach
    void makeFinal() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        try (Node node = new Node(dir.resolve("a"), "edge-a", 2, () -> OCTOBER);
                Node other = new Node(dir.resolve("b"), "edge-b", 1, () -> OCTOBER)) {
            first = node.journal();
            second = other.journal();
            a = node.life();
            b = other.life();
            other.request(0, "acme", OCTOBER + 1, 3);
            other.request(0, "acme", OCTOBER + 4, 5);
            node.request(1, "acme", OCTOBER + 2, 6);
            node.request(0, "acme", OCTOBER, 4);
            node.request(0, "acme", OCTOBER + 3, 10);
            node.request(0, "bolt", OCTOBER, 100);
        }
        Run run = run("finalize", "--catalog", catalog.toString(), "--cycle", "2026-10", "--issue-date", "2026-11-02");
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private Run run(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--journal", second.toString(), "--journal"));
        args.addAll(
                List.of(first.toString(), "--store", dir.resolve("billing.db").toString()));
        args.addAll(List.of("--out", dir.resolve("out").toString()));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    private Run explain(int line) {
        return explain("INV-2026-000001", line);
    }

    private Run explain(String number, int line) {
        Run run = run("explain", number, Integer.toString(line), "--catalog", catalog.toString(), "--json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    @Test
    void shouldNameTheEntriesWithinTheQuotaAndWithinEachStep() {
        Run included = explain(1);
        assertThat(included.out().lines()).hasSize(2);
        assertThat(included.err())
                .contains("Included", "2 entries of its own give it 5: ")
                .contains(a + ":0:1-1", b + ":0:1-1", "divided with another line: " + b + ":0:1 with 1 of its 3");
        Run low = explain(2);
        assertThat(low.out().lines()).hasSize(3);
        assertThat(low.err())
                .contains("3 entries of its own give it 10: ", a + ":0:2-2", a + ":1:1-1", b + ":0:1-1")
                .contains("divided with another line: " + b + ":0:1 with 2 of its 3, " + a + ":0:2 with 2 of its 10");
        Run high = explain(3);
        assertThat(high.out().lines()).hasSize(2).anyMatch(line -> line.contains("\"charged_tokens\":5,"));
        assertThat(high.err())
                .contains("2 entries of its own give it 13: ", a + ":0:2-2", b + ":0:2-2")
                .contains("divided with another line: " + a + ":0:2 with 8 of its 10");
        assertThat(explain(4).err())
                .as("the step's flat fee is owed for what lies in it")
                .contains("3 entries of its own give it 10: ");
        assertThat(explain("INV-2026-000002", 3).err())
                .contains(
                        "1 entries of its own give it 85: ",
                        "divided with another line: " + a + ":0:3 with 85 of its 100");
    }

    @Test
    void shouldNameAllEntriesWithoutACatalogAndADifferenceByAnotherOne() throws IOException {
        Run all = run("explain", "INV-2026-000001", "2", "--json");
        assertThat(all.out().lines()).hasSize(5);
        assertThat(all.err()).contains("which this line (10) shares with line 1 (5)");
        Files.writeString(catalog, CATALOG.replace("monthly_quota: 5", "monthly_quota: 6"));
        Run other = run("explain", "INV-2026-000001", "1", "--catalog", catalog.toString(), "--json");
        assertThat(other.exitCode()).isEqualTo(3);
        assertThat(other.out().lines()).hasSize(5);
        assertThat(other.err()).contains("does not make this line of these entries; it was made by ");
        Files.writeString(catalog, CATALOG + "nonsense: 1\n");
        assertThat(run("explain", "INV-2026-000001", "1", "--catalog", catalog.toString())
                        .exitCode())
                .isEqualTo(1);
    }
}
