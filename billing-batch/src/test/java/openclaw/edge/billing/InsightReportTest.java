package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What {@code report} says of usage: a journal of ten weeks with a known pattern, a spike and a silence. */
class InsightReportTest {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long FIRST = ns("2026-09-07T00:00:00Z");
    private static final String AS_OF = "2026-11-16T00:00:00Z";
    private static final String CATALOG = """
            plans:
              pro: {subscription_fee: 10.00, monthly_quota: 100_000, overage_rate: 0.001}
            tenants:
              - {id: acme, plan: pro}
              - {id: "a&b", plan: pro}
              - {id: idle}
            """;

    @TempDir
    private static Path dir;

    private static Path catalog;
    private static Path journal;

    /** 100 tokens an hour by day, 10 by night, half of it at weekends; FIRST is a Monday. */
    private static long tokens(long hour) {
        long day = hour / 24 % 7;
        long base = hour % 24 >= 8 && hour % 24 < 20 ? 100 : 10;
        return day >= 5 ? base / 2 : base;
    }

    @BeforeAll
    static void write() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), CATALOG);
        long hours = (ns(AS_OF) - FIRST) / HOUR_NS;
        long spike = (ns("2026-11-05T03:00:00Z") - FIRST) / HOUR_NS;
        long silence = (ns("2026-11-11T10:00:00Z") - FIRST) / HOUR_NS;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1, () -> FIRST)) {
            journal = node.journal();
            for (long hour = 0; hour < hours; hour++) {
                long more = hour == spike ? 1_000 : 0;
                if (hour < silence || hour >= silence + 6) {
                    node.request(0, "acme", FIRST + hour * HOUR_NS, tokens(hour) + more);
                }
            }
            node.request(0, "a&b", ns("2026-11-15T00:00:00Z"), 7);
            node.request(0, "acme", ns(AS_OF), 999);
        }
    }

    private static Run report(String... more) {
        List<String> args = new ArrayList<>(List.of("report", "--catalog", catalog.toString(), "--cycle", "2026-11"));
        args.addAll(List.of("--out", dir.resolve("none").toString(), "--as-of", AS_OF));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    private static Run ofJournal(String... more) {
        List<String> args = new ArrayList<>(List.of("--journal", journal.toString()));
        args.addAll(List.of(more));
        return report(args.toArray(String[]::new));
    }

    private static Run asOf(String instant) {
        return Run.of(
                "report",
                "--catalog",
                catalog.toString(),
                "--cycle",
                "2026-11",
                "--journal",
                journal.toString(),
                "--as-of",
                instant);
    }

    private static long used() {
        long sum = 1_000;
        for (long hour = (ns("2026-11-01T00:00:00Z") - FIRST) / HOUR_NS; hour < (ns(AS_OF) - FIRST) / HOUR_NS; hour++) {
            sum += tokens(hour);
        }
        return sum - 600;
    }

    @Test
    void shouldTellUsageTrendAnomaliesAndForecastInJson() {
        Run run = ofJournal("--json", "--tenant", "acme");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.out())
                .contains(
                        "\"as_of\":\"2026-11-16T00:00:00Z\"",
                        "\"tokens\":" + used() + "}",
                        "{\"from\":\"2026-11-05T00:00:00Z\",\"requests\":24,\"tokens\":2320}",
                        "\"billing_cycle_id\":\"2026-10\",\"tokens\":34980,\"tokens_by_then\":",
                        "\"kind\":\"spike\"",
                        "\"from\":\"2026-11-05T03:00:00Z\"",
                        "\"to\":\"2026-11-05T04:00:00Z\",\"tokens\":1010,\"usual_tokens\":10}",
                        "\"from\":\"2026-11-11T10:00:00Z\",\"kind\":\"silence\"",
                        "\"to\":\"2026-11-11T16:00:00Z\",\"tokens\":0,\"usual_tokens\":600}",
                        "\"judged_hours\":360",
                        "\"basis\":\"hour_of_week\"",
                        "\"so_far\":\"10.00\"");
        long rest = 0;
        for (long hour = (ns(AS_OF) - FIRST) / HOUR_NS; hour < (ns("2026-12-01T00:00:00Z") - FIRST) / HOUR_NS; hour++) {
            rest += tokens(hour);
        }
        String forecast = run.out().replaceAll(".*\"forecast\":\\{[^}]*\"tokens\":([0-9]+).*\\s*", "$1");
        assertThat(Long.parseLong(forecast)).isBetween((used() + rest) * 95 / 100, (used() + rest) * 105 / 100);
        assertThat(ofJournal("--json", "--tenant", "acme").out()).isEqualTo(run.out());
        assertThat(ofJournal("--json").out().lines().map(line -> line.replaceAll(".*\"tenant_id\":([^,]*),.*", "$1")))
                .containsExactly("null", "\"a&b\"", "\"acme\"", "\"idle\"");
    }

    @Test
    void shouldRateWhatIsExpected() throws IOException {
        Path dear = Files.writeString(
                dir.resolve("dear.yaml"), "tenants: [{id: acme, overage_rate: 0.5, billing: {currency: EUR}}]\n");
        Run run = Run.of(
                "report",
                "--catalog",
                dear.toString(),
                "--journal",
                journal.toString(),
                "--cycle",
                "2026-11",
                "--as-of",
                AS_OF,
                "--json",
                "--tenant",
                "acme");
        String json = run.out();
        long expected = Long.parseLong(json.replaceAll(".*\"forecast\":\\{[^}]*\"tokens\":([0-9]+).*\\s*", "$1"));
        assertThat(json)
                .contains(
                        "\"currency\":\"EUR\",\"expected\":\"" + expected / 2 + "." + (expected % 2 == 0 ? "00" : "50"))
                .contains("\"so_far\":\"" + used() / 2 + "." + (used() % 2 == 0 ? "00" : "50"));
    }

    @Test
    void shouldFitATerminal() {
        for (String by : List.of("day", "hour")) {
            Run run = ofJournal("--by", by);
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out().lines()).allMatch(line -> line.codePointCount(0, line.length()) <= 80);
            assertThat(run.out())
                    .contains("Usage of cycle 2026-11", "All tenants", "\nacme\n", "\na&b\n")
                    .contains("spike   2026-11-05 03:00    1 h 1,010, usual 10 (z ")
                    .contains("not judged: less than 4 weeks are known");
        }
        assertThat(ofJournal("--top", "1").out())
                .contains("\nacme\n", "2 more tenants used less")
                .doesNotContain("\nidle\n");
        assertThat(ofJournal("--by", "hour").out()).contains("  2026-11-11 ");
    }

    @Test
    void shouldWriteAPageThatNeedsNothingElse() throws Exception {
        Path file = dir.resolve("usage.html");
        Run run = ofJournal("--html", file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        String page = Files.readString(file);
        assertThat(page).startsWith("<!DOCTYPE html>\n").doesNotContain("http", "<script", "url(", "@import");
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        Document html = parsers.newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        page.substring(page.indexOf('\n')).getBytes(StandardCharsets.UTF_8)));
        NodeList plots = html.getElementsByTagName("svg");
        assertThat(plots.getLength()).isEqualTo(8);
        for (int i = 0; i < plots.getLength(); i++) {
            Element plot = (Element) plots.item(i);
            assertThat(plot.getAttribute("role")).isEqualTo("img");
            for (String id : plot.getAttribute("aria-labelledby").split(" ", -1)) {
                assertThat(page).containsOnlyOnce("id=\"" + id + "\"");
            }
            NodeList bars = plot.getElementsByTagName("rect");
            for (int bar = 0; bar < bars.getLength(); bar++) {
                Element rect = (Element) bars.item(bar);
                int bottom = Integer.parseInt(rect.getAttribute("y")) + Integer.parseInt(rect.getAttribute("height"));
                assertThat(bottom).isEqualTo(196);
                assertThat(Integer.parseInt(rect.getAttribute("x")) + Integer.parseInt(rect.getAttribute("width")))
                        .isLessThanOrEqualTo(712);
            }
        }
        Element acme = (Element) html.getElementsByTagName("section").item(1);
        assertThat(acme.getElementsByTagName("h2").item(0).getTextContent()).isEqualTo("acme");
        assertThat(acme.getElementsByTagName("rect").getLength()).isEqualTo(15);
        assertThat(acme.getTextContent()).contains("silence", "2026-11-11 10:00", "Cycles before, tokens");
        assertThat(html.getElementsByTagName("h2").item(2).getTextContent()).isEqualTo("a&b");
        assertThat(html.getElementsByTagName("details").getLength()).isEqualTo(4);
    }

    @Test
    void shouldTakeFinalizedCyclesFromTheStore() throws IOException {
        Path store = dir.resolve("billing.db");
        Run done = Run.of(
                "finalize",
                "--catalog",
                catalog.toString(),
                "--journal",
                journal.toString(),
                "--cycle",
                "2026-10",
                "--store",
                store.toString(),
                "--out",
                dir.resolve("out").toString(),
                "--issue-date",
                "2026-11-20");
        assertThat(done.exitCode()).as(done.err()).isZero();
        Run journals = ofJournal("--json");
        Run both = ofJournal("--json", "--store", store.toString());
        assertThat(both.out()).isEqualTo(journals.out());
        Run stored = Run.of(
                "report",
                "--catalog",
                catalog.toString(),
                "--cycle",
                "2026-10",
                "--store",
                store.toString(),
                "--json",
                "--tenant",
                "acme");
        assertThat(stored.exitCode()).as(stored.err()).isZero();
        assertThat(stored.out())
                .contains("\"tokens\":34980}", "\"forecast\":null", "\"expected\":null", "\"so_far\":\"10.00\"");
    }

    @Test
    void shouldFilterByAgentAndModel() {
        Path synthetic = dir.resolve("synthetic");
        Run made = Run.of(
                "journal",
                "generate",
                "--records",
                "2000",
                "--tenants",
                "2",
                "--agents",
                "3",
                "--seed",
                "7",
                "--cycle",
                "2026-10",
                "--out",
                synthetic.toString());
        assertThat(made.exitCode()).as(made.err()).isZero();
        String[] args = {
            "report",
            "--catalog",
            synthetic.resolve("billing.yaml").toString(),
            "--journal",
            synthetic.resolve("journal").toString(),
            "--cycle",
            "2026-10",
            "--json"
        };
        String all = Run.of(args).out().lines().findFirst().orElseThrow();
        String name = all.replaceAll(".*\"agents\":\\[\\{\"name\":\"([^\"]*)\".*", "$1");
        String tokens = all.replaceAll(
                ".*\"agents\":\\[\\{\"name\":\"[^\"]*\",\"requests\":[0-9]+,\"tokens\":([0-9]+).*", "$1");
        List<String> filtered = new ArrayList<>(List.of(args));
        filtered.addAll(List.of("--agent", name));
        String one = Run.of(filtered.toArray(String[]::new))
                .out()
                .lines()
                .findFirst()
                .orElseThrow();
        assertThat(one)
                .contains("\"agent\":\"" + name + "\"", "\"amounts\":[]")
                .contains("\"tokens\":" + tokens + "}}");
        filtered.set(filtered.size() - 2, "--model");
        Run none = Run.of(filtered.toArray(String[]::new));
        assertThat(none.out()).contains("\"used\":{\"requests\":0,\"tokens\":0}");
        assertThat(none.err()).contains("no usage of model '" + name + "' in cycle 2026-10");
    }

    @Test
    void shouldRefuseWhatCannotBeMeant() {
        assertThat(report().err()).contains("cycle 2026-11 is not finalized", "name the journals");
        assertThat(ofJournal("--tenant", "nobody").exitCode()).isEqualTo(2);
        assertThat(ofJournal("--by", "week").err()).contains("--by: expected day or hour, not 'week'");
        assertThat(asOf("noon").err()).contains("--as-of: expected an instant like");
        assertThat(asOf("2025-01-01T00:00:00Z").err()).contains("lies before the cycle 2026-11");
        assertThat(Run.of("report", "--top", "3").err()).contains("go with --catalog");
        assertThat(ofJournal("--json", "--html", "x").exitCode()).isEqualTo(2);
        Run late = Run.of(
                "report",
                "--catalog",
                catalog.toString(),
                "--journal",
                journal.toString(),
                "--cycle",
                "2026-11",
                "--as-of",
                "2026-11-20T00:00:00Z");
        assertThat(late.err()).contains("the journals end at 2026-11-16T00:00:00Z", "--as-of 2026-11-16T00:00:00Z");
    }
}
