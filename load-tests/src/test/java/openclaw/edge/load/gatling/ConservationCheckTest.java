package openclaw.edge.load.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.EdgeProcess;
import openclaw.edge.load.harness.Invoices;
import openclaw.edge.load.harness.Leftovers;
import openclaw.edge.load.harness.Metrics;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.ScriptedUpstream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker finds nothing wrong with a node's true books, and finds out when any one of them was tampered with. */
final class ConservationCheckTest {
    private static final int REQUESTS = 20;
    private static final int MOST = 1_000_000;

    @TempDir
    private static Path directory;

    private static ClientBooks clients;
    private static EdgeFiles files;
    private static String scraped;
    private static Invoices invoices;

    /** One node's life: requests that are admitted, one that fails upstream, one that is refused. */
    @BeforeAll
    static void serve() throws Exception {
        clients = new ClientBooks();
        try (ScriptedUpstream upstream = ScriptedUpstream.start(LoadUpstream::answer)) {
            files = EdgeFiles.write(directory, upstream.port(), "event_loops: 1");
            try (EdgeProcess node = EdgeProcess.start(files, "-XX:TieredStopAtLevel=1")) {
                for (int i = 0; i < REQUESTS; i++) {
                    ask(EdgeFiles.KEY, "/v1/rate");
                }
                ask(EdgeFiles.KEY, "/fail");
                ask("nobody's key", "/v1/rate");
                Leftovers.assertNothingHeld(node);
                scraped = node.admin("/metrics");
                assertThat(node.terminate()).isZero();
            }
        }
        invoices = Invoices.of(
                files.catalog(),
                List.of(files.journal()),
                JournalBooks.read(List.of(files.journal())).cycles(),
                directory.resolve("invoices"));
    }

    @AfterAll
    static void forget() {
        clients = null;
    }

    private static void ask(final String key, final String path) throws IOException {
        final String id = clients.next();
        final String request = RawClient.get(key, path);
        try (RawClient client = RawClient.connect(files.port())) {
            client.send(request.replaceFirst("\r\n", "\r\nX-Request-Id: " + id + "\r\n"));
            clients.answered(id, client.read().status());
        }
    }

    @Test
    void shouldHoldTrueBooks() throws Exception {
        assertThat(violated(clients, scraped, journal(), invoices)).isEmpty();
        assertThat(Conservation.noFailures(clients).holds()).isFalse();
    }

    @Test
    void shouldFindOutAboutMetricsThatWereTamperedWith() throws Exception {
        final String admitted = "openclaw_edge_decisions_total{decision=\"admitted\",reason=\"none\",} ";
        assertThat(violated(clients, tampered(admitted, REQUESTS + 2), journal(), invoices))
                .contains("malformed + refused + admitted = sent", "final records = admitted", "ended = admitted");
        final String refused = "openclaw_edge_decisions_total{decision=\"refused\",reason=\"unauthenticated\",} ";
        assertThat(violated(clients, tampered(refused, 0), journal(), invoices))
                .containsExactly("malformed + refused + admitted = sent");
        final String consumed =
                "token_bucket_consumed_total{tenant=\"" + EdgeFiles.TENANT + "\",limit=\"monthly_quota\",} ";
        assertThat(violated(clients, tampered(consumed, REQUESTS), journal(), invoices))
                .contains("tokens charged = consumed - refunded", "tokens of the records = consumed - refunded");
    }

    private static String tampered(final String name, final long value) {
        final String changed = scraped.lines()
                .map(line -> line.startsWith(name) ? name + value : line)
                .reduce("", (all, line) -> all + line + "\n");
        assertThat(changed).contains(name).isNotEqualTo(scraped);
        return changed;
    }

    @Test
    void shouldFindOutAboutARecordThatWasDamaged() throws Exception {
        final Path copy = copied("damaged");
        flip(
                copy,
                NameHash.xxh64(ascii(clients.prefix() + 7), 0, clients.prefix().length() + 1, 0));
        assertThat(violated(clients, scraped, JournalBooks.read(List.of(copy)), invoices))
                .contains(
                        "final records = admitted",
                        "answered 2xx, by request id, without a record",
                        "tokens of the records = consumed - refunded",
                        "tokens invoiced = tokens of the records",
                        "gaps, conflicts, damages, losses, lives without an end");
    }

    @Test
    void shouldFindOutAboutARecordThatIsCountedTwice() throws Exception {
        final JournalBooks books = journal();
        final boolean[] isAgain = new boolean[1];
        new JournalReader(List.of(files.journal())).read(record -> {
            if (record.isFinal() && !isAgain[0]) {
                isAgain[0] = true;
                books.add(record);
            }
        });
        assertThat(violated(clients, scraped, books, invoices))
                .containsExactly(
                        "final records = admitted",
                        "tokens of the records = consumed - refunded",
                        "tokens invoiced = tokens of the records",
                        "requests invoiced = records that are not exempt");
    }

    @Test
    void shouldFindOutAboutAnAnswerWithoutARecordAndInvoicesOfOtherFigures() throws Exception {
        final ClientBooks others = new ClientBooks();
        for (int i = 0; i < REQUESTS + 2; i++) {
            others.answered(others.next(), 200);
        }
        assertThat(violated(others, scraped, journal(), invoices))
                .contains("answered 2xx, by request id, without a record", "answered 2xx <= admitted");
        assertThat(violated(clients, scraped, journal(), new Invoices(invoices.requests() + 1, invoices.tokens())))
                .containsExactly("requests invoiced = records that are not exempt");
    }

    @Test
    void shouldFindOutAboutRestartedNodesThatLostRecords() throws Exception {
        assertThat(Conservation.ofRestarted(clients, journal())).allMatch(Row::holds);
        assertThat(Conservation.ofRestarted(clients, new JournalBooks())).noneMatch(Row::holds);
    }

    private static JournalBooks journal() throws IOException {
        return JournalBooks.read(List.of(files.journal()));
    }

    private static List<String> violated(
            final ClientBooks clients, final String metrics, final JournalBooks journal, final Invoices invoiced) {
        final NodeBooks node = NodeBooks.of(List.of(Metrics.parse(metrics)));
        final List<Row> rows = new ArrayList<>(Conservation.ofMetrics(clients, node));
        rows.addAll(Conservation.ofTotals(node, journal));
        rows.addAll(Conservation.ofJournal(clients, node.consumedNet(), journal, invoiced));
        assertThat(Row.table("", rows)).contains("ok");
        return rows.stream().filter(row -> !row.holds()).map(Row::what).toList();
    }

    private static Path copied(final String name) throws IOException {
        final Path copy = Files.createDirectories(directory.resolve(name));
        try (Stream<Path> all = Files.list(files.journal())) {
            for (final Path file : all.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    /** Changes one bit of this figure where it stands in the journal, once. */
    private static void flip(final Path journal, final long figure) throws IOException {
        try (Stream<Path> all = Files.list(journal)) {
            for (final Path file :
                    all.filter(each -> each.toString().endsWith(".cq4")).toList()) {
                final ByteBuffer bytes =
                        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
                for (int at = 0; at < Math.min(MOST, bytes.limit() - Long.BYTES); at++) {
                    if (bytes.getLong(at) == figure) {
                        bytes.put(at, (byte) (bytes.get(at) ^ 1));
                        Files.write(file, bytes.array());
                        return;
                    }
                }
            }
        }
        throw new AssertionError("no record of that request in " + journal);
    }

    private static UnsafeBuffer ascii(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }
}
