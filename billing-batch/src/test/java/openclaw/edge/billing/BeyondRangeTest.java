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

/** Figures that are larger than what can be kept: named with tenant, cycle and value, and nothing half-written. */
class BeyondRangeTest {
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");
    private static final String CATALOG = "tenants: [{id: acme, overage_rate: 1}, {id: bolt, overage_rate: RATE}]\n";

    @TempDir
    Path dir;

    private Path journal(String name, String tenant, long... tokens) {
        try (Node node = new Node(dir.resolve(name), name, 2, () -> OCTOBER)) {
            for (int i = 0; i < tokens.length; i++) {
                node.request(i % 2, tenant, OCTOBER, tokens[i]);
            }
            return node.journal();
        }
    }

    private Run run(String command, String rate, Path... journals) throws IOException {
        Path catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG.replace("RATE", rate));
        List<String> args = new ArrayList<>(List.of(command, "--catalog", catalog.toString(), "--cycle", "2026-10"));
        for (Path journal : journals) {
            args.addAll(List.of("--journal", journal.toString()));
        }
        if (!command.equals("preview")) {
            args.addAll(List.of("--out", dir.resolve("out").toString()));
        }
        if (command.equals("finalize")) {
            args.addAll(List.of("--issue-date", "2026-11-02", "--store"));
            args.add(dir.resolve("billing.db").toString());
        }
        return Run.of(args.toArray(String[]::new));
    }

    private void assertNothingIsThere() {
        assertThat(dir.resolve("billing.db")).doesNotExist();
        assertThat(dir.resolve("out")).doesNotExist();
    }

    @Test
    void shouldNameTheLineWhoseAmountIsTooLarge() throws IOException {
        Path journal = journal("edge-a", "bolt", 4_000_000_000_000_000_000L);
        Run run = run("finalize", "0.05", journal);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "finalize: tenant bolt, cycle 2026-10, line 1 ('Tokens'): 200000000000000000.00 USD is beyond")
                .contains("92233720368547758.07", "preview --tenant bolt")
                .doesNotContain("internal error");
        assertNothingIsThere();
        assertThat(run("preview", "0.05", journal).out()).contains("200000000000000000.00");
        assertThat(run("finalize", "0.02", journal).exitCode()).isZero();
        Run correction = run("finalize", "0.05", journal);
        assertThat(correction.exitCode()).isEqualTo(1);
        assertThat(correction.err()).contains("tenant bolt, cycle 2026-10, line 1", "200000000000000000.00 USD");
    }

    @Test
    void shouldNameTheTenantWhoseTokensAreTooMany() throws IOException {
        long half = Long.MAX_VALUE / 2 + 1;
        Path oneLane = journal("edge-a", "acme", half, 1, half);
        Path twoLanes = journal("edge-b", "acme", half, half);
        Path other = journal("edge-c", "bolt", Long.MAX_VALUE);
        for (String command : List.of("invoice", "preview", "finalize")) {
            for (Path journal : List.of(oneLane, twoLanes)) {
                Run run = run(command, "0", journal);
                assertThat(run.exitCode()).isEqualTo(1);
                assertThat(run.err())
                        .contains(command
                                + ": tenant acme, cycle 2026-10: tokens add up to more than 9223372036854775807")
                        .contains("journal cat --tenant acme")
                        .doesNotContain("internal error");
                assertNothingIsThere();
            }
        }
        assertThat(run("preview", "0", other).exitCode()).isZero();
        Run all = run("invoice", "0", other, journal("edge-d", "acme", 5));
        assertThat(all.err()).contains("invoice: all tenants, cycle 2026-10: tokens add up to more than");
        assertNothingIsThere();
    }
}
