package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code journal tail} at journals that are being written. */
class JournalTailTest {
    private static final long NOVEMBER = ns("2026-11-10T12:00:00Z");
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    Path dir;

    private final AtomicLong clock = new AtomicLong(NOVEMBER);
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FutureTask<Integer> tail;
    private Thread thread;

    private void tailJson(int records, Path journal) {
        tail("journal", "tail", "-n", Integer.toString(records), "--format", "json", journal.toString());
    }

    private void tail(String... args) {
        Callable<Integer> run = () -> BillingMain.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        tail = new FutureTask<>(run);
        thread = new Thread(tail, "tail");
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (thread != null) {
            thread.interrupt();
            thread.join();
        }
    }

    private void awaitOutput(String text) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT_NS;
        while (!out.toString().contains(text)) {
            assertThat(System.nanoTime() - deadline).as("%s; %s", out, err).isNegative();
            assertThat(tail.isDone()).as("%s; %s", out, err).isFalse();
            Thread.sleep(5);
        }
    }

    @Test
    void shouldShowTheLastRecordsAndThoseThatComeAcrossFilesAndNodes() throws Exception {
        try (Node node = new Node(dir.resolve("a/data"), "edge-a", 2, clock::get)) {
            for (int i = 0; i < 20; i++) {
                node.request(i % 2, "before-" + i, NOVEMBER + i, 1);
            }
            tailJson(3, dir.resolve("a"));
            awaitOutput("\"before-19\"");
            assertThat(out.toString().lines()).hasSize(3);
            assertThat(out.toString())
                    .contains("\"before-17\"", "\"before-18\"")
                    .doesNotContain("\"before-16\"");
            node.request("next", NOVEMBER + 100);
            awaitOutput("\"next\"");
            clock.addAndGet(HOUR_NS);
            node.request("rolled", NOVEMBER + HOUR_NS);
            awaitOutput("\"rolled\"");
            try (Node other = new Node(dir.resolve("a/other"), "edge-b", 1, clock::get)) {
                other.request("joined", NOVEMBER + HOUR_NS + 1);
                awaitOutput("\"joined\"");
            }
            thread.interrupt();
            assertThat(tail.get(TIMEOUT_NS, TimeUnit.NANOSECONDS)).isZero();
        }
        assertThat(out.toString().lines())
                .hasSize(6)
                .allSatisfy(line -> assertThat(line).startsWith("{\"type\":\"usage\",\"node\":\"edge-"));
        assertThat(err.toString()).isEmpty();
    }

    /** An hour whose records say that they ended later than those of the next, which none does: where it shows, it was read. */
    private void hours(Node node) throws Exception {
        for (int i = 0; i < 3; i++) {
            node.request("first", NOVEMBER + 2 * HOUR_NS + i);
        }
        clock.addAndGet(HOUR_NS);
        for (int i = 0; i < 5; i++) {
            node.request("second", NOVEMBER + HOUR_NS + HOUR_NS / 2 + i);
        }
    }

    @Test
    void shouldNotReadFilesThatAreTooOldToHoldAnyOfTheLast() throws Exception {
        try (Node node = new Node(dir.resolve("data"), "edge-a", 1, clock::get)) {
            hours(node);
            tailJson(5, node.journal());
            awaitOutput("\"second\"");
            node.request("next", NOVEMBER + HOUR_NS + 100);
            awaitOutput("\"next\"");
        }
        assertThat(out.toString().lines()).hasSize(6).noneMatch(line -> line.contains("\"first\""));
    }

    @Test
    void shouldGoBackOverFilesUntilItHasAsManyAsWereAskedFor() throws Exception {
        try (Node node = new Node(dir.resolve("data"), "edge-a", 1, clock::get)) {
            hours(node);
            tailJson(7, node.journal());
            awaitOutput("\"first\"");
            node.request("next", NOVEMBER + HOUR_NS + 100);
            awaitOutput("\"next\"");
        }
        assertThat(out.toString().lines().filter(line -> line.contains("\"second\"")))
                .hasSize(4);
        assertThat(out.toString().lines().filter(line -> line.contains("\"first\"")))
                .hasSize(3);
    }

    @Test
    void shouldFollowFromTheEndWhenNoneOfTheLastIsWanted() throws Exception {
        try (Node node = new Node(dir.resolve("data"), "edge-a", 1, clock::get)) {
            hours(node);
            tail(
                    "journal",
                    "tail",
                    "-n",
                    "0",
                    "--format",
                    "table",
                    node.journal().toString());
            awaitOutput("ADMITTED ");
            node.request("next", NOVEMBER + HOUR_NS + 100);
            awaitOutput(" next ");
        }
        assertThat(out.toString()).doesNotContain("first", "second");
    }

    @Test
    void shouldShowOnlyWhatIsAskedFor() throws Exception {
        try (Node node = new Node(dir.resolve("data"), "edge-a", 1, clock::get)) {
            node.request("t", NOVEMBER);
            tail(
                    "journal",
                    "tail",
                    "--tenant",
                    "t",
                    "--control",
                    "--format",
                    "table",
                    node.journal().toString());
            awaitOutput(" t ");
            node.request("unwanted", NOVEMBER + 1);
            node.request("t", NOVEMBER + 2);
            awaitOutput("12:00:00.000000002Z");
            clock.addAndGet(HOUR_NS);
            node.drain();
            awaitOutput("TICK new file");
        }
        awaitOutput("CLOSE orderly");
        assertThat(out.toString()).startsWith("ADMITTED ");
        // Its NAME is a control record; no record of its own.
        assertThat(out.toString().lines().filter(line -> line.contains("unwanted")))
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("NAME TENANT"));
    }
}
