package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import openclaw.edge.ledger.record.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals of the real ledger with the totals of a node beside them, told apart to the request. */
class ReconcileCommandTest {
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");
    private static final long MINUTE = 60_000_000_000L;

    @TempDir
    Path dir;

    private final AtomicLong now = new AtomicLong(OCTOBER);
    private long requests;
    private long refused;
    private long admitted;
    private long unrecorded;

    /** A node that says in its TICKs what the test says. */
    private Node node(String name) {
        Node node = new Node(dir.resolve(name), name, 1, now::get);
        node.metrics(sink -> {
            sink.metric("requests", requests);
            sink.metric("requests_malformed", 3);
            sink.metric("requests_refused", refused);
            sink.metric("requests_admitted", admitted);
            sink.metric("requests_admitted_unrecorded", unrecorded);
        });
        return node;
    }

    private void tick(Node node) {
        now.addAndGet(2 * MINUTE);
        node.drain();
    }

    private static Run reconcile(Path journal, String... more) {
        List<String> args = new ArrayList<>(List.of("reconcile", "--journal", journal.toString()));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    @Test
    void shouldFindNoDifferenceWhereThereIsNone() {
        Path journal;
        String life;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            life = node.life();
            node.request("acme", OCTOBER);
            node.request("acme", OCTOBER);
            requests = 6;
            refused = 4;
            admitted = 2;
            tick(node);
            node.request("acme", OCTOBER);
        }
        Run run = reconcile(journal);
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out())
                .contains(
                        "balance  " + life
                                + "  2 requests, 3 tokens: node edge-a: 2 admitted by its last TICK = 2 final records"
                                + " before it + 0 in flight + 0 unrecorded; 1 final records after it; 3 malformed, 4 refused",
                        "no differences");
    }

    @Test
    void shouldNameMoreAndFewerRecordsThanWereAdmitted() {
        Path journal;
        String life;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            life = node.life();
            node.request("acme", OCTOBER);
            node.request("acme", OCTOBER);
            requests = 5;
            admitted = 5;
            tick(node);
            node.request("acme", OCTOBER);
        }
        Run fewer = reconcile(journal);
        assertThat(fewer.exitCode()).isEqualTo(3);
        assertThat(fewer.out()).contains("missing  " + life + "  2 requests", "5 admitted and to be recorded");
        admitted = 1;
        requests = 1;
        refused = 1;
        try (Node node = node("edge-b")) {
            journal = node.journal();
            life = node.life();
            node.request("acme", OCTOBER);
            node.request("acme", OCTOBER);
            tick(node);
        }
        String second = life;
        Run more = reconcile(journal, "--json");
        assertThat(more.exitCode()).isEqualTo(3);
        assertThat(more.out().lines().filter(line -> line.contains("\"kind\":\"surplus\"")))
                .hasSize(2)
                .allMatch(line -> line.contains("\"subject\":\"" + second + "\"") && line.contains("\"requests\":1"));
    }

    @Test
    void shouldNameLossesDoubtsAndCopies() {
        Path killed;
        String life;
        try (Node node = node("edge-a")) {
            life = node.life();
            node.request("acme", OCTOBER);
            node.open(0, "acme", OCTOBER, 5, Phase.STREAMING);
            node.loss(0, "acme", 7, OCTOBER);
            requests = 3;
            admitted = 3;
            unrecorded = 1;
            tick(node);
            killed = node.killedCopy(dir.resolve("killed"));
        }
        requests = 0;
        admitted = 0;
        unrecorded = 0;
        try (Node node = new Node(killed, "edge-a", 1, now::get)) {
            node.drain();
        }
        Path copy = Node.copy(killed, dir.resolve("copy"));
        Run run = reconcile(
                killed.resolve("journal"), "--journal", copy.resolve("journal").toString());
        assertThat(run.exitCode()).as(run.out()).isEqualTo(3);
        assertThat(run.out())
                .contains(
                        "in_doubt  " + life + "  1 requests, 5 tokens",
                        "loss  " + life + ":0  1 requests, 7 tokens",
                        "duplicate  journals  2 requests",
                        "= 1 final records before it + 1 in flight + 1 unrecorded",
                        "2 differences");
    }

    @Test
    void shouldCompareWithWhatWasInvoiced() throws IOException {
        Path catalog = Files.writeString(dir.resolve("billing.yaml"), "tenants: [{id: acme, overage_rate: 0.5}]\n");
        Path store = dir.resolve("billing.db");
        Path first;
        Path late;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1, now::get)) {
            first = node.journal();
            node.request(0, "acme", OCTOBER, 4);
        }
        try (Node node = new Node(dir.resolve("b"), "edge-b", 1, now::get)) {
            late = node.journal();
            node.request(0, "acme", OCTOBER, 9);
        }
        String[] of = {"--catalog", catalog.toString(), "--cycle", "2026-10", "--store", store.toString()};
        List<String> args = new ArrayList<>(List.of("finalize", "--journal", first.toString()));
        args.addAll(List.of(of));
        args.addAll(List.of("--out", dir.resolve("out").toString()));
        assertThat(Run.of(args.toArray(String[]::new)).exitCode()).isZero();
        Run same = reconcile(first, of);
        assertThat(same.exitCode()).as(same.out() + same.err()).isZero();
        assertThat(same.out())
                .contains("balance  acme  1 requests, 4 tokens: cycle 2026-10: invoiced as in the journals");
        args.addAll(List.of("--journal", late.toString()));
        List<String> both = new ArrayList<>(List.of(of));
        both.addAll(List.of("--journal", late.toString()));
        Run run = reconcile(first, both.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out())
                .contains("late  acme  1 requests, 9 tokens: arrived after cycle 2026-10", "1 differences");
        Run gone = reconcile(late, of);
        assertThat(gone.out())
                .contains("missing  acme  1 requests, 4 tokens: cycle 2026-10: 4 tokens of 1 requests invoiced");
        assertThat(reconcile(first, "--cycle", "2026-10").exitCode()).isEqualTo(2);
    }

    @Test
    void shouldNotCountAgainWhatWasAcceptedUntilItGrows() throws IOException {
        Path journal;
        String life;
        try (Node node = node("edge-a")) {
            journal = node.journal();
            life = node.life();
            node.loss(0, "acme", 7, OCTOBER);
            node.request("acme", OCTOBER);
        }
        Path file = dir.resolve("accepted.jsonl");
        String loss = "loss:" + life + ":0";
        assertThat(reconcile(journal, "--accepted", file.toString()).exitCode()).isEqualTo(3);
        assertThat(file).doesNotExist();
        for (String[] wrong : new String[][] {
            {"--accept", loss},
            {"--reason", "why"},
            {"--accept", loss, "--accepted", file.toString()},
            {"--accept", loss, "--reason", "why"}
        }) {
            assertThat(reconcile(journal, wrong).err())
                    .contains("--accept goes with --reason TEXT and --accepted FILE");
        }
        Run none = reconcile(journal, "--accept", "loss:x", "--reason", "why", "--accepted", file.toString());
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("--accept loss:x: there is no such difference");
        assertThat(file).doesNotExist();

        Run accepted = reconcile(journal, "--accept", loss, "--reason", "disk was full", "--accepted", file.toString());
        assertThat(accepted.exitCode()).as(accepted.out() + accepted.err()).isZero();
        assertThat(accepted.out())
                .contains("tokens: served without records", "(accepted)", "no differences, 1 accepted");
        assertThat(Files.readString(file))
                .containsPattern("\"date\":\"20[0-9T:.-]+Z\"")
                .contains("\"kind\":\"loss\"", "\"reason\":\"disk was full\"", "\"requests\":1", "\"tokens\":7");
        Run again = reconcile(journal, "--accepted", file.toString(), "--json");
        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).contains("\"accepted\":true");
        assertThat(reconcile(journal).exitCode()).isEqualTo(3);

        Files.writeString(file, Files.readString(file).replace("\"tokens\":7", "\"tokens\":6"));
        assertThat(reconcile(journal, "--accepted", file.toString()).exitCode()).isEqualTo(3);
        assertThat(reconcile(journal, "--accepted", file.toString(), "--accept", "all", "--reason", "grew")
                        .exitCode())
                .isZero();
        assertThat(Files.readAllLines(file)).hasSize(2);
        Files.writeString(file, "nonsense\n");
        assertThat(reconcile(journal, "--accepted", file.toString()).err())
                .contains("accepted.jsonl:1: expected a JSON object");
    }
}
