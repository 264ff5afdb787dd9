package openclaw.edge.bench.sums;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.ledger.generate.GenerateConfig;
import openclaw.edge.ledger.generate.JournalGenerator;
import openclaw.edge.ledger.generate.SyntheticCatalog;
import openclaw.edge.ledger.generate.Totals;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SumsTest {
    private static final int RECORDS = 20_000;

    /** More than asked anything: some of them have no record. */
    private static final int TENANTS = 3_000;

    @TempDir
    private Path directory;

    private Path data;
    private Path work;

    private record Ran(int exitCode, String out, String err) {}

    @BeforeEach
    void generate() throws IOException, InterruptedException {
        data = Files.createDirectory(directory.resolve("data"));
        work = Files.createDirectory(directory.resolve("work"));
        final GenerateConfig config = new GenerateConfig(
                RECORDS, TENANTS, 2, 5, BillingTerms.DEFAULT.calendar().cycle("2026-11"));
        final Totals totals = new JournalGenerator(config, new byte[32]).generate(data.resolve("journal"), 2);
        Files.writeString(data.resolve("billing.yaml"), SyntheticCatalog.yaml(config));
        Files.writeString(data.resolve("expected.json"), totals.json());
    }

    private Ran run(final String... options) {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final List<String> arguments = new ArrayList<>(Arrays.asList(options));
        arguments.addAll(List.of("--work", work.toString(), "--rounds", "1", "--threads", "2", data.toString()));
        final int exitCode = SumsCommand.run(
                new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
        return new Ran(exitCode, out.toString(), err.toString());
    }

    @Test
    void shouldAgreeWithDuckDbOnEveryTenantAndNameTheOneThatDiffers() throws IOException {
        final Ran agreed = run("--no-postgres");

        assertThat(agreed.exitCode()).as("%s", agreed).isZero();
        assertThat(agreed.out())
                .contains("20,000 records of 3,000 tenants", "all agree with expected.json")
                .containsPattern("journal +2 ")
                .containsPattern("DuckDB, Parquet +2 ");
        assertThat(agreed.err()).doesNotContain("DIFFERS");

        final Path expected = data.resolve("expected.json");
        final String text = Files.readString(expected);
        final String tampered = text.replaceFirst("(\"tenant-00002\":\\{\"requests\":)", "$11");
        assertThat(tampered).isNotEqualTo(text);
        Files.writeString(expected, tampered);
        Files.delete(work.resolve("usage.parquet"));
        final Ran differed = run("--no-postgres");

        assertThat(differed.exitCode()).isEqualTo(1);
        assertThat(differed.err())
                .contains("DIFFERS: journal: tenant-00002: ", "DIFFERS: DuckDB, Parquet: tenant-00002: ")
                .doesNotContain("tenant-00001", "tenant-00003");
        assertThat(differed.out()).contains("DIFFERENCES");
    }

    @Test
    @Tag("nightly")
    void shouldAgreeWithPostgreSqlToo() {
        final Ran ran = run();

        assertThat(ran.exitCode()).as("%s", ran).isZero();
        assertThat(ran.out()).containsPattern("PostgreSQL +2 ").contains("all agree with expected.json");
    }

    @Test
    void shouldSayWhatIsNotThereOrOutOfRange() throws IOException {
        assertThat(run("--no-postgres", "--cycle", "2026-13").exitCode()).isEqualTo(2);
        Files.delete(data.resolve("expected.json"));
        final Ran ran = run();
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("has no expected.json: expected what ./edge journal generate makes");
    }
}
