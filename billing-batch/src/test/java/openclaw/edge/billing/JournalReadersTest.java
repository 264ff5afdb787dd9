package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import openclaw.edge.ledger.retain.RetentionPolicy;
import openclaw.edge.ledger.retain.RetentionStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code journal readers}, {@code register}, {@code commit} and {@code unregister}, and what is said of what was deleted. */
class JournalReadersTest {
    private static final RetentionPolicy EVERYTHING = new RetentionPolicy(Long.MAX_VALUE, 0);
    private static final long NOVEMBER = ns("2026-11-10T12:00:00Z");
    private static final long HOUR_NS = 3_600_000_000_000L;

    @TempDir
    Path dir;

    private final AtomicLong clock = new AtomicLong(NOVEMBER);
    private Node node;
    private String journal;

    @BeforeEach
    void write() {
        node = new Node(dir.resolve("data"), "edge-a", 1, clock::get);
        journal = node.journal().toString();
        node.request("t", NOVEMBER);
        node.request("t", NOVEMBER + 1);
        clock.addAndGet(HOUR_NS);
        node.request("t", NOVEMBER + HOUR_NS);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private static Run journal(String... args) {
        return Run.of(Stream.concat(Stream.of("journal"), Stream.of(args)).toArray(String[]::new));
    }

    @Test
    void shouldRegisterCommitListAndUnregister() {
        assertThat(journal("readers", journal, "--format", "table").out())
                .isEqualTo("no reader is registered with " + journal + ": nothing of it is deleted\n");
        assertThat(journal("register", "billing", journal, "--format", "table"))
                .isEqualTo(new Run(0, "reader 'billing' is registered with " + journal + "\n", ""));
        assertThat(journal("register", "billing", journal).out()).startsWith("{\"type\":\"was_registered\"");
        assertThat(journal("readers", journal).out())
                .contains("\"reader\":\"billing\"", "\"committed\":null", "\"records\":0,\"not_committed\":3");
        Run commit = journal("commit", "billing", journal, "--before", "2026-11-10T12:00:00.000000001Z");
        assertThat(commit.exitCode()).as(commit.err()).isZero();
        assertThat(commit.out()).contains("\"added\":1,\"records\":1");
        assertThat(journal("readers", journal).out())
                .contains("\"what\":\"before 2026-11-10T12:00:00.000000001Z\"", "\"records\":1,\"not_committed\":2");
        assertThat(journal("readers", journal, "--format", "table").out()).startsWith("READER ");
        assertThat(journal("unregister", "billing", journal).exitCode()).isZero();
        assertThat(journal("unregister", "billing", journal).exitCode()).isOne();
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThat(journal("register", "billing", journal + "/none"))
                .isEqualTo(new Run(
                        1,
                        "",
                        "register: " + journal
                                + "/none: no such journal directory; expected <data>/journal of a node. Before the node's"
                                + " first start make it, as the user that will own it: mkdir -p " + journal
                                + "/none\n"));
        assertThat(journal("register", "a/b", journal).exitCode()).isOne();
        assertThat(journal("register").exitCode()).isEqualTo(2);
        assertThat(journal("commit", "billing", journal).exitCode()).isEqualTo(2);
        assertThat(journal("commit", "billing", journal, "--before", "yesterday")
                        .exitCode())
                .isEqualTo(2);
        Run unknown = journal("commit", "billing", journal, "--before", "2026-12");
        assertThat(unknown.exitCode()).isOne();
        assertThat(unknown.err()).contains("no reader 'billing' is registered");
    }

    @Test
    void shouldRefuseFoldersThatAreNoJournalOfANode() throws Exception {
        Path data = node.journal().getParent();
        for (Path above : List.of(data, data.getParent())) {
            Run refused = journal("register", "billing", above.toString());
            assertThat(refused.exitCode()).isOne();
            assertThat(refused.err())
                    .contains("register: " + above + ": not the journal of a node; expected <data>/journal of one")
                    .contains(journal);
        }
        Path other = Files.createDirectory(dir.resolve("other"));
        Path inner = Files.createDirectory(other.resolve("notes"));
        assertThat(journal("register", "billing", other.toString()).err())
                .contains(other + ": not the journal of a node; expected <data>/journal of one\n");
        // A node that has not started yet.
        Run early = journal("register", "billing", inner.toString());
        assertThat(early.exitCode()).isZero();
        assertThat(early.err())
                .startsWith(
                        "register: " + inner + " holds no journal files (*.cq4): right before the node's first start;");
        assertThat(journal("unregister", "billing", inner.toString()).exitCode())
                .isZero();
        assertThat(journal("commit", "billing", data.toString(), "--before", "2026-12")
                        .err())
                .contains("not the journal of a node");
    }

    @Test
    void shouldSayWhatWasDeletedAndThatADraftLacksIt() throws Exception {
        journal("register", "billing", journal);
        assertThat(node.retain(EVERYTHING).state()).isEqualTo(RetentionStatus.State.READER_BEHIND);
        journal("commit", "billing", journal, "--before", "2026-12");
        assertThat(node.retain(EVERYTHING).state()).isEqualTo(RetentionStatus.State.WITHIN);
        Run living = journal("verify", journal, "--format", "table");
        assertThat(living.exitCode()).as(living.out()).isZero();
        assertThat(living.out()).contains("complete so far: ", "; 1 lives have not ended");
        assertThat(journal("verify", journal).out())
                .contains("\"complete\":false,\"complete_so_far\":true,", "\"unfinished_lives\":1");
        node.close();
        assertThat(journal("verify", journal).out())
                .contains("\"complete\":true,\"complete_so_far\":true,", "\"unfinished_lives\":0");

        Run verify = journal("verify", journal, "--format", "table");
        assertThat(verify.exitCode()).as(verify.out()).isZero();
        assertThat(verify.out())
                .contains("deleted file: " + node.journal().resolve("20261110-12F.cq4") + ", 2 records, at ")
                .contains("after it had been committed by billing; SHA-256 ")
                .contains("2 of the records 1-2, admitted from 2026-11-10T12:00:00.000000000Z to")
                .contains("complete: 1 records", "2 records deleted after they had been committed");
        assertThat(journal("verify", journal).out()).contains("\"deleted_records\":2", "\"type\":\"deleted_file\"");
        assertThat(journal("stat", journal).out()).contains("\"gaps\":0", "\"deleted_records\":2");
        assertThat(journal("cat", journal, "--control", "--format", "table").out())
                .contains("DELETED lane 0: 1-2", "DELETED_FILE 20261110-12F.cq4");
        assertThat(journal("cat", journal, "--control").out())
                .contains("\"type\":\"deleted\"", "\"type\":\"deleted_file\"");

        Path catalog = Files.writeString(
                dir.resolve("billing.yaml"),
                "tenants:\n  - {id: t, monthly_quota: 5, overage_rate: 0.1}\nbilling: {currency: USD}\n");
        Run invoice = Run.invoice(catalog, dir.resolve("out"), List.of(node.journal()));
        assertThat(invoice.exitCode()).as(invoice.err()).isZero();
        assertThat(invoice.err()).contains("deleted 1");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldArchiveACycleAndCommitExactlyThat() throws Exception {
        clock.set(ns("2026-12-01T00:00:00Z"));
        node.request("t", clock.get());
        node.request("u", clock.get() - 1);
        clock.addAndGet(HOUR_NS);
        node.request("t", clock.get());
        String out = dir.resolve("archives").toString();
        Run archive = journal("archive", journal, "--cycle", "2026-11", "--out", out);
        assertThat(archive.exitCode()).as(archive.err()).isZero();
        assertThat(archive.out().lines())
                .satisfiesExactly(
                        t -> assertThat(t).contains("\"tenant\":\"t\",\"records\":3"),
                        u -> assertThat(u).contains("\"tenant\":\"u\",\"records\":1"));
        Path november = dir.resolve("archives/2026-11");
        assertThat(names(november)).containsExactly("SHA256SUMS", "position", "t.archive", "u.archive");
        assertThat(journal("verify", november.toString(), "--format", "table"))
                .isEqualTo(new Run(0, "complete: 4 records, 0 duplicates, 1 lives, 2 files\n", ""));
        assertThat(journal("cat", november.resolve("u.archive").toString()).out())
                .startsWith("{\"type\":\"usage\",\"node\":\"edge-a\"")
                .contains("\"tenant\":\"u\"");
        assertThat(journal("stat", november.toString(), "--format", "table").out())
                .contains(" archived ", "4 records");

        journal("register", "billing", journal);
        Run commit = journal(
                "commit",
                "billing",
                journal,
                "--position",
                november.resolve("position").toString());
        assertThat(commit.out()).contains("\"added\":4");
        // The file with a record of December is kept.
        assertThat(node.retain(EVERYTHING).state()).isEqualTo(RetentionStatus.State.READER_BEHIND);
        assertThat(journal("verify", journal).out()).contains("\"deleted_records\":3");
        assertThat(journal("verify", journal, november.toString()).out())
                .contains("\"deleted_records\":0", "\"complete_so_far\":true");
        // Again, from what is left and the archives: the same.
        Run again = journal("archive", journal, november.toString(), "--cycle", "2026-11", "--out", out + "-again");
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(dir.resolve("archives-again/2026-11/t.archive"))
                .hasSameBinaryContentAs(november.resolve("t.archive"));
        assertThat(journal("archive", journal, "--cycle", "2026-13").exitCode()).isEqualTo(2);
    }

    /** Finalized, archived, committed, deleted; then a late record: a correction of that alone, or none without the archives. */
    @Test
    void shouldAskForTheArchivesWhereACorrectionWouldMissWhatWasDeleted() throws Exception {
        AtomicLong october = new AtomicLong(ns("2026-10-20T08:00:00Z"));
        Path catalog = Files.writeString(
                dir.resolve("billing.yaml"),
                "tenants:\n  - {id: t, monthly_quota: 0, overage_rate: 0.1}\nbilling: {currency: USD}\n");
        String own;
        try (Node edge = new Node(dir.resolve("october"), "edge-o", 1, october::get)) {
            own = edge.journal().toString();
            edge.request("t", october.get());
            edge.request("t", october.get() + 1);
            october.addAndGet(HOUR_NS);
            edge.drain();
        }
        assertThat(finalizeOctober(catalog, own).exitCode()).isZero();
        Path archives = dir.resolve("archives");
        assertThat(journal("archive", own, "--cycle", "2026-10", "--out", archives.toString())
                        .exitCode())
                .isZero();
        journal("register", "billing", own);
        journal(
                "commit",
                "billing",
                own,
                "--position",
                archives.resolve("2026-10/position").toString());
        try (Node edge = new Node(dir.resolve("october"), "edge-o", 1, october::get)) {
            assertThat(edge.retain(EVERYTHING).state()).isEqualTo(RetentionStatus.State.WITHIN);
            edge.request("t", october.get());
        }
        Run without = finalizeOctober(catalog, own);
        assertThat(without.exitCode()).isOne();
        assertThat(without.err())
                .contains(
                        "2 of the sequences 1-2 were deleted after they had been committed; name the cycle's archives");
        Run with = finalizeOctober(catalog, own, archives.toString());
        assertThat(with.exitCode()).as(with.err()).isZero();
        assertThat(with.out()).contains("1 invoices, 1 corrections, 0 credit notes, total 0.30 USD");
    }

    private Run finalizeOctober(Path catalog, String... journals) {
        List<String> args = new ArrayList<>(List.of(
                "finalize",
                "--catalog",
                catalog.toString(),
                "--cycle",
                "2026-10",
                "--out",
                dir.resolve("out").toString(),
                "--store",
                dir.resolve("billing.db").toString()));
        for (String journal : journals) {
            args.addAll(List.of("--journal", journal));
        }
        return Run.of(args.toArray(String[]::new));
    }
}
