package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with what goes in is named, and leaves nothing behind that could be taken for whole. */
class BadInputTest {
    private static final long NOVEMBER = ns("2026-11-10T12:00:00Z");

    @TempDir
    Path dir;

    private Path catalog;
    private Path out;
    private Path journal;

    @BeforeEach
    void writeJournal() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), "tenants: [{id: t, overage_rate: 1}]\n");
        out = dir.resolve("out");
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            node.request(0, "t", NOVEMBER, 3);
            node.request(0, "u", NOVEMBER, 4);
        }
    }

    private Run failed(Path badCatalog) {
        Run run = Run.invoice(badCatalog, out, List.of(journal));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(out).as("nothing was written").doesNotExist();
        return run;
    }

    @Test
    void shouldNameACatalogThatIsNone() throws IOException {
        assertThat(failed(dir).err()).startsWith(dir + ": expected a readable file");
        Path broken = Files.writeString(dir.resolve("broken.yaml"), "tenants:\n  - {id: t\n");
        assertThat(failed(broken).err()).startsWith(broken + ":");
        Path binary = Files.write(dir.resolve("binary.yaml"), new byte[] {(byte) 0xFF, 0, 1});
        assertThat(failed(binary).err()).startsWith(binary.toString());
    }

    @Test
    void shouldNameEveryProblemOfPricesAndItems() throws IOException {
        Files.writeString(catalog, """
                plans:
                  p: {tiers: {steps: [{up_to: 5, unit_price: 1}]}, overage_rate: 1}
                tenants: [{id: t, plan: p}]
                items: [{id: i, tenant: nobody, date: 2026-11-01, amount: 1, description: d}]
                """);
        assertThat(failed(catalog).err().lines())
                .containsExactly(
                        catalog + ":2: plans.p.tiers.steps[0].up_to: expected no 'up_to' in the last step,"
                                + " which has no end, found 5",
                        catalog
                                + ":2: plans.p: expected one of overage_rate, price_per_1000_requests, package and tiers,"
                                + " found overage_rate and tiers",
                        catalog + ":4: items[0].tenant: expected the id of a tenant, found 'nobody'");
    }

    @Test
    void shouldNameUsageThatHasNoTenantOrNoPrice() throws IOException {
        Files.writeString(catalog, "tenants: [{id: t}]\n");
        Run run = Run.invoice(catalog, out, List.of(journal));
        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
                .contains(
                        "this draft is not complete: unknown_tenants 1;",
                        "no price: tenant 't' used 3 tokens under no plan and at no price of its own");
        assertThat(Run.files(out).get("2026-11/manifest.json"))
                .contains(
                        "\"unpriced\":[{\"tenant\":\"t\",\"tokens\":\"3\"}]",
                        "\"unknown_tenants\":[{\"exempt_requests\":0,\"requests\":1,\"tenant\":\"u\",\"tokens\":4}]");
    }

    @Test
    void shouldLeaveNoManifestBesideAHalfWrittenRun() throws IOException {
        assertThat(Run.invoice(catalog, out, List.of(journal)).exitCode()).isZero();
        Files.writeString(catalog, "tenants: [{id: t, overage_rate: 1}, {id: z, overage_rate: 2}]\n");
        Path inTheWay = Files.createDirectories(out.resolve("2026-11/z.json/full"));
        Run run = Run.invoice(catalog, out, List.of(journal));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("z.json");
        Map<String, String> left = Run.files(out);
        assertThat(left).containsOnlyKeys("2026-11/t.csv", "2026-11/t.json");
        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());
        assertThat(Run.invoice(catalog, out, List.of(journal)).exitCode()).isZero();
        assertThat(Run.files(out)).containsKeys("2026-11/manifest.json", "2026-11/z.json");
    }

    @Test
    void shouldRefuseSumsThatNoLongCanHold() throws IOException {
        Path huge;
        try (Node node = new Node(dir.resolve("b"), "edge-b", 1)) {
            huge = node.journal();
            node.request(0, "t", NOVEMBER, Long.MAX_VALUE);
        }
        Run run = Run.invoice(catalog, out, List.of(journal, huge));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("tenant t, cycle 2026-11: tokens add up to more than 9223372036854775807");
    }
}
