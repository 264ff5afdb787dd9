package openclaw.edge.billing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals that contradict each other, and responses that no journal holds. */
class ContradictionTest {
    private static final long NOVEMBER = ns("2026-11-10T12:00:00Z");

    @TempDir
    Path dir;

    private Path catalog;

    @BeforeEach
    void writeCatalog() throws IOException {
        catalog = Files.writeString(dir.resolve("billing.yaml"), "tenants: [{id: t, overage_rate: 1}]\n");
    }

    private Run invoice(Path... journals) {
        Run run = Run.invoice(catalog, dir.resolve("out"), List.of(journals));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private String manifest() {
        return Run.files(dir.resolve("out")).get("2026-11/manifest.json");
    }

    @Test
    void shouldCountOneOfTwoContradictingRecordsAndNameBothFiles() throws IOException {
        Path journal;
        String life;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            life = node.life();
            node.request(0, "t", NOVEMBER, 3);
            node.request(0, "t", NOVEMBER + 1, 4);
        }
        Path forged = Node.copy(journal, dir.resolve("b"));
        charge(forged, NOVEMBER + 1, 400);
        Run run = invoice(forged, journal);
        assertThat(run.err())
                .contains("conflict: two records " + life + ":0:2, in ")
                .contains(journal.toRealPath().toString(), forged.toRealPath().toString())
                .contains("this draft is not complete: conflicts 1;");
        assertThat(manifest())
                .contains("\"conflicts\":[{\"lane\":0,\"life\":\"" + life + "\",\"sequence\":2}]", "\"requests\":2,");
    }

    @Test
    void shouldInvoiceTheSameOfContradictingRecordsWhateverTheirFiles() throws IOException {
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            node.request(0, "t", NOVEMBER, 3);
            node.request(0, "t", NOVEMBER + 1, 4);
        }
        Path forged = Node.copy(journal, dir.resolve("b"));
        charge(forged, NOVEMBER + 1, 400);
        invoice(journal, forged);
        Map<String, String> first = Run.files(dir.resolve("out"));
        // The same two, each under the name of the other.
        Path before = Node.copy(forged, dir.resolve("0"));
        Path behind = Node.copy(journal, dir.resolve("1"));
        invoice(before, behind);
        assertThat(Run.files(dir.resolve("out"))).isEqualTo(first);
    }

    /** Rewrites the charge of the record admitted at an instant, with a checksum that agrees. */
    private static void charge(Path journal, long admittedNs, long tokens) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(journal, "*.cq4")) {
            Path file = files.iterator().next();
            ByteBuffer bytes =
                    ByteBuffer.allocateDirect(Math.toIntExact(Files.size(file))).order(LITTLE_ENDIAN);
            bytes.put(Files.readAllBytes(file));
            int at = 0;
            while (bytes.getLong(at + UsageRecordDescriptor.ADMITTED_NS_OFFSET) != admittedNs) {
                at += 4;
            }
            bytes.putLong(at + UsageRecordDescriptor.CHARGED_TOKENS_OFFSET, tokens);
            new RecordRegion(bytes).seal(at);
            byte[] changed = new byte[bytes.capacity()];
            bytes.get(0, changed);
            Files.write(file, changed);
        }
    }

    @Test
    void shouldNameResponsesThatWereServedWithoutRecordsInTheCycle() {
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 2)) {
            journal = node.journal();
            node.request("t", NOVEMBER);
            node.loss(0, "t", 7, NOVEMBER);
            node.loss(1, "t", 9, ns("2026-09-10T12:00:00Z"));
            node.drain();
        }
        assertThat(invoice(journal).err()).contains("losses 1;");
        assertThat(manifest())
                .contains("\"losses\":[{\"from\":\"2026-11-10T12:00:00Z\",\"lane\":0,\"life\":\"")
                .contains("\"requests\":1,\"tenant\":\"t\",\"to\":\"2026-11-10T12:00:00Z\",\"tokens\":7}]");
    }

    @Test
    void shouldWriteCountsBeyondDoublePrecisionAsStrings() {
        Path journal;
        try (Node node = new Node(dir.resolve("a"), "edge-a", 1)) {
            journal = node.journal();
            node.request(0, "t", NOVEMBER, 9_007_199_254_740_993L);
        }
        invoice(journal);
        assertThat(Run.files(dir.resolve("out")).get("2026-11/t.json"))
                .contains("\"tokens\":\"9007199254740993\"", "\"total\":\"9007199254740993.00\"");
    }
}
