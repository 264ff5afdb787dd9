package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import openclaw.edge.ledger.read.JournalReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code journal} commands say of files, folders and paths in which there is less than was meant. */
class JournalOddFilesTest {
    private static final long NOVEMBER = ns("2026-11-10T12:00:00Z");
    private static final long HOUR_NS = 3_600_000_000_000L;

    @TempDir
    Path dir;

    private Path data;
    private Path journal;

    /** Two files with a record in each. */
    @BeforeEach
    void write() {
        data = dir.resolve("data");
        AtomicLong clock = new AtomicLong(NOVEMBER);
        try (Node node = new Node(data, "edge-a", 1, clock::get)) {
            journal = node.journal();
            node.request("t", NOVEMBER);
            clock.addAndGet(HOUR_NS);
            node.request("t", NOVEMBER + HOUR_NS);
        }
    }

    private static Run journal(Object... args) {
        return Run.of(Stream.concat(Stream.of("journal"), Stream.of(args).map(Object::toString))
                .toArray(String[]::new));
    }

    @Test
    void shouldTakeNoFolderWithoutARecordForComplete() throws IOException {
        for (int length : new int[] {0, 100}) {
            Path folder = Files.createDirectory(dir.resolve("empty-" + length));
            Path file = Files.write(folder.resolve("20261110-12F.cq4"), new byte[length]);
            Run run = journal("verify", "--format", "table", folder);
            assertThat(run.exitCode()).as(run.out()).isEqualTo(3);
            assertThat(run.out())
                    .contains("empty file: " + file.toRealPath() + ", " + length + " bytes: holds no record")
                    .contains("not complete: ")
                    .endsWith("not one record was found, so nothing is known to be complete\n");
            Run json = journal("verify", "--format", "json", folder);
            assertThat(json.exitCode()).isEqualTo(3);
            assertThat(json.out())
                    .contains("{\"type\":\"empty_file\",")
                    .contains("\"complete\":false,\"complete_so_far\":false,")
                    .contains("\"empty_files\":1,");
        }
    }

    @Test
    void shouldNameAFileThatHoldsNothingBesideWholeOnes() throws IOException {
        Path newest = Files.write(journal.resolve("20261110-18F.cq4"), new byte[0]);
        Run made = journal("verify", "--format", "table", journal);
        assertThat(made.out())
                .contains("empty file: " + newest.toRealPath() + ", 0 bytes: holds no record")
                .contains("\ncomplete: 2 records");
        assertThat(made.exitCode()).as("it may have been made just now").isZero();
        for (int length : new int[] {0, 100}) {
            Path older = Files.write(journal.resolve("20261110-11F.cq4"), new byte[length]);
            Run run = journal("verify", "--format", "table", journal);
            assertThat(run.exitCode()).as(run.out()).isEqualTo(3);
            assertThat(run.out())
                    .contains("damage: " + older.toRealPath() + " at 0, " + length
                            + " bytes: holds no record, not even a header");
        }
    }

    @Test
    void shouldCoverACopyThatNeverBeganByAWholeOne() throws IOException {
        Path copy = Node.copy(journal, dir.resolve("copy"));
        Path first = JournalReader.files(List.of(copy)).get(0);
        Files.write(first, new byte[0]);
        Run alone = journal("verify", "--format", "table", copy);
        assertThat(alone.exitCode()).as(alone.out()).isEqualTo(3);
        Run both = journal("verify", "--format", "table", copy, journal);
        assertThat(both.out()).contains("covered damage: " + first + " at 0, 0 bytes");
        assertThat(both.exitCode()).as(both.out()).isZero();
    }

    @Test
    void shouldNotBeCompleteWhereLanesOfAKilledLifeWereLost() throws IOException {
        Path killed = dir.resolve("killed");
        Path other = dir.resolve("other");
        Node node = new Node(other, "edge-b", 1, () -> NOVEMBER);
        String life = node.life();
        node.request("t", NOVEMBER);
        Node.copy(node.journal(), killed.resolve("journal"));
        node.close();
        Run running = journal("verify", "--format", "table", killed);
        assertThat(running.exitCode()).as(running.out()).isZero();
        assertThat(running.out()).contains("open: life " + life, "complete so far: ");
        new Node(killed, "edge-b", 1, () -> NOVEMBER + HOUR_NS).close();
        Run run = journal("verify", "--format", "table", killed.resolve("journal"));
        assertThat(run.exitCode()).as(run.out()).isEqualTo(3);
        assertThat(run.out())
                .contains("lost end: life " + life + " of edge-b has no end (CLOSE), and its node has started since")
                .doesNotContain("open: ")
                .contains("lost ends 1");
        Run json = journal("verify", "--format", "json", killed.resolve("journal"));
        assertThat(json.out())
                .contains("{\"type\":\"lost_end\",\"node\":\"edge-b\",\"life\":\"" + life, "\"lost_ends\":1");
    }

    @Test
    void shouldSayThatNothingWasArchived() throws IOException {
        Run run = journal("archive", journal, "--cycle", "2026-10", "--out", dir.resolve("archives"));
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("archive: the journals hold no usage of cycle 2026-10 among 2 records");
    }

    @Test
    void shouldPrintTheOthersWhereOnePathIsNoJournal() throws IOException {
        Path nowhere = dir.resolve("nowhere");
        Path empty = Files.createDirectory(dir.resolve("nothing"));
        Run run = journal("cat", "--format", "json", "--quiet", nowhere, journal, empty);
        assertThat(run.exitCode()).isOne();
        assertThat(run.out().lines()).hasSize(2);
        assertThat(run.err())
                .contains("cat: " + nowhere + ": no such journal; expected")
                .contains("cat: " + empty + ": no journal files (*.cq4) there");
        Run none = journal("cat", "--format", "json", "--quiet", nowhere, empty);
        assertThat(none.exitCode()).isOne();
        assertThat(none.out()).isEmpty();
    }

    @Test
    void shouldSayWhatWasExpected() throws IOException {
        assertThat(journal("tail", "-n", "x", journal).err()).contains("--lines x: expected 0 to 1000000");
        assertThat(journal("tail", "-n", "9999999999", journal).err())
                .contains("--lines 9999999999: expected 0 to 1000000");
        assertThat(journal("stat", "--threads", "x", journal).err())
                .contains("--threads x: expected 1 to 1024, or 0 for one for each core");
        Run unknown = journal("foo");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("no command 'foo'; there are: stat, cat, verify, tail");
    }

    @Test
    void shouldSayHowAReaderIsRegisteredBeforeTheFirstStart() throws IOException {
        Path early = dir.resolve("early").resolve("journal");
        Run run = journal("register", "billing", early);
        assertThat(run.exitCode()).isOne();
        assertThat(run.err()).contains("Before the node's first start make it").endsWith("mkdir -p " + early + "\n");
        Files.createDirectories(early);
        assertThat(journal("register", "billing", early).exitCode()).isZero();
        try (Stream<Path> left = Files.walk(early)) {
            assertThat(left.sorted(Comparator.naturalOrder())).hasSizeGreaterThan(1);
        }
    }
}
