package openclaw.edge.billing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import openclaw.edge.catalog.CatalogReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** From synthetic journals to invoices whose sums were known before. */
class GenerateCommandTest {
    private static final Pattern USAGE = Pattern.compile("\"requests\":(\\d+),\"tokens\":(\\d+)}");

    @TempDir
    Path dir;

    private Run generate(long records, int tenants) {
        return Run.of(
                "journal",
                "generate",
                "--records",
                Long.toString(records),
                "--tenants",
                Integer.toString(tenants),
                "--agents",
                "10",
                "--seed",
                "7",
                "--cycle",
                "2026-11",
                "--out",
                dir.resolve("out").toString());
    }

    private void checkInvoices(long records, int tenants) throws IOException {
        Run made = generate(records, tenants);
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out())
                .startsWith(dir.resolve("out") + ": " + records + (records == 1 ? " record, " : " records, "));
        Path journal = dir.resolve("out/journal");
        Run verified = Run.of("journal", "verify", "--format", "table", journal.toString());
        assertThat(verified.exitCode()).as(verified.out()).isZero();
        assertThat(verified.out()).startsWith("complete: " + records + " records, 0 duplicates, 12 lives, ");
        Path catalog = dir.resolve("out/billing.yaml");
        assertThat(CatalogReader.read(List.of(catalog)).tenants()).hasSize(tenants);
        Run invoiced = Run.invoice(catalog, dir.resolve("invoices"), List.of(journal));
        assertThat(invoiced.exitCode()).as(invoiced.err()).isZero();
        assertThat(invoiced.out()).contains("; journals complete");
        SortedMap<String, String> files = Run.files(dir.resolve("invoices"));
        Map<String, Map<String, Map<String, Object>>> expected =
                new Yaml().load(Files.readString(dir.resolve("out/expected.json")));
        assertThat(expected.get("tenants")).hasSize(tenants);
        expected.get("tenants").forEach((tenant, usage) -> {
            Matcher matcher = USAGE.matcher(files.get("2026-11/" + tenant + ".json"));
            assertThat(matcher.find()).as(tenant).isTrue();
            assertThat(List.of(matcher.group(1), matcher.group(2)))
                    .as(tenant)
                    .containsExactly(
                            usage.get("requests").toString(),
                            usage.get("tokens").toString());
        });
    }

    @Test
    void shouldMakeJournalsThatAreBilledAsExpected() throws IOException {
        checkInvoices(40_000, 60);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void shouldAgreeOnAHandfulOfRecords(int records) throws IOException {
        checkInvoices(records, 10);
        String expected = Files.readString(dir.resolve("out/expected.json"));
        // Every record of so few ends a request; not all of them are billed.
        assertThat(USAGE.matcher(expected)
                        .results()
                        .mapToInt(usage -> Integer.parseInt(usage.group(1)))
                        .sum())
                .isBetween(0, records);
    }

    @Test
    @Tag("nightly")
    void shouldMakeTwentyMillionRecordsThatAreBilledAsExpected() throws IOException {
        checkInvoices(20_000_000, 1_000);
    }

    @Test
    void shouldNotTouchWhatIsThere() throws IOException {
        Path own = Files.writeString(Files.createDirectory(dir.resolve("out")).resolve("mine"), "mine");
        Run run = generate(10, 1);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(dir.resolve("out") + ": is not empty; name another --out");
        assertThat(Run.files(dir.resolve("out"))).containsExactly(Map.entry("mine", "mine"));
        Files.delete(own);
        assertThat(generate(10, 1).exitCode()).isZero();
    }

    @Test
    void shouldSayBeforehandThatTheDiskIsTooSmall() {
        Run run = generate(10_000_000_000L, 1);
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(" MiB, and 10000000000 records take about 1678467 MiB; fewer --records");
        assertThat(dir.resolve("out/journal")).doesNotExist();
    }
}
