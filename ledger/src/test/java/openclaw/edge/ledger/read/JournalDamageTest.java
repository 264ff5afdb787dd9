package openclaw.edge.ledger.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import openclaw.edge.ledger.read.SmallJournal.Place;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files cut off at any byte, with bits flipped, zeros or rubbish anywhere: every record whose own bytes are whole is visited
 * once, what is torn is named with file and position, and nothing is thrown.
 */
class JournalDamageTest {
    private static final long SEED = 20261120;
    private static final int SWEEP = 300;

    @TempDir
    static Path directory;

    private static byte[] intact;
    private static List<Place> places;
    private static int written;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void write() throws IOException {
        final Path journal = SmallJournal.write(directory.resolve("data"), "edge-a", 1, 60);
        intact = SmallJournal.files(journal).firstEntry().getValue();
        final Path file = Files.write(directory.resolve("intact.cq4"), intact);
        places = SmallJournal.places(file);
        written = places.get(places.size() - 1).to();
        assertThat(places).hasSizeGreaterThan(30);
        System.out.println("seed " + SEED);
    }

    private static ReadReport read(final byte[] bytes, final Seen seen) throws IOException {
        final Path file = directory.resolve("damaged.cq4");
        Files.write(file, bytes);
        return new JournalReader(List.of(file)).read(seen);
    }

    private static boolean isWhole(final Place place, final byte[] bytes) {
        return place.to() <= bytes.length
                && Arrays.equals(intact, place.from(), place.to(), bytes, place.from(), place.to());
    }

    /** Checks a file in which bytes were changed or cut off, but none were moved. */
    private static ReadReport check(final String what, final byte[] bytes) throws IOException {
        final Seen seen = new Seen();
        final ReadReport report = read(bytes, seen);
        final TreeSet<String> expected = new TreeSet<>();
        Place lastWhole = null;
        for (final Place place : places) {
            if (isWhole(place, bytes)) {
                lastWhole = place;
                if (place.isUsage()) {
                    expected.add(place.identity());
                }
            }
        }
        assertThat(seen.records().keySet()).as("%s: %s", what, report.damages()).isEqualTo(expected);
        for (final Place place : places) {
            if (lastWhole != null && place.position() < lastWhole.position() && !isWhole(place, bytes)) {
                assertThat(report.damages())
                        .as("%s: %s is torn", what, place)
                        .anyMatch(damage -> damage.positionBytes() <= place.position()
                                && place.position() < damage.positionBytes() + damage.lengthBytes());
            }
        }
        return report;
    }

    @Test
    void shouldReadTheIntactFile() throws IOException {
        final Seen seen = new Seen();
        final ReadReport report = read(intact, seen);
        assertThat(report.damages()).isEmpty();
        assertThat(report.extents())
                .singleElement()
                .satisfies(extent -> assertThat(extent.ended()).isTrue());
        assertThat(seen.records())
                .hasSize((int) places.stream().filter(Place::isUsage).count());
    }

    @Test
    void shouldReadWhatStandsBeforeACut() throws IOException {
        final int dense = places.get(8).from();
        for (int i = 0; i < SWEEP + 340; i++) {
            final int cut = i < SWEEP ? random.nextInt(written) : dense + i - SWEEP;
            final byte[] bytes = Arrays.copyOf(intact, cut);
            final ReadReport report = check("cut at " + cut, bytes);
            final boolean betweenDocuments =
                    cut == 0 || places.stream().anyMatch(place -> cut == place.position() || cut == place.to());
            if (!betweenDocuments && cut > places.get(0).position()) {
                assertThat(report.damages())
                        .as("cut at %d", cut)
                        .singleElement()
                        .satisfies(damage -> assertThat(damage.positionBytes() + damage.lengthBytes())
                                .isEqualTo(cut));
            } else if (betweenDocuments) {
                assertThat(report.damages()).as("cut at %d", cut).isEmpty();
            }
        }
    }

    @Test
    void shouldReadAllButTheRecordWithAFlippedBit() throws IOException {
        for (int i = 0; i < 2 * SWEEP; i++) {
            // Half of them where the records are, which is a fifteenth of the file.
            final int at = i % 2 == 0
                    ? random.nextInt(intact.length)
                    : places.get(0).from()
                            - 4
                            + random.nextInt(written - places.get(0).from());
            final int bit = random.nextInt(8);
            final byte[] bytes = intact.clone();
            bytes[at] ^= (byte) (1 << bit);
            final ReadReport report = check("bit " + bit + " of " + at, bytes);
            for (final Place place : places) {
                if (place.position() <= at && at < place.to()) {
                    assertThat(report.damages())
                            .as("bit %d of %d", bit, at)
                            .singleElement()
                            .satisfies(
                                    damage -> assertThat(damage.positionBytes()).isEqualTo(place.position()));
                }
            }
        }
    }

    @Test
    void shouldReadWhatStandsAroundZerosAndRubbish() throws IOException {
        for (int i = 0; i < SWEEP; i++) {
            final int from = i % 4 == 0 ? random.nextInt(written) : written / 15 * 14 + random.nextInt(written / 15);
            final int to = Math.min(written, from + 1 + random.nextInt(1 << random.nextInt(14)));
            final byte[] bytes = intact.clone();
            if (i % 2 == 0) {
                Arrays.fill(bytes, from, to, (byte) 0);
            } else {
                final byte[] rubbish = new byte[to - from];
                random.nextBytes(rubbish);
                System.arraycopy(rubbish, 0, bytes, from, rubbish.length);
            }
            check((i % 2 == 0 ? "zeros" : "rubbish") + " from " + from + " to " + to, bytes);
        }
    }

    @Test
    void shouldReadAllAroundWhatWasPutIn() throws IOException {
        final int[] lengths = {1, 2, 3, 5, 160, 4096, 6 << 20};
        for (final int length : lengths) {
            final Place behind = places.get(places.size() / 2);
            final byte[] put = new byte[length];
            if (length < 4096) {
                random.nextBytes(put);
            }
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.write(intact, 0, (int) behind.position());
            bytes.write(put);
            bytes.write(intact, (int) behind.position(), intact.length - (int) behind.position());
            final Seen seen = new Seen();
            final ReadReport report = read(bytes.toByteArray(), seen);
            assertThat(seen.records()).as("%d bytes put in", length).hasSize((int)
                    places.stream().filter(Place::isUsage).count());
            assertThat(report.damages())
                    .as("%d bytes put in", length)
                    .singleElement()
                    .satisfies(damage -> {
                        assertThat(damage.positionBytes()).isEqualTo(behind.position());
                        assertThat(damage.lengthBytes()).isEqualTo(length);
                    });
            assertThat(report.extents().get(0).ended()).isTrue();
        }
    }

    @Test
    void shouldFindNothingInRubbish() throws IOException {
        final byte[] rubbish = new byte[1 << 20];
        random.nextBytes(rubbish);
        final ReadReport report = read(rubbish, new Seen());
        assertThat(report.usageRecords()).isZero();
        assertThat(report.damages()).isNotEmpty();
        assertThat(read(new byte[0], new Seen()).damages()).isEmpty();
    }
}
