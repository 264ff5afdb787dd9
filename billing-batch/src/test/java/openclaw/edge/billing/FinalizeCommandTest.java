package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import openclaw.edge.billing.store.Databases;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code finalize} numbers, keeps and corrects. */
class FinalizeCommandTest extends FinalizeScenario {
    @ParameterizedTest
    @EnumSource
    void shouldNumberInvoicesInTenantOrderAndKeepThemInTheStore(Databases database) throws SQLException {
        store = database.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 6_000);
            node.request(1, "bolt", OCTOBER, 1);
            node.end(0, node.open(0, "bolt", OCTOBER, 10, Phase.SENT), Outcome.TIMEOUT, 504, false);
            node.request(0, "acme", ns("2026-11-01T00:00:00Z"), 3);
        }
        SortedMap<String, String> files = done(List.of(journal));
        assertThat(files.keySet())
                .containsExactly(
                        "2026-10/acme.csv",
                        "2026-10/acme.json",
                        "2026-10/bolt.csv",
                        "2026-10/bolt.json",
                        "2026-10/idle.csv",
                        "2026-10/idle.json",
                        "2026-10/manifest.json",
                        "archives/2026-10/SHA256SUMS",
                        "archives/2026-10/acme.archive",
                        "archives/2026-10/bolt.archive",
                        "archives/2026-10/position");
        assertThat(files.get("2026-10/acme.json"))
                .contains(
                        "\"invoice_number\":\"INV-2026-000001\"",
                        "\"issue_date\":\"2026-11-02\"",
                        "\"kind\":\"invoice\"",
                        "\"total\":\"51.00\"");
        assertThat(files.get("2026-10/bolt.csv")).contains("INV-2026-000002,bolt,2026-10,USD,Total,,,49.00");
        assertThat(files.get("2026-10/manifest.json"))
                .contains("\"kind\":\"final\"", "\"complete\":true", "\"accepted_missing\":[]");
        assertThat(rows(store, "SELECT invoice_number, tenant_id, total_minor, tokens FROM invoices ORDER BY number"))
                .containsExactly(
                        "INV-2026-000001|acme|5100|6000", "INV-2026-000002|bolt|4900|1", "INV-2026-000003|idle|0|0");
        assertThat(rows(
                        store,
                        "SELECT invoice_number, line, quantity, unit_price, amount_minor FROM invoice_lines"
                                + " WHERE invoice_number = 'INV-2026-000001' ORDER BY line"))
                .containsExactly(
                        "INV-2026-000001|1|1|49.00|4900",
                        "INV-2026-000001|2|5000|0.00|0",
                        "INV-2026-000001|3|1000|0.002|200");
        assertThat(rows(
                        store,
                        "SELECT tenant_id, hour, agent, model, requests, exempt_requests, tokens FROM consumption"
                                + " ORDER BY tenant_id"))
                .containsExactly("acme|2026-10-10T12:00:00Z|||1|0|6000", "bolt|2026-10-10T12:00:00Z|||1|1|1");
        // The lane's third record belongs to November: only what is before it is settled.
        assertThat(rows(store, "SELECT lane, sequences, known_to, settled_to FROM cut_off_lanes ORDER BY lane"))
                .containsExactly("0|1-3|3|2", "1|1|1|1");
    }

    @ParameterizedTest
    @EnumSource
    void shouldChangeNothingWhenRunAgain(Databases database) throws IOException, SQLException {
        store = database.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 6_000);
        }
        SortedMap<String, String> first = done(List.of(journal));
        Files.writeString(out.resolve("2026-10/acme.json"), "spoiled");
        Files.delete(out.resolve("2026-10/manifest.json"));
        issueDate = "2027-01-05";
        assertThat(done(List.of(journal, journal))).isEqualTo(first);
        assertThat(rows(store, "SELECT count(*) FROM finalizations")).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource
    void shouldCorrectLateUsageLineByLineAndLeaveTheInvoiceAsItWas(Databases database) throws SQLException {
        store = database.newStore(dir);
        Path first;
        Path late;
        try (Node node = node("edge-a")) {
            first = node.journal();
            node.request(0, "acme", OCTOBER, 5_600);
            node.request(0, "bolt", OCTOBER, 10);
        }
        String life;
        try (Node node = node("edge-b")) {
            late = node.journal();
            life = node.life();
            node.request(1, "acme", OCTOBER, 400);
            node.request(1, "acme", OCTOBER, 600);
        }
        SortedMap<String, String> before = done(List.of(first));
        issueDate = "2026-12-01";
        SortedMap<String, String> after = done(List.of(late, first));
        // Documents are frozen; archives hold what was late too.
        before.keySet().removeIf(name -> name.startsWith("archives/"));
        assertThat(after).containsAllEntriesOf(before);
        assertThat(after.keySet())
                .filteredOn(name -> name.contains("correction"))
                .containsExactly(
                        "2026-10/correction-1/acme.csv",
                        "2026-10/correction-1/acme.json",
                        "2026-10/correction-1/manifest.json");
        // 600 x 0.002 = 1.20 was billed, 1,600 x 0.002 = 3.20 is owed.
        assertThat(after.get("2026-10/correction-1/acme.json").replaceAll("\"digest\":\"[0-9a-f]{32}\"", "D"))
                .isEqualTo("{\"billing_cycle_id\":\"2026-10\",\"corrects\":\"INV-2026-000001\",\"currency\":\"USD\","
                        + "\"invoice_number\":\"INV-2026-000004\",\"issue_date\":\"2026-12-01\",\"kind\":\"correction\","
                        + "\"lines\":[{\"amount\":\"2.00\",\"corrects\":{\"invoice_number\":\"INV-2026-000001\",\"line\":3},"
                        + "\"description\":\"Correction of INV-2026-000001, line 3: Tokens beyond the quota, plan pro\","
                        + "\"journal\":[{\"count\":2,D,\"from\":1,\"lane\":1,\"life\":\"" + life + "\",\"to\":2}],"
                        + "\"quantity\":\"1000\",\"unit_price\":\"0.002\"}],"
                        + "\"net\":\"2.00\",\"period\":{\"from\":\"2026-10-01T00:00:00Z\",\"time_zone\":\"UTC\",\"to\":\"2026-11-01T00:00:00Z\"},"
                        + "\"tax\":\"0.00\",\"tenant_id\":\"acme\",\"total\":\"2.00\",\"usage\":{\"exempt_requests\":0,\"in_doubt_requests\":0,"
                        + "\"requests\":2,\"tokens\":1000}}\n");
        assertThat(done(List.of(late, first))).isEqualTo(after);
        assertThat(rows(store, "SELECT sum(tokens), sum(requests) FROM invoices WHERE tenant_id = 'acme'"))
                .containsExactly("6600|3");
    }

    @ParameterizedTest
    @EnumSource
    void shouldCreditWhatBecameCheaper(Databases database) throws IOException, SQLException {
        store = database.newStore(dir);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 6_000);
        }
        done(List.of(journal));
        Files.writeString(catalog, CATALOG.replace("subscription_fee: 49.00", "subscription_fee: 40.00"));
        SortedMap<String, String> files = done(List.of(journal), "--accept-catalog-change");
        assertThat(files.get("2026-10/correction-1/acme.json"))
                .contains("\"invoice_number\":\"CN-2026-000001\"", "\"kind\":\"credit_note\"", "\"total\":\"-9.00\"");
        assertThat(rows(
                        store,
                        "SELECT invoice_number, corrects, total_minor FROM invoices WHERE kind <> 'invoice'"
                                + " ORDER BY invoice_number"))
                .containsExactly("CN-2026-000001|INV-2026-000001|-900", "CN-2026-000002|INV-2026-000002|-900");
        assertThat(done(List.of(journal))).isEqualTo(files);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryWhatIsLeftOfACreditToTheNextCycle(Databases database) throws IOException, SQLException {
        store = database.newStore(dir);
        Files.writeString(catalog, CATALOG + """
                items:
                  - {id: c1, kind: credit, tenant: acme, date: 2026-09-20, amount: 60, description: Goodwill}
                """);
        Path journal;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 1);
        }
        cycle = "2026-09";
        assertThat(done(List.of(journal)).get("2026-09/acme.json"))
                .contains("\"amount_due\":\"0.00\"", "\"credit_carried_forward\":\"11.00\"");
        cycle = "2026-10";
        SortedMap<String, String> files = done(List.of(journal));
        assertThat(files.get("2026-10/acme.json"))
                .contains("\"credit_brought_forward\":\"11.00\"", "\"amount_due\":\"38.00\"");
        assertThat(files.get("2026-10/acme.csv"))
                .contains("INV-2026-000004,acme,2026-10,USD,Credit brought forward,,,-11.00");
        assertThat(done(List.of(journal))).isEqualTo(files);
        assertThat(rows(
                        store,
                        "SELECT invoice_number, carried_minor FROM invoices WHERE tenant_id = 'acme'"
                                + " ORDER BY invoice_number"))
                .containsExactly("INV-2026-000001|1100", "INV-2026-000004|0");
    }
}
