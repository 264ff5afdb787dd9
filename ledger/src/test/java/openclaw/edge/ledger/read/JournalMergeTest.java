package openclaw.edge.ledger.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import openclaw.edge.ledger.record.RecordRegion;
import openclaw.edge.ledger.record.UsageRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of two nodes in any arrangement (split over directories, copied, older copies, copies cut short or torn, links,
 * one directory within another, any order, any number of threads) give one result, to the letter.
 */
class JournalMergeTest {
    private static final long SEED = 4711;
    private static final int ARRANGEMENTS = 60;

    @TempDir
    static Path directory;

    /** Of each node: its files. */
    private static List<NavigableMap<String, byte[]>> nodes;

    private static Path nodeA;

    private final Random random = new Random(SEED);
    private int made;

    @BeforeAll
    static void write() throws IOException {
        nodeA = SmallJournal.write(directory.resolve("a"), "edge-a", 2, 50);
        final Path nodeB = SmallJournal.write(directory.resolve("b"), "edge-b", 1, 70);
        nodes = List.of(SmallJournal.files(nodeA), SmallJournal.files(nodeB));
        System.out.println("seed " + SEED);
    }

    /** What must not depend on the arrangement: all but paths, extents and the number of duplicates. */
    private static String result(final List<Path> roots, final int threads) throws IOException {
        final List<Seen> seen =
                IntStream.range(0, threads).mapToObj(i -> new Seen()).toList();
        final JournalReader reader = new JournalReader(roots);
        final ReadReport report = reader.read(seen);
        final TreeMap<String, Integer> records = new TreeMap<>();
        for (final Seen one : seen) {
            one.records()
                    .forEach((identity, crc) ->
                            assertThat(records.put(identity, crc)).as(identity).isNull());
        }
        assertThat(report.usageRecords()).isEqualTo(records.size());
        final StringBuilder text = new StringBuilder();
        records.forEach(
                (identity, crc) -> text.append(identity).append(' ').append(crc).append('\n'));
        report.lives().forEach(life -> text.append(life).append('\n'));
        report.gaps().forEach(gap -> text.append(gap).append('\n'));
        report.losses().forEach(loss -> text.append(loss).append('\n'));
        report.catalogs().forEach(catalog -> text.append(catalog).append('\n'));
        report.conflicts().stream()
                .map(conflict -> conflict.life() + ":" + conflict.lane() + ":" + conflict.sequence())
                .distinct()
                .forEach(conflict -> text.append("conflict ").append(conflict).append('\n'));
        report.uncoveredDamages()
                .forEach(damage -> text.append(damage.file().getFileName())
                        .append(' ')
                        .append(damage.positionBytes())
                        .append(' ')
                        .append(damage.what())
                        .append('\n'));
        return text.toString();
    }

    private Path newDirectory(final Path within) throws IOException {
        return Files.createDirectories(within.resolve("d" + made++));
    }

    /** An older copy, an interrupted or torn one, or a whole one. */
    private byte[] copy(final byte[] bytes) {
        final int at = random.nextInt(bytes.length);
        final byte[] copy = bytes.clone();
        switch (random.nextInt(5)) {
            case 0:
                Arrays.fill(copy, Math.max(at, 0x10110), copy.length, (byte) 0);
                return copy;
            case 1:
                return Arrays.copyOf(bytes, at);
            case 2:
                copy[at] ^= (byte) (1 << random.nextInt(8));
                return copy;
            case 3:
                Arrays.fill(copy, at, Math.min(bytes.length, at + random.nextInt(8192)), (byte) 0);
                return copy;
            default:
                return copy;
        }
    }

    /** Puts every file somewhere, whole once and as copies more often; the directories to read. */
    private List<Path> arrange(final Path root) throws IOException {
        final List<Path> directories = new ArrayList<>();
        directories.add(newDirectory(root));
        for (final Map<String, byte[]> node : nodes) {
            for (final Map.Entry<String, byte[]> file : node.entrySet()) {
                final int copies = random.nextInt(4);
                final int whole = random.nextInt(copies + 1);
                for (int i = 0; i <= copies; i++) {
                    final Path to = place(directories, root, file.getKey());
                    Files.write(to, i == whole ? file.getValue() : copy(file.getValue()));
                    link(root, directories, to);
                }
            }
        }
        final List<Path> roots = new ArrayList<>(directories);
        if (random.nextBoolean()) {
            roots.add(root);
        }
        Collections.shuffle(roots, random);
        return roots;
    }

    /** A directory that has no file of that name yet: a new one, perhaps within another, or one that is there. */
    private Path place(final List<Path> directories, final Path root, final String name) throws IOException {
        final Path there = directories.get(random.nextInt(directories.size()));
        if (random.nextInt(3) > 0 && !Files.exists(there.resolve(name))) {
            return there.resolve(name);
        }
        final Path added = newDirectory(random.nextBoolean() ? root : there);
        directories.add(added);
        return added.resolve(name);
    }

    private void link(final Path root, final List<Path> directories, final Path file) throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> Files.createSymbolicLink(newDirectory(root).resolve(file.getFileName()), file);
            case 1 -> Files.createLink(newDirectory(root).resolve("other-name.cq4"), file);
            case 2 -> directories.add(Files.createSymbolicLink(root.resolve("link" + made++), file.getParent()));
            case 3 -> Files.createSymbolicLink(file.getParent().resolve("loop" + made++), root);
            default -> {
                // No link.
            }
        }
    }

    @Test
    void shouldGiveTheSameForEveryArrangement() throws IOException {
        final Path plain = Files.createDirectories(directory.resolve("plain"));
        for (int node = 0; node < nodes.size(); node++) {
            final Path to = Files.createDirectories(plain.resolve("node" + node));
            for (final Map.Entry<String, byte[]> file : nodes.get(node).entrySet()) {
                Files.write(to.resolve(file.getKey()), file.getValue());
            }
        }
        final String expected = result(List.of(plain), 1);
        assertThat(expected).contains("edge-a", "edge-b").doesNotContain("conflict", "Gap");
        for (int i = 0; i < ARRANGEMENTS; i++) {
            final List<Path> roots = arrange(Files.createDirectories(directory.resolve("arranged" + i)));
            assertThat(result(roots, 1 + random.nextInt(3)))
                    .as("arrangement %d: %s", i, roots)
                    .isEqualTo(expected);
        }
    }

    @Test
    void shouldCountTheSameOfContradictingRecordsInEveryOrder() throws IOException {
        final Map.Entry<String, byte[]> file = nodes.get(0).firstEntry();
        final List<byte[]> versions = new ArrayList<>(List.of(file.getValue()));
        for (int tokens = 1000; tokens < 1003; tokens++) {
            versions.add(forge(file.getValue(), tokens));
        }
        String expected = null;
        for (int i = 0; i < 12; i++) {
            Collections.shuffle(versions, random);
            final List<Path> roots = new ArrayList<>();
            for (final byte[] version : versions) {
                roots.add(newDirectory(directory.resolve("forged" + i)));
                Files.write(roots.get(roots.size() - 1).resolve(file.getKey()), version);
            }
            final String found = result(roots, 1 + i % 3);
            expected = expected == null ? found : expected;
            assertThat(found).as("order %d", i).isEqualTo(expected);
        }
        assertThat(expected.lines().filter(line -> line.startsWith("conflict"))).hasSize(3);
    }

    @Test
    void shouldNameAllPlacesOfAContradiction() throws IOException {
        final Map.Entry<String, byte[]> file = nodes.get(0).firstEntry();
        final List<Path> roots = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            roots.add(newDirectory(directory.resolve("named")));
            final byte[] bytes = i < 2 ? file.getValue() : forge(file.getValue(), 1000);
            Files.write(roots.get(i).resolve(file.getKey()), bytes);
        }
        final Seen seen = new Seen();
        final ReadReport report = new JournalReader(roots).read(seen);
        assertThat(report.conflicts()).hasSize(2).allSatisfy(conflict -> {
            final String identity = conflict.life() + ":" + conflict.lane() + ":" + conflict.sequence();
            final int first = crcAt(conflict.first(), conflict.firstPositionBytes());
            final int second = crcAt(conflict.second(), conflict.secondPositionBytes());
            assertThat(seen.records()).containsEntry(identity, first);
            assertThat(Integer.compareUnsigned(first, second)).isNegative();
        });
        assertThat(report.duplicates()).isEqualTo(3 * report.usageRecords() - 2);
        // A visitor that cannot begin anew keeps what it has seen.
        final TreeMap<String, Integer> kept = new TreeMap<>();
        final ReadReport other = new JournalReader(roots)
                .read(record -> kept.put(
                        Seen.identity(record.lifeHigh(), record.lifeLow(), record.lane(), record.sequence()),
                        record.crc()));
        assertThat(other.conflicts())
                .hasSize(2)
                .allSatisfy(conflict -> assertThat(conflict.first().toString()).contains("/d0/"));
        assertThat(kept).hasSameSizeAs(seen.records());
    }

    private static int crcAt(final Path file, final long position) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file))
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt((int) position + RecordBlock.DOCUMENT_HEADER_LENGTH);
    }

    /** Changes what one record charges, another one for each amount, with a CRC that agrees. */
    private static byte[] forge(final byte[] bytes, final long tokens) throws IOException {
        final byte[] forged = bytes.clone();
        final List<SmallJournal.Place> usages =
                SmallJournal.places(Files.write(directory.resolve("forged.cq4"), bytes)).stream()
                        .filter(SmallJournal.Place::isUsage)
                        .toList();
        final int at = usages.get((int) (tokens % 7) + 3).from();
        final ByteBuffer record = ByteBuffer.wrap(forged, at, 160).slice();
        final RecordRegion region = new RecordRegion(ByteBuffer.wrap(Arrays.copyOfRange(forged, at, at + 160)));
        final UsageRecord usage = new UsageRecord();
        usage.wrap(region.buffer(), 0);
        usage.chargedTokens(tokens);
        region.seal(0);
        final byte[] changed = new byte[160];
        region.buffer().getBytes(0, changed);
        record.put(changed);
        return forged;
    }

    @Test
    void shouldReadTheSameFilesOnceThoughNamedOften() throws IOException {
        final Path link = Files.createSymbolicLink(directory.resolve("again"), nodeA);
        final ReadReport report = new JournalReader(List.of(
                        nodeA,
                        link,
                        nodeA.getParent(),
                        nodeA.resolve(nodes.get(0).firstKey())))
                .read(JournalVisitor.NONE);
        assertThat(report.duplicates()).isZero();
        assertThat(report.extents()).hasSameSizeAs(nodes.get(0).keySet());
    }
}
