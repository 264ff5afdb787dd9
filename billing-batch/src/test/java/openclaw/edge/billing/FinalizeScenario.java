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
import java.util.SortedMap;
import openclaw.edge.billing.store.Databases;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Journals of the real ledger, finalized through the command line into real databases. */
abstract class FinalizeScenario {
    static final String CATALOG = """
            plans:
              pro: {subscription_fee: 49.00, monthly_quota: 5_000, overage_rate: 0.002}
            tenants:
              - {id: acme, plan: pro}
              - {id: bolt, plan: pro}
              - {id: idle}
            """;
    static final long OCTOBER = ns("2026-10-10T12:00:00Z");

    @TempDir
    Path dir;

    Path catalog;
    Path out;
    String store;
    String issueDate = "2026-11-02";
    String cycle = "2026-10";

    @BeforeEach
    void writeCatalog() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        out = dir.resolve("invoices");
    }

    Node node(String name) {
        return new Node(dir.resolve(name), name, 2, () -> OCTOBER - 1_000);
    }

    Run run(List<Path> journals, String... more) {
        List<String> args = new ArrayList<>(List.of("finalize", "--catalog", catalog.toString(), "--cycle", cycle));
        args.addAll(List.of("--out", out.toString(), "--issue-date", issueDate));
        if (store != null) {
            args.addAll(List.of("--store", store));
        }
        journals.forEach(journal -> args.addAll(List.of("--journal", journal.toString())));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    SortedMap<String, String> done(List<Path> journals, String... more) {
        Run run = run(journals, more);
        assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
        return Run.files(out);
    }

    static List<String> rows(String store, String sql) throws SQLException {
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

    static SortedMap<String, String> withoutStore(SortedMap<String, String> files) {
        files.remove("billing.db");
        return files;
    }
}
