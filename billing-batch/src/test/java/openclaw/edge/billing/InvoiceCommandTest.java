package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import openclaw.edge.catalog.Sha256;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From journals that the real ledger wrote to the files on disk, through the command line. */
class InvoiceCommandTest {
    private static final String CATALOG = """
            plans:
              pro:
                subscription_fee: 49.00
                monthly_quota: 5_000
                overage_rate: 0.002
              packages: {price_per_1000_requests: 0.50, monthly_quota: 2}
            tenants:
              - {id: tenant-abc123, plan: pro}
              - {id: tenant-two, plan: packages}
              - {id: tenant-idle, plan: packages}
            """;
    private static final long NOVEMBER = ns("2026-11-10T12:00:00Z");

    @TempDir
    Path dir;

    private Path catalog;
    private Path out;

    @BeforeEach
    void writeCatalog() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        out = dir.resolve("invoices");
    }

    private SortedMap<String, String> invoice(Path... journals) {
        Run run = Run.invoice(catalog, out, List.of(journals));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return Run.files(out);
    }

    @Test
    void shouldWriteAnInvoiceToTheByte() {
        Path journal;
        String life;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 2)) {
            life = node.life();
            journal = node.journal();
            node.request(0, "tenant-abc123", NOVEMBER, 6_000);
            node.request(1, "tenant-abc123", NOVEMBER + 1, 234);
            node.request(0, "tenant-two", NOVEMBER, 1);
            node.end(0, node.open(0, "tenant-abc123", NOVEMBER, 10, Phase.SENT), Outcome.TIMEOUT, 504, false);
        }
        SortedMap<String, String> files = invoice(journal);
        assertThat(files.keySet())
                .containsExactly(
                        "2026-11/manifest.json",
                        "2026-11/tenant-abc123.csv",
                        "2026-11/tenant-abc123.json",
                        "2026-11/tenant-idle.csv",
                        "2026-11/tenant-idle.json",
                        "2026-11/tenant-two.csv",
                        "2026-11/tenant-two.json");
        // 6,234 - 5,000 = 1,234 tokens x 0.002 = 2.468
        String json = files.get("2026-11/tenant-abc123.json").replaceAll("\"digest\":\"[0-9a-f]{32}\"", "\"digest\":D");
        String ranges =
                "\"journal\":[{\"count\":2,\"digest\":D,\"from\":1,\"lane\":0,\"life\":\"" + life + "\",\"to\":3},"
                        + "{\"count\":1,\"digest\":D,\"from\":1,\"lane\":1,\"life\":\"" + life + "\",\"to\":1}]";
        assertThat(json)
                .isEqualTo(
                        "{\"amount_due\":\"51.47\",\"billing_cycle_id\":\"2026-11\",\"currency\":\"USD\","
                                + "\"invoice_number\":\"DRAFT-2026-11-tenant-abc123\",\"lines\":["
                                + "{\"amount\":\"49.00\",\"description\":\"Subscription, plan pro\",\"journal\":[],"
                                + "\"kind\":\"subscription\","
                                + "\"quantity\":\"1\",\"unit_price\":\"49.00\"},"
                                + "{\"amount\":\"0.00\",\"description\":\"Included tokens, plan pro\"," + ranges
                                + ",\"kind\":\"included\",\"quantity\":\"5000\",\"unit_price\":\"0.00\"},"
                                + "{\"amount\":\"2.47\",\"description\":\"Tokens beyond the quota, plan pro\"," + ranges
                                + ",\"kind\":\"tokens\",\"quantity\":\"1234\",\"unit_price\":\"0.002\"}],"
                                + "\"net\":\"51.47\",\"period\":{\"from\":\"2026-11-01T00:00:00Z\",\"time_zone\":\"UTC\","
                                + "\"to\":\"2026-12-01T00:00:00Z\"},\"tax\":\"0.00\",\"taxes\":[],\"tenant_id\":\"tenant-abc123\",\"total\":\"51.47\","
                                + "\"usage\":{\"exempt_requests\":1,\"in_doubt_requests\":0,\"requests\":2,\"tokens\":6234}}\n");
        assertThat(files.get("2026-11/tenant-abc123.csv")).isEqualTo("""
                        invoice_number,tenant_id,billing_cycle_id,currency,description,quantity,unit_price,amount
                        DRAFT-2026-11-tenant-abc123,tenant-abc123,2026-11,USD,"Subscription, plan pro",1,49.00,49.00
                        DRAFT-2026-11-tenant-abc123,tenant-abc123,2026-11,USD,"Included tokens, plan pro",5000,0.00,0.00
                        DRAFT-2026-11-tenant-abc123,tenant-abc123,2026-11,USD,"Tokens beyond the quota, plan pro",1234,0.002,2.47
                        DRAFT-2026-11-tenant-abc123,tenant-abc123,2026-11,USD,Total,,,51.47
                        """);
        assertThat(files.get("2026-11/tenant-idle.json")).contains("\"lines\":[]", "\"total\":\"0.00\"");
        checkManifest(files, life);
    }

    private static void checkManifest(SortedMap<String, String> files, String life) {
        String manifest = files.get("2026-11/manifest.json");
        files.forEach((name, content) -> {
            String file = name.substring("2026-11/".length());
            if (!file.equals("manifest.json")) {
                assertThat(manifest)
                        .contains("\"" + file + "\":\"" + Sha256.hex(content.getBytes(StandardCharsets.UTF_8)) + "\"");
            }
        });
        assertThat(manifest)
                .contains(
                        "\"kind\":\"draft\"",
                        "\"complete\":true",
                        "\"catalog\":{\"files\":[{\"name\":\"billing.yaml\",\"sha256\":\""
                                + Sha256.hex(CATALOG.getBytes(StandardCharsets.UTF_8)) + "\"}],\"sha256\":\"",
                        "\"life\":\"" + life + "\",\"node\":\"edge-a\"",
                        "{\"expected_to\":3,\"lane\":0,\"records\":3,\"sequences\":\"1-3\",\"voided\":0}",
                        "\"latest_admission\":\"2026-11-10T12:00:00.000000001Z\"",
                        "\"usage\":{\"exempt_requests\":1,\"in_doubt_requests\":0,\"records_in_cycle\":4,"
                                + "\"records_read\":4,\"requests\":3,\"tokens\":6235}",
                        "\"totals\":{\"USD\":\"51.47\"}")
                .doesNotContain("/");
    }

    @Test
    void shouldBillEachRequestInTheCycleOfItsAdmission() {
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            node.request("tenant-two", ns("2026-10-31T23:59:59.999999999Z"));
            node.request("tenant-two", ns("2026-11-01T00:00:00Z"));
            node.request("tenant-two", ns("2026-11-30T23:59:59.999999999Z"));
            node.request("tenant-two", ns("2026-12-01T00:00:00Z"));
        }
        SortedMap<String, String> files = invoice(journal);
        assertThat(files.get("2026-11/tenant-two.json")).contains("\"requests\":2,\"tokens\":2");
        assertThat(files.get("2026-11/manifest.json")).contains("\"records_in_cycle\":2,\"records_read\":4");
    }

    @Test
    void shouldSliceACycleWhereThePlanChanges() throws IOException {
        Files.writeString(catalog, """
                plans:
                  starter: {overage_rate: 1}
                  pro: {overage_rate: 10}
                tenants:
                  - id: t
                    plan: [{plan: starter}, {plan: pro, from: 2026-11-15}]
                    billing: {time_zone: America/New_York, currency: JPY}
                """);
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            node.request("t", ns("2026-11-01T03:59:59Z")); // still October in New York
            node.request("t", ns("2026-11-15T04:59:59.999999999Z"));
            node.request("t", ns("2026-11-15T05:00:00Z"));
            node.request("t", ns("2026-12-01T04:59:59Z"));
        }
        SortedMap<String, String> files = invoice(journal);
        assertThat(files.get("2026-11/t.csv")).isEqualTo("""
                        invoice_number,tenant_id,billing_cycle_id,currency,description,quantity,unit_price,amount
                        DRAFT-2026-11-t,t,2026-11,JPY,"Tokens, plan starter, 2026-11-01T04:00:00Z to 2026-11-15T05:00:00Z",1,1,1
                        DRAFT-2026-11-t,t,2026-11,JPY,"Tokens, plan pro, 2026-11-15T05:00:00Z to 2026-12-01T05:00:00Z",2,10,20
                        DRAFT-2026-11-t,t,2026-11,JPY,Total,,,21
                        """);
        assertThat(files.get("2026-11/t.json")).contains("\"from\":2,", "\"from\":3,");
    }

    @Test
    void shouldCountTokensOfInterimRecordsAndOneRequestForAll() {
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            int slot = node.open(0, "tenant-two", NOVEMBER, 100, Phase.STREAMING);
            node.interim(0, slot, 30);
            node.interim(0, slot, 20);
            node.end(0, slot, Outcome.CLIENT_ABORT, 200, true);
        }
        assertThat(invoice(journal).get("2026-11/tenant-two.json"))
                .contains("\"requests\":1,\"tokens\":100", "\"count\":3");
    }

    @Test
    void shouldBillWhatIsInDoubtFromStreamingOn() {
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            node.request("tenant-two", NOVEMBER);
            node.open(0, "tenant-two", NOVEMBER, 5, Phase.ADMITTED);
            node.open(0, "tenant-two", NOVEMBER, 7, Phase.SENT);
            node.open(0, "tenant-two", NOVEMBER, 11, Phase.STREAMING);
            node.open(0, "tenant-two", NOVEMBER, 0, Phase.SENT);
            node.drain();
            node.killedCopy(dir.resolve("killed"));
        }
        Path journal;
        try (Node restarted = new Node(dir.resolve("killed"), "edge-a", 1)) {
            journal = restarted.journal();
            restarted.drain();
        }
        SortedMap<String, String> files = invoice(journal);
        assertThat(files.get("2026-11/tenant-two.json"))
                .contains("\"usage\":{\"exempt_requests\":3,\"in_doubt_requests\":4,\"requests\":2,\"tokens\":12}");
        assertThat(files.get("2026-11/manifest.json"))
                .contains("\"in_doubt\":[{\"requests\":4,\"tenant\":\"tenant-two\",\"tokens\":11}]");
    }

    @Test
    void shouldSayEverythingThatIsMissingAndDraftAllTheSame() throws IOException {
        Files.writeString(catalog, CATALOG + "edges: [edge-a, edge-b]\n");
        Path whole;
        Path part = dir.resolve("part");
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            whole = node.journal();
            node.request("tenant-two", NOVEMBER);
            node.request("stranger", NOVEMBER);
            node.request("stranger", ns("2026-01-01T00:00:00Z"));
            Node.copy(whole, part);
            Run unfinished = Run.invoice(catalog, out, List.of(part));
            assertThat(unfinished.exitCode()).isZero();
            assertThat(unfinished.out()).contains("; journals not complete");
            assertThat(unfinished.err())
                    .contains("this draft is not complete: edges 1, unfinished_lives 1, unknown_tenants 1;");
        }
        assertThat(Run.files(out).get("2026-11/manifest.json"))
                .contains(
                        "\"complete\":false",
                        "\"edges\":[{\"node\":\"edge-b\"}]",
                        "\"unfinished_lives\":[{\"complete_before\":",
                        "\"unknown_tenants\":[{\"exempt_requests\":0,\"requests\":1,\"tenant\":\"stranger\",\"tokens\":1}]");
        assertThat(invoice(whole).get("2026-11/manifest.json"))
                .contains("\"unfinished_lives\":[]", "\"edges\":[{\"node\":\"edge-b\"}]");
    }

    @Test
    void shouldNameGapsAndLivesThatNobodyBrought() throws IOException {
        String first;
        String second;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            first = node.life();
            node.request("tenant-two", NOVEMBER);
            node.request("tenant-two", NOVEMBER);
        }
        Path old = Node.copy(dir.resolve("a").resolve("journal"), dir.resolve("old"));
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            second = node.life();
            journal = node.journal();
            node.request("tenant-two", NOVEMBER);
        }
        assertThat(invoice(journal).get("2026-11/manifest.json")).contains("\"complete\":true", first, second);
        assertThat(invoice(old).get("2026-11/tenant-two.json")).contains("\"requests\":2");
        breakRecord(journal, 2);
        String manifest = invoice(journal).get("2026-11/manifest.json");
        assertThat(manifest)
                .contains("\"damages\":[{\"damage\":\"", "\"gaps\":[{\"from\":2,\"lane\":0,\"life\":\"" + first);
        assertThat(invoice(journal).get("2026-11/tenant-two.json")).contains("\"requests\":2");
        assertThat(invoice(journal, old).get("2026-11/tenant-two.json"))
                .as("the older copy heals it")
                .contains("\"requests\":3");
    }

    /** Flips a bit in the n-th usage record of the journal's one file. */
    private static void breakRecord(Path journal, int number) throws IOException {
        try (var files = Files.newDirectoryStream(journal, "*.cq4")) {
            Path file = files.iterator().next();
            byte[] bytes = Files.readAllBytes(file);
            byte[] mark = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(NOVEMBER)
                    .array();
            int found = 0;
            for (int at = 0; at < bytes.length - mark.length; at += 4) {
                if (Arrays.equals(bytes, at, at + 8, mark, 0, 8) && ++found == number) {
                    bytes[at] ^= 1;
                }
            }
            assertThat(found).isGreaterThanOrEqualTo(number);
            Files.write(file, bytes);
        }
    }

    @Test
    void shouldExitAsTheContractSays() throws IOException {
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
        }
        String c = catalog.toString();
        String j = journal.toString();
        assertThat(Run.of().exitCode()).isEqualTo(2);
        assertThat(Run.of("finalize").exitCode()).isEqualTo(2);
        assertThat(Run.of("invoice", "--catalog", c, "--journal", j).exitCode()).isEqualTo(2);
        Run badCycle = Run.of("invoice", "--catalog", c, "--journal", j, "--cycle", "November");
        assertThat(badCycle.exitCode()).isEqualTo(2);
        assertThat(badCycle.err()).contains("--cycle: cycle 'November': expected year and month like 2026-11");
        Run noJournal = Run.invoice(catalog, out, List.of(dir.resolve("none")));
        assertThat(noJournal.exitCode()).isEqualTo(1);
        assertThat(noJournal.err())
                .isEqualTo("invoice: " + dir.resolve("none")
                        + ": no journal files (*.cq4) there; expected <data>/journal of a node\n");
        Run wrongFolder = Run.invoice(catalog, out, List.of(journal, Files.createDirectory(dir.resolve("empty"))));
        assertThat(wrongFolder.exitCode()).as("one journal, one folder without").isEqualTo(1);
        assertThat(wrongFolder.err()).contains(dir.resolve("empty") + ": no journal files (*.cq4) there");
        Run noCatalog = Run.invoice(dir.resolve("none.yaml"), out, List.of(journal));
        assertThat(noCatalog.exitCode()).isEqualTo(1);
        assertThat(noCatalog.err()).contains("none.yaml: expected a file that exists, found none");
        Files.writeString(catalog, "tenants: [{id: a, plan: x}]\n");
        Run badCatalog = Run.invoice(catalog, out, List.of(journal));
        assertThat(badCatalog.exitCode()).isEqualTo(1);
        assertThat(badCatalog.err()).startsWith(catalog + ":1: tenants[0].plan: expected the name of a plan");
        assertThat(out).as("nothing was written").doesNotExist();
        assertThat(Run.of("invoice", "--help").exitCode()).isZero();
    }

    @Test
    void shouldFindJournalsBelowAFolder() throws IOException {
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            node.request("tenant-two", NOVEMBER);
        }
        SortedMap<String, String> direct = invoice(journal);
        out = dir.resolve("again");
        assertThat(invoice(dir.resolve("a"))).as("the data directory").isEqualTo(direct);
    }

    @Test
    void shouldReplaceFilesAndNameThoseThatItDidNotWrite() throws IOException {
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            node.request("tenant-two", NOVEMBER);
        }
        SortedMap<String, String> first = invoice(journal);
        Files.writeString(out.resolve("2026-11/tenant-two.json"), "spoiled");
        Files.writeString(out.resolve("2026-11/tenant-gone.json"), "old");
        Run run = Run.invoice(catalog, out, List.of(journal));
        assertThat(run.err()).contains("not of this run", "tenant-gone.json").doesNotContain("tenant-two.json");
        Files.delete(out.resolve("2026-11/tenant-gone.json"));
        assertThat(Run.files(out)).as("nothing is left beside").isEqualTo(first);
    }
}
