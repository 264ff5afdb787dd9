package openclaw.edge.billing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.UsageBatch;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was read of complete files is kept, and changes nothing but what has to be read. */
class CheckpointsTest {
    /** From the start of a document to the record in it. */
    private static final int DOCUMENT_HEADER_LENGTH = 4;

    @TempDir
    Path dir;

    private Path journal;
    private Path catalog;
    private int runs;

    @BeforeEach
    void generate() {
        Path out = dir.resolve("synthetic");
        Run run = Run.of(
                "journal",
                "generate",
                "--records",
                "4000",
                "--tenants",
                "20",
                "--agents",
                "3",
                "--seed",
                "5",
                "--cycle",
                "2026-11",
                "--out",
                out.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        journal = out.resolve("journal");
        catalog = out.resolve("billing.yaml");
    }

    /** What a run wrote and said. */
    private record Made(Map<String, String> files, String err) {}

    private Made invoice(boolean isKept, Path... journals) {
        Path out = dir.resolve("out-" + runs++);
        List<String> args = new ArrayList<>(
                List.of("invoice", "--catalog", catalog.toString(), "--cycle", "2026-11", "--out", out.toString()));
        for (Path path : journals) {
            args.add("--journal");
            args.add(path.toString());
        }
        if (isKept) {
            args.add("--checkpoints");
            args.add(dir.resolve("kept").toString());
        }
        Run run = Run.of(args.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new Made(Run.files(out), run.err());
    }

    /** Runs with what was kept and without; answers how many files were not read. */
    private int reused(Path... journals) {
        Made plain = invoice(false, journals);
        Made kept = invoice(true, journals);
        assertThat(kept.files()).isEqualTo(plain.files());
        String told = "read before and not again: ";
        int at = kept.err().indexOf(told);
        return at < 0
                ? 0
                : Integer.parseInt(
                        kept.err().substring(at + told.length(), kept.err().indexOf(" files", at)));
    }

    /** What is kept, by name. */
    private List<Path> checkpoints() throws IOException {
        try (Stream<Path> files = Files.list(dir.resolve("kept/2026-11"))) {
            return files.sorted().toList();
        }
    }

    /** A complete file of a journal: another one of its directory has a later name. */
    private static Path complete(Path journal) throws IOException {
        Map<Path, Path> first = new TreeMap<>();
        for (Path file : JournalReader.files(List.of(journal))) {
            Path before = first.putIfAbsent(file.getParent(), file);
            if (before != null) {
                return before;
            }
        }
        throw new AssertionError("no directory with two files in " + journal);
    }

    @Test
    void shouldNotReadAgainWhatWasReadAndMakeTheSame() throws IOException {
        assertThat(reused(journal)).isZero();
        int kept = checkpoints().size();
        assertThat(kept).isGreaterThan(3);
        assertThat(reused(journal)).isEqualTo(kept);
        assertThat(reused(journal)).isEqualTo(kept);
    }

    @Test
    void shouldGoOnWhereARunWasCutOff() throws IOException {
        reused(journal);
        List<Path> all = checkpoints();
        Files.delete(all.get(0));
        Path cut = all.get(1);
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 100));
        byte[] damaged = Files.readAllBytes(all.get(2));
        damaged[damaged.length / 2] ^= 1;
        Files.write(all.get(2), damaged);
        assertThat(reused(journal)).isEqualTo(all.size() - 3);
        assertThat(checkpoints()).isEqualTo(all);
        assertThat(reused(journal)).isEqualTo(all.size());
    }

    @Test
    void shouldNotTakeWhatWasKeptOfAnotherFile() throws IOException {
        reused(journal);
        List<Path> all = checkpoints();
        byte[] first = Files.readAllBytes(all.get(0));
        Files.write(all.get(0), Files.readAllBytes(all.get(1)));
        Files.write(all.get(1), first);
        assertThat(reused(journal)).isEqualTo(all.size() - 2);
    }

    @Test
    void shouldReadFilesThatHaveChanged() throws IOException {
        reused(journal);
        int all = checkpoints().size();
        Path file = complete(journal);
        byte[] bytes = Files.readAllBytes(file);
        var modified = Files.getLastModifiedTime(file);
        bytes[usageAt(file) + DOCUMENT_HEADER_LENGTH + UsageRecordDescriptor.CHARGED_TOKENS_OFFSET] ^= 1;
        Files.write(file, bytes);
        Files.setLastModifiedTime(file, modified);
        assertThat(reused(journal)).isEqualTo(all - 1);
        assertThat(invoice(true, journal).err()).contains("damage: " + file);
        assertThat(checkpoints()).as("what is damaged is not kept").hasSize(all - 1);
    }

    @Test
    void shouldCountCopiesOfWhatWasKeptOnce() throws IOException {
        reused(journal);
        int all = checkpoints().size();
        Path copy = Node.copy(complete(journal).getParent(), dir.resolve("a-copy"));
        int taken = reused(copy, journal);
        assertThat(taken).isBetween(1, all);
        assertThat(reused(copy, journal))
                .isBetween(1, all + JournalReader.files(List.of(copy)).size());
    }

    @Test
    void shouldReadEverythingWhereCopiesContradict() throws IOException {
        reused(journal);
        Path file = complete(journal);
        Path copy = Node.copy(file.getParent(), dir.resolve("a-forged-copy")).resolve(file.getFileName());
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(Math.toIntExact(Files.size(copy))).order(LITTLE_ENDIAN);
        bytes.put(Files.readAllBytes(copy));
        int at = usageAt(copy) + DOCUMENT_HEADER_LENGTH;
        bytes.putLong(at + UsageRecordDescriptor.CHARGED_TOKENS_OFFSET, 1_000_000);
        new RecordRegion(bytes).seal(at);
        byte[] changed = new byte[bytes.capacity()];
        bytes.get(0, changed);
        Files.write(copy, changed);
        reused(copy, journal);
        assertThat(invoice(true, journal, copy).err()).contains("conflict: two records ");
        reused(journal, copy);
        assertThat(reused(journal)).as("none of them tells of the copy").isPositive();
    }

    @Test
    void shouldKeepSumsWhenPricesChangeAndNotWhenWhatIsCountedDoes() throws IOException {
        reused(journal);
        int all = checkpoints().size();
        String text = Files.readString(catalog);
        String dearer = text.replaceFirst("overage_rate: [0-9.]+", "overage_rate: 0.5");
        assertThat(dearer).isNotEqualTo(text);
        Files.writeString(catalog, dearer);
        assertThat(reused(journal)).isEqualTo(all);
        Files.writeString(catalog, dearer.replaceFirst("subscription_fee:", "bill: admitted\n    subscription_fee:"));
        assertThat(Files.readString(catalog)).isNotEqualTo(dearer);
        assertThat(reused(journal)).isZero();
        assertThat(checkpoints()).as("those by other rules are gone").hasSize(all);
    }

    @Test
    void shouldKeepNothingOfAFileThatIsStillWritten() throws IOException {
        Path file = complete(journal);
        Path alone = Files.createDirectories(dir.resolve("alone"));
        try (Node node = new Node(alone, "edge-a", 1)) {
            node.request("tenant-00001", Node.ns("2026-11-10T12:00:00Z"));
            node.drain();
            assertThat(reused(node.journal())).isZero();
            assertThat(checkpoints()).isEmpty();
            node.request("tenant-00001", Node.ns("2026-11-10T12:00:01Z"));
            node.drain();
            assertThat(reused(node.journal(), file)).isZero();
            assertThat(checkpoints()).hasSize(1);
        }
    }

    /** Position of the document of a file's first usage record. */
    private static int usageAt(Path file) throws IOException {
        long[] at = {-1};
        new JournalReader(List.of(file)).read(new JournalVisitor() {
            @Override
            public void onUsages(UsageBatch batch) {
                at[0] = at[0] < 0 ? batch.positionBytes(0) : at[0];
            }

            @Override
            public void onUsage(UsageRecord record) {}
        });
        return Math.toIntExact(at[0]);
    }
}
