package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name that hides or turns characters is told apart from another one on a terminal, and is itself in JSON. */
class VisibleNamesTest {
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");
    private static final String HIDING = "p\u200Bro";
    private static final String SHOWN = "p\\u200bro";

    @TempDir
    Path dir;

    private Path catalog;
    private Path journal;

    private Run run(String command, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--journal", journal.toString()));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    private Run ofCycle(String command, String... more) {
        List<String> args = new ArrayList<>(List.of("--catalog", catalog.toString(), "--cycle", "2026-10"));
        args.addAll(List.of(more));
        return run(command, args.toArray(String[]::new));
    }

    private void write(String... tenants) throws IOException {
        catalog = Files.writeString(
                dir.resolve("billing.yaml"),
                "plans: {\"p\\u200Bro\": {overage_rate: 1}}\ntenants: [{id: acme, plan: \"p\\u200Bro\"}]\n");
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1, () -> OCTOBER)) {
            journal = node.journal();
            for (String tenant : tenants) {
                node.request(0, tenant, OCTOBER, 4);
            }
        }
    }

    @Test
    void shouldShowEveryCharacterOfANameInText() throws IOException {
        write("acme");
        String store = dir.resolve("billing.db").toString();
        String out = dir.resolve("out").toString();
        assertShown(ofCycle("preview"));
        assertThat(ofCycle("preview", "--json").out()).contains(HIDING);
        assertThat(ofCycle("finalize", "--store", store, "--out", out, "--issue-date", "2026-11-02")
                        .exitCode())
                .isZero();
        assertShown(run("explain", "--store", store, "--out", out, "INV-2026-000001", "1"));
    }

    @Test
    void shouldShowEveryCharacterOfANameInErrors() throws IOException {
        write("acme", "turn\u202Eed");
        Run finalize =
                ofCycle("finalize", "--store", dir.resolve("billing.db").toString(), "--issue-date", "2026-11-02");
        assertThat(finalize.exitCode()).isEqualTo(1);
        assertThat(finalize.out() + finalize.err()).doesNotContain("\u202E").contains("turn\\u202eed");
        Files.writeString(catalog, "tenants: [{id: \"ac\\u202Eme\"}]\n");
        assertThat(ofCycle("preview").err()).doesNotContain("\u202E").contains("ac\\u202eme");
    }

    private static void assertShown(Run run) {
        assertThat(run.out() + run.err()).contains(SHOWN).doesNotContain("\u200B");
    }
}
