package openclaw.edge.bench.sums;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;

/**
 * A folder that {@code ./edge journal generate} has made.
 *
 * @param folder with {@code journal}, {@code billing.yaml} and {@code expected.json}
 * @param cells of the cycle by the catalog
 * @param expected what each tenant must be billed for
 * @param nameById tenants by the id that records hold
 */
record Source(Path folder, BillingCells cells, Map<String, TenantSum> expected, Map<Long, String> nameById) {

    /**
     * Reads catalog and expected sums.
     *
     * @param folder as the generator leaves it
     * @param cycleId for example {@code 2026-11}
     * @throws IOException when a file is not there, or is no JSON of that form
     * @throws IllegalArgumentException when the cycle's id is malformed
     */
    static Source read(final Path folder, final String cycleId) throws IOException {
        final BillingCells cells = new BillingCells(
                CatalogReader.read(List.of(folder.resolve("billing.yaml"))).tenants(), cycleId);
        final Map<Long, String> nameById = new HashMap<>();
        for (final Tenant tenant : cells.tenants()) {
            nameById.put(BillingCells.nameId(tenant.id()), tenant.id());
        }
        return new Source(folder, cells, expected(folder.resolve("expected.json")), nameById);
    }

    private static Map<String, TenantSum> expected(final Path file) throws IOException {
        final Map<String, TenantSum> expected = new TreeMap<>();
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            json.nextToken();
            json.nextFieldName();
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                final String tenant = json.currentName();
                final Map<String, Long> fields = new HashMap<>();
                json.nextToken();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    final String field = json.currentName();
                    fields.put(field, json.nextLongValue(-1));
                }
                if (!fields.keySet().equals(Set.of("requests", "tokens"))) {
                    throw new IOException(
                            file + ": " + tenant + " has " + fields.keySet() + ", expected requests and tokens");
                }
                expected.put(tenant, new TenantSum(fields.get("requests"), fields.get("tokens")));
            }
        }
        return expected;
    }

    /**
     * Reads the journal from its beginning.
     *
     * @param visitors one for each thread
     * @return what was found, whole and without contradiction
     * @throws IOException when it cannot be read, or something is missing, damaged or contradictory
     */
    ReadReport read(final List<? extends JournalVisitor> visitors) throws IOException {
        final ReadReport report = new JournalReader(List.of(folder.resolve("journal"))).read(visitors);
        if (!report.isClean() || report.duplicates() != 0) {
            throw new IOException(folder + ": the journal is not whole; ./edge journal verify names what is wrong");
        }
        return report;
    }

    /**
     * What somebody found and should not have, or should have and did not.
     *
     * @param found by tenant; who used nothing may be absent
     * @return a line for each tenant that differs; empty when all agree
     */
    List<String> differences(final Map<String, TenantSum> found) {
        final TreeMap<String, TenantSum> all = new TreeMap<>(found);
        expected.keySet().forEach(tenant -> all.putIfAbsent(tenant, TenantSum.NONE));
        return all.entrySet().stream()
                .filter(each -> !each.getValue().equals(expected.getOrDefault(each.getKey(), TenantSum.NONE)))
                .map(each -> each.getKey() + ": " + each.getValue() + "; expected "
                        + expected.getOrDefault(each.getKey(), TenantSum.NONE))
                .toList();
    }
}
