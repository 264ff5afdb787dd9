package openclaw.edge.ledger.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import openclaw.edge.ledger.record.RecordDescriptor;
import openclaw.edge.ledger.record.RecordRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals that were written once read the same for ever; what a later release writes is named, counted and passed over. */
class GoldenJournalTest {
    @TempDir
    Path directory;

    private void unpack() throws IOException {
        try (InputStream bytes = GoldenJournalTest.class.getResourceAsStream("journals-v1.zip");
                ZipInputStream zip = new ZipInputStream(bytes, StandardCharsets.UTF_8)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                final Path file = directory.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.write(file, zip.readAllBytes());
            }
        }
    }

    @Test
    void shouldReadTheJournalsOfVersion1() throws IOException {
        unpack();
        final String expected;
        try (InputStream text = GoldenJournalTest.class.getResourceAsStream("journals-v1.txt")) {
            expected = new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(expected)
                .contains("COMPLETE", "CLIENT_ABORT", "UPSTREAM_FAILED", "TIMEOUT", "SHUTDOWN", "IN_DOUBT")
                .contains("NAME", "OPEN", "CLOSE", "TICK", "CATALOG", "VOID", "LOSS", "gap", "damage");
        assertThat(JournalText.of(directory)).isEqualTo(expected);
    }

    @Test
    void shouldNameAndCountWhatItDoesNotKnow() throws IOException {
        unpack();
        final Path file = directory.resolve("edge-c").resolve("20261120-20F.cq4");
        final byte[] bytes = Files.readAllBytes(file);
        final List<SmallJournal.Place> usages = SmallJournal.places(file).stream()
                .filter(SmallJournal.Place::isUsage)
                .toList();
        change(bytes, usages.get(0), RecordDescriptor.VERSION_OFFSET, 2);
        change(bytes, usages.get(1), RecordDescriptor.VERSION_OFFSET, 2);
        change(bytes, usages.get(2), RecordDescriptor.TYPE_OFFSET, 99);
        final Path changed = Files.write(directory.resolve("changed.cq4"), bytes);
        final Seen seen = new Seen();
        final ReadReport report = new JournalReader(List.of(changed)).read(seen);
        assertThat(seen.records().keySet()).singleElement().asString().endsWith(":0:8");
        assertThat(report.unknown())
                .containsExactlyInAnyOrder(
                        new ReadReport.Unknown(
                                changed.toRealPath(), 2, 1, 2, usages.get(0).position()),
                        new ReadReport.Unknown(
                                changed.toRealPath(), 1, 99, 1, usages.get(2).position()));
        assertThat(report.isClean()).isFalse();
        assertThat(report.damages()).isEmpty();
    }

    @Test
    void shouldPassOverRecordsThatSayWhatCannotBe() throws IOException {
        unpack();
        final Path file = directory.resolve("edge-c").resolve("20261120-20F.cq4");
        final List<SmallJournal.Place> places = SmallJournal.places(file);
        // Any field of any record, all bits set, under a CRC that agrees: named or counted, never thrown.
        int named = 0;
        for (final SmallJournal.Place place : places) {
            for (int field = RecordDescriptor.LANE_OFFSET; field < place.length(); field++) {
                final byte[] bytes = Files.readAllBytes(file);
                change(bytes, place, field, 0xFF);
                final Path changed = Files.write(directory.resolve("changed.cq4"), bytes);
                final ReadReport report = new JournalReader(List.of(changed)).read(new Seen());
                named += report.damages().size();
            }
        }
        assertThat(named).as("records with lengths and lanes that cannot be").isPositive();
    }

    private static void change(final byte[] bytes, final SmallJournal.Place place, final int field, final int value) {
        final byte[] record = Arrays.copyOfRange(bytes, place.from(), place.to());
        record[field] = (byte) value;
        new RecordRegion(ByteBuffer.wrap(record)).seal(0);
        System.arraycopy(record, 0, bytes, place.from(), record.length);
    }
}
