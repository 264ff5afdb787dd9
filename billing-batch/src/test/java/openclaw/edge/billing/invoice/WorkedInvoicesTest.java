package openclaw.edge.billing.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.yaml.YamlReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every invoice of {@code worked-invoices.md}, from usage records to the lines of its CSV. */
class WorkedInvoicesTest {
    private static final int COLUMNS_BEFORE_DESCRIPTION = 4;

    static List<WorkedInvoice> invoices() {
        return WorkedInvoice.read();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invoices")
    void shouldBeWhatWasWorkedOutByHand(WorkedInvoice worked) {
        assertThat(csvRows(invoice(worked))).isEqualTo(worked.lines());
    }

    @Test
    void shouldHoldManyInvoices() {
        assertThat(invoices()).hasSizeGreaterThanOrEqualTo(50);
        assertThat(invoices()).extracting(WorkedInvoice::title).doesNotHaveDuplicates();
    }

    static Catalog catalog(String text) {
        YamlReader yaml = new YamlReader(Map.<String, String>of()::get);
        Catalog catalog = CatalogReader.of(
                List.of(yaml.parse("billing.yaml", Path.of("."), text.getBytes(StandardCharsets.UTF_8))));
        yaml.problems().throwIfAny();
        return catalog;
    }

    private static Invoice invoice(WorkedInvoice worked) {
        Catalog catalog = catalog(worked.catalog());
        BillingCells cells = new BillingCells(catalog.tenants(), worked.cycle());
        UsageAggregator aggregator = new UsageAggregator(cells);
        UsageFeed feed = new UsageFeed(aggregator);
        for (List<String> row : worked.usage()) {
            Instant at = Instant.parse(row.get(0));
            long admittedNs = Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
            long requests = Long.parseLong(row.get(1));
            for (long request = 0; request < requests; request++) {
                feed.request(
                        "t",
                        admittedNs,
                        request == 0 ? Long.parseLong(row.get(2)) : 0,
                        row.size() > 3 ? row.get(3) : "",
                        row.size() > 3 ? row.get(4) : "");
            }
        }
        BigDecimal broughtForward = worked.broughtForward();
        return new InvoiceMaker(cells, aggregator.lanes()).make(0, broughtForward);
    }

    private static List<List<String>> csvRows(Invoice invoice) {
        return CsvReader.builder().ofCsvRecord(InvoiceCsv.write(invoice)).stream()
                .skip(1)
                .map(row -> row.getFields().subList(COLUMNS_BEFORE_DESCRIPTION, row.getFieldCount()))
                .toList();
    }
}
