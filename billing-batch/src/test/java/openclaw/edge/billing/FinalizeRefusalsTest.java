package openclaw.edge.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import openclaw.edge.billing.store.Databases;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code finalize} refuses, what it names, and that it then has changed nothing. */
class FinalizeRefusalsTest extends FinalizeScenario {
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
                .contains(
                        "cycle 2026-07 cannot be finalized any more: 2026-08, which is after it, is final",
                        "charge it by items of the catalog, 'kind: charge' with a date in a cycle from 2026-09 on");
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
}
