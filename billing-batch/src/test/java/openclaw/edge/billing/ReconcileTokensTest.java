package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import openclaw.edge.ledger.journal.TickSource;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that buckets consumed and refunded, as TICKs tell, against the records of real journals, to the token. */
class ReconcileTokensTest {
    private static final long OCTOBER = ns("2026-10-10T12:00:00Z");
    private static final long MINUTE = 60_000_000_000L;
    private static final Path GOLDEN =
            Path.of("../ledger/src/test/resources/openclaw/edge/ledger/read/journals-v1.zip");

    @TempDir
    Path dir;

    private final AtomicLong now = new AtomicLong(OCTOBER);
    private long admitted;
    private long consumed;
    private long refunded;
    private String life;

    private void requests(TickSource.Sink sink) {
        sink.metric("requests", admitted);
        sink.metric("requests_malformed", 0);
        sink.metric("requests_refused", 0);
        sink.metric("requests_admitted", admitted);
        sink.metric("requests_admitted_unrecorded", 0);
    }

    private void all(TickSource.Sink sink) {
        requests(sink);
        sink.metric("tokens_consumed", consumed);
        sink.metric("tokens_refunded", refunded);
        sink.metric("tokens_consumed_unrecorded", 0);
        sink.metric("tokens_refunded_unrecorded", 0);
    }

    private Node node(String name, int lanes) {
        Node node = new Node(dir.resolve(name), name, lanes, now::get);
        node.metrics(this::all);
        life = node.life();
        return node;
    }

    private void tick(Node node) {
        now.addAndGet(2 * MINUTE);
        node.drain();
    }

    private static void exempt(Node node, int lane, long tokens) {
        node.end(lane, node.open(lane, "acme", OCTOBER, tokens, Phase.SENT), Outcome.UPSTREAM_FAILED, 502, false);
    }

    private static Run reconcile(Path journal, String... more) {
        List<String> args = new ArrayList<>(List.of("reconcile", "--journal", journal.toString()));
        args.addAll(List.of(more));
        return Run.of(args.toArray(String[]::new));
    }

    @Test
    void shouldFindWhatBucketsConsumedAndRefundedInTheRecords() {
        Path journal;
        try (Node node = node("edge-a", 1)) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, 5);
            exempt(node, 0, 3);
            int open = node.open(0, "acme", OCTOBER, 7, Phase.STREAMING);
            admitted = 3;
            consumed = 15;
            refunded = 3;
            tick(node);
            node.end(0, open, Outcome.COMPLETE, 200, true);
        }
        Run run = reconcile(journal);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .contains("balance  " + life
                        + ":tokens  2 requests, 5 tokens: node edge-a: 15 consumed by its last TICK ="
                        + " 8 by the records before it + 7 in flight + 0 unrecorded; 3 refunded = 3 not charged by those"
                        + " records + 0 by later ones + 0 unrecorded; 5 charged, 0 in doubt and neither charged nor"
                        + " refunded");
        assertThat(reconcile(journal, "--json").out())
                .contains("\"figures\":{\"admitted_by_records\":8,\"charged_by_records\":5,\"consumed\":15,"
                        + "\"consumed_unrecorded\":0,\"in_doubt_uncharged\":0,\"in_flight\":7,\"refunded\":3,"
                        + "\"refunded_unrecorded\":0}");
    }

    /** Two lanes whose last records leave 4 and 1 to be given back, and others 2 and 8; 16 was charged. */
    private Run twoLanes(long consumedByTick, long refundedByTick, boolean isEnded) {
        String name = "edge-" + consumedByTick + "-" + refundedByTick;
        try (Node node = node(name, 2)) {
            exempt(node, 0, 2);
            exempt(node, 0, 4);
            node.request(1, "acme", OCTOBER, 16);
            exempt(node, 1, 8);
            exempt(node, 1, 1);
            admitted = 5;
            consumed = consumedByTick;
            refunded = refundedByTick;
            tick(node);
            exempt(node, 1, 32);
            return reconcile(isEnded ? closed(node) : node.journal());
        }
    }

    private static Path closed(Node node) {
        node.close();
        return node.journal();
    }

    @Test
    void shouldTolerateTheRefundThatFollowsEachLanesLastRecordAndNoMore() {
        for (long refund = 10; refund <= 47; refund++) {
            Run run = twoLanes(31, refund, true);
            assertThat(run.exitCode()).as(refund + ": " + run.out()).isZero();
        }
        assertThat(twoLanes(31, 9, true).out())
                .contains("surplus  " + life + ":refunded  0 requests, 1 tokens: node edge-31-9: the records before its"
                        + " last TICK left 15 tokens uncharged, of which its buckets were given back 9; 5 might have"
                        + " followed");
        assertThat(twoLanes(31, 48, true).out())
                .contains("missing  " + life + ":refunded  0 requests, 1 tokens", "all its records left 47 uncharged");
        assertThat(twoLanes(31, 49, false).out())
                .as("of a running node nobody knows what was in flight")
                .contains("balance  " + life + ":tokens");
        assertThat(twoLanes(30, 15, false).out()).contains("surplus  " + life + ":consumed  0 requests, 1 tokens");
        assertThat(twoLanes(63, 15, true).exitCode()).isZero();
        assertThat(twoLanes(64, 15, true).out()).contains("missing  " + life + ":consumed  0 requests, 1 tokens");
        assertThat(twoLanes(65, 15, false).exitCode()).isZero();
    }

    @Test
    void shouldKeepRequestsWithoutRecordsApart() {
        Path journal;
        try (Node node = new Node(dir.resolve("lossy"), "edge-a", 1, now::get)) {
            journal = node.journal();
            life = node.life();
            node.metrics(sink -> {
                sink.metric("requests", 3);
                sink.metric("requests_admitted", 3);
                sink.metric("requests_admitted_unrecorded", 2);
                sink.metric("tokens_consumed", 5 + 20 + 30);
                sink.metric("tokens_refunded", 30);
                sink.metric("tokens_consumed_unrecorded", 20 + 30);
                sink.metric("tokens_refunded_unrecorded", 30);
            });
            node.request(0, "acme", OCTOBER, 5);
            node.loss(0, "acme", 20, OCTOBER);
            node.loss(0, "acme", 0, OCTOBER);
            tick(node);
        }
        assertThat(reconcile(journal).out())
                .contains(
                        "loss  " + life + ":0  2 requests, 20 tokens",
                        "balance  " + life
                                + ":tokens  1 requests, 5 tokens: node edge-a: 55 consumed by its last TICK ="
                                + " 5 by the records before it + 0 in flight + 50 unrecorded; 30 refunded",
                        "1 differences");
    }

    @Test
    void shouldFailOnARecordThatWasTamperedWith() throws IOException {
        long tokens = 7_654_321;
        Path journal;
        try (Node node = node("edge-a", 1)) {
            journal = node.journal();
            node.request(0, "acme", OCTOBER, tokens);
            admitted = 1;
            consumed = tokens;
            tick(node);
        }
        assertThat(reconcile(journal).exitCode()).isZero();
        lowerCharge(journal, tokens, 1000);
        Run run = reconcile(journal);
        assertThat(run.exitCode()).as(run.out()).isEqualTo(3);
        assertThat(run.out())
                .contains(
                        "missing  " + life + ":consumed  0 requests, 1000 tokens: node edge-a: its buckets had consumed"
                                + " 7654321 tokens by its last TICK; it has ended, and all its records were admitted with"
                                + " 7653321",
                        "1 differences")
                .contains("balance  " + life + "  1 requests");
    }

    /** Finds the one record of so many tokens in the journal's file and makes them fewer, with a CRC that is right. */
    private static void lowerCharge(Path journal, long tokens, long by) throws IOException {
        Path file;
        try (Stream<Path> files = Files.list(journal)) {
            file = files.filter(path -> path.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int changed = 0;
        for (int at = 0; at + 16 <= bytes.capacity(); at += 4) {
            if (bytes.getLong(at) == tokens && bytes.getLong(at + Long.BYTES) == tokens) {
                bytes.putLong(at, tokens - by).putLong(at + Long.BYTES, tokens - by);
                new RecordRegion(bytes).seal(at - UsageRecordDescriptor.ADMITTED_TOKENS_OFFSET);
                changed++;
            }
        }
        assertThat(changed).isEqualTo(1);
        Files.write(file, bytes.array());
    }

    @Test
    void shouldReadJournalsWhoseTicksTellOfNoTokens() throws IOException {
        Path journal;
        try (Node node = new Node(dir.resolve("old"), "edge-a", 1, now::get)) {
            journal = node.journal();
            life = node.life();
            node.metrics(this::requests);
            node.request(0, "acme", OCTOBER, 5);
            admitted = 1;
            tick(node);
        }
        Run run = reconcile(journal);
        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out())
                .contains(
                        "balance  " + life + "  1 requests, 5 tokens",
                        "not_compared  " + life + ":tokens  0 requests, 5 tokens: node edge-a: its TICKs, of an earlier"
                                + " version, do not tell",
                        "no differences");

        Run golden = reconcile(unzipped(GOLDEN, dir.resolve("golden")));
        assertThat(golden.exitCode()).as(golden.err()).isEqualTo(3);
        assertThat(golden.out()).contains("in_doubt  ", "loss  ").doesNotContain(":consumed", ":refunded");
    }

    private static Path unzipped(Path zip, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(zip);
                ZipInputStream entries = new ZipInputStream(in)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = to.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.write(file, entries.readAllBytes());
            }
        }
        return to;
    }

    /** A TICK a millisecond beside a lane at full speed: whatever a kill cuts in two, no token too many or too few is named. */
    @Test
    void shouldBalanceAProcessThatWasKilled() throws Exception {
        for (int run = 0; run < 3; run++) {
            Path data = dir.resolve("killed-" + run);
            Process child = TokensChild.start(data);
            try {
                for (int hundreds = 0; hundreds < 60 * (run + 1); hundreds++) {
                    assertThat(child.getInputStream().read()).isEqualTo('r');
                }
            } finally {
                child.destroyForcibly();
                assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
            try (Node node = new Node(data, "edge-a", 1, () -> System.currentTimeMillis() * 1_000_000L)) {
                node.drain();
            }
            Path journal = data.resolve("journal");
            Run reconciled = reconcile(journal);
            assertThat(reconciled.out())
                    .as("run %d", run)
                    .doesNotContain("missing", "surplus", ":tokens  0 requests")
                    .containsPattern(
                            "balance  [0-9a-f-]+:tokens  [1-9][0-9]* requests, [1-9][0-9]* tokens: node edge-a:"
                                    + " [1-9][0-9]* consumed by its last TICK");
        }
    }
}
