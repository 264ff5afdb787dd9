package openclaw.edge.ledger.retain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.journal.QueueDirectories;
import openclaw.edge.ledger.lane.Lane;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.record.UsageRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives of two nodes' journals: the same bytes whatever is read, and the same records as in the journals. */
class SealingTest {
    private static final long SEED = 815;
    private static final int TENANTS = 7;
    private static final UsageWindow ALL = (tenant, admittedNs) -> true;

    /** So little that a tenant's records stand in several runs. */
    private static final int SMALL_MEMORY = 4 << 10;

    @TempDir
    static Path directory;

    private static Path nodeA;
    private static Path nodeB;

    @TempDir
    Path own;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void write() throws IOException {
        System.out.println("seed " + SEED);
        nodeA = write("edge-a", 3);
        nodeB = write("edge-b", 1);
    }

    private static Path write(final String node, final int lives) throws IOException {
        final ManualClock clock = new ManualClock();
        final Random random = new Random(SEED + lives);
        final Path data = directory.resolve(node);
        for (int life = 0; life < lives; life++) {
            try (Ledger ledger =
                    Ledger.open(data, LedgerConfig.of(node).withSlots(256).withClock(clock), 2)) {
                for (int i = 0; i < 300; i++) {
                    final Lane lane = ledger.lane(random.nextInt(2));
                    final byte[] tenant = Exchanges.bytes("tenant-" + random.nextInt(TENANTS));
                    Exchanges.complete(lane, Exchanges.admit(lane, clock.nanoTime() + i, tenant, i % 5, false));
                    if (i % 40 == 0) {
                        ledger.agent().doWork();
                    }
                    if (i == 150) {
                        clock.advanceNs(RetainedNode.HOUR_NS);
                    }
                }
            }
        }
        return Ledger.journalDirectory(data);
    }

    private static Map<String, byte[]> bytes(final Path folder) throws IOException {
        final Map<String, byte[]> bytes = new TreeMap<>();
        try (var files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                bytes.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return bytes;
    }

    /** All fields that can be told of each record, with its names spelled out. */
    private static Map<String, String> text(final List<Path> roots) throws IOException {
        final Map<String, String> text = new TreeMap<>();
        final JournalReader reader = new JournalReader(roots);
        final ReadReport report = reader.read(record -> text.put(
                record.life() + ":" + record.lane() + ":" + record.sequence(),
                record.crc() + " " + record.tenantId() + " " + record.agentId() + " " + record.routeId()));
        assertThat(report.conflicts()).isEmpty();
        assertThat(report.uncoveredDamages()).isEmpty();
        text.replaceAll((identity, fields) -> {
            final String[] words = fields.split(" ", -1);
            final StringBuilder spelled = new StringBuilder(words[0]);
            for (int i = 1; i < words.length; i++) {
                spelled.append(' ').append(reader.names().text(Long.parseLong(words[i])));
            }
            return spelled.toString();
        });
        return text;
    }

    @Test
    void shouldHoldTheSameRecordsAsTheJournalsTenantByTenant() throws Exception {
        final Path out = own.resolve("2026-11");
        final List<SealedArchive> sealed = Sealing.seal(List.of(nodeA, nodeB), out, ALL);
        assertThat(sealed).hasSize(TENANTS);
        assertThat(text(List.of(out))).isEqualTo(text(List.of(nodeA, nodeB))).hasSize(1200);
        long length = 0;
        for (final SealedArchive archive : sealed) {
            final byte[] bytes = Files.readAllBytes(archive.file());
            assertThat(archive.lengthBytes()).isEqualTo(bytes.length);
            assertThat(archive.file().getFileName().toString()).isEqualTo(archive.tenant() + ".archive");
            final String sha256 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            assertThat(archive.sha256()).isEqualTo(sha256);
            assertThat(Files.readString(out.resolve("SHA256SUMS")))
                    .contains(sha256 + "  " + archive.tenant() + ".archive\n");
            final Map<String, String> alone = text(List.of(archive.file()));
            assertThat((long) alone.size()).isEqualTo(archive.usageRecords());
            assertThat(alone.values()).allSatisfy(record -> assertThat(record).contains(archive.tenant()));
            length += bytes.length;
        }
        assertThat(length).as("a third of the records themselves").isLessThan(1200 * 160 / 3);
        assertThat(Position.read(out.resolve("position")).records()).isEqualTo(1200);
        assertThat(bytes(out)).hasSize(TENANTS + 2);
    }

    @Test
    void shouldBeTheSameBytesWhateverTheArrangementMemoryAndThreads() throws IOException {
        final Path out = own.resolve("first");
        Sealing.seal(List.of(nodeA, nodeB), out, ALL);
        final Map<String, byte[]> expected = bytes(out);
        final List<Path> files = new ArrayList<>(QueueDirectories.files(nodeA));
        files.addAll(QueueDirectories.files(nodeB));
        for (int round = 0; round < 3; round++) {
            final Path arranged = own.resolve("arranged-" + round);
            int number = 0;
            for (final Path file : files) {
                for (int copy = 0; copy <= random.nextInt(3); copy++) {
                    final Path to = arranged.resolve("d" + random.nextInt(4)).resolve("c" + number++);
                    Files.createDirectories(to);
                    Files.createLink(to.resolve(file.getFileName()), file);
                }
            }
            final List<Path> roots = new ArrayList<>(List.of(arranged, nodeB));
            Collections.shuffle(roots, random);
            final Path again = own.resolve("again-" + round);
            try (Sealing sealing = new Sealing(again, ALL, SMALL_MEMORY)) {
                final JournalReader reader = new JournalReader(roots);
                final List<JournalVisitor> visitors = new ArrayList<>();
                for (int i = 0; i <= round; i++) {
                    visitors.add(sealing.visitor());
                }
                final ReadReport report = reader.read(visitors);
                sealing.seal(reader.names(), report);
                assertThat(sealing.position().lines())
                        .isEqualTo(Position.read(out.resolve("position")).lines());
            }
            final Map<String, byte[]> found = bytes(again);
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            found.forEach((name, content) -> assertThat(content).as(name).isEqualTo(expected.get(name)));
        }
        // Archives of archives are the archives.
        Sealing.seal(List.of(out), own.resolve("third"), ALL);
        bytes(own.resolve("third"))
                .forEach((name, content) -> assertThat(content).as(name).isEqualTo(expected.get(name)));
    }

    @Test
    void shouldSealOnlyWhatIsMeantAndBeRunAgainAfterItWasCutOff() throws IOException {
        final long endNs = ManualClock.START_NS + RetainedNode.HOUR_NS;
        final UsageWindow window = (tenant, admittedNs) -> admittedNs < endNs;
        final Path out = own.resolve("2026-11");
        final Path left = Files.createDirectories(out.resolve(".sealing-" + Integer.MAX_VALUE + "-1"));
        Files.write(left.resolve("run-0"), new byte[160]);
        Files.write(out.resolve("tenant-1.archive"), new byte[10]);
        Sealing.seal(List.of(nodeA), out, window);
        final TreeSet<Long> admitted = new TreeSet<>();
        final ReadReport report =
                new JournalReader(List.of(out)).read((final UsageRecord record) -> admitted.add(record.admittedNs()));
        assertThat(admitted.last()).isLessThan(endNs);
        assertThat(report.isClean()).isTrue();
        assertThat(Files.exists(left)).isFalse();
        assertThat(Position.read(out.resolve("position")).records()).isEqualTo(report.usageRecords());
    }

    @Test
    void shouldFillWhatWasDeletedAndMakeNoHoles() throws IOException {
        final RetainedNode node = new RetainedNode(own.resolve("data"));
        node.hour(20);
        node.hour(10);
        final Map<String, Integer> usage = node.usage();
        final Path out = own.resolve("archives");
        final Readers readers = new Readers(node.journal);
        readers.register("billing", 0);
        Sealing.seal(List.of(node.journal), out, ALL);
        readers.commit("billing", Position.read(out.resolve("position")), "all", 0);
        node.retention().look(node.clock.nanoTime(), new RetentionPolicy(Long.MAX_VALUE, 0));
        assertThat(node.usage()).isEmpty();

        final Map<String, Integer> again = new TreeMap<>();
        ReadReport report = new JournalReader(List.of(node.journal, out)).read(RetainedNode.into(again));
        assertThat(again).isEqualTo(usage);
        assertThat(report.isClean()).isTrue();
        assertThat(report.deletions()).isEmpty();
        report = new JournalReader(List.of(out)).read(JournalVisitor.NONE);
        assertThat(report.isClean()).isTrue();
        assertThat(report.brokenChains()).isEmpty();
        assertThat(report.lives()).singleElement().satisfies(life -> {
            assertThat(life.archivedOnly()).isTrue();
            assertThat(life.heardOnly()).isFalse();
            assertThat(life.node()).isEqualTo("edge-a");
        });
        node.stop();
    }

    @Test
    void shouldNameEveryDamageOfAnArchiveAndReadWhatIsWhole() throws IOException {
        final Path out = own.resolve("whole");
        Sealing.seal(List.of(nodeA, nodeB), out, ALL);
        final Path file = out.resolve("tenant-3.archive");
        final byte[] whole = Files.readAllBytes(file);
        final Map<String, String> records = text(List.of(file));
        final Path damaged = Files.createDirectories(own.resolve("damaged")).resolve("tenant-3.archive");
        for (int i = 0; i < 120; i++) {
            final byte[] bytes = whole.clone();
            final int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(damaged, bytes);
            checkDamaged(damaged, records, "byte " + at);
        }
        for (int i = 0; i < 40; i++) {
            final int length = random.nextInt(whole.length);
            Files.write(damaged, java.util.Arrays.copyOf(whole, length));
            checkDamaged(damaged, records, "cut to " + length);
        }
    }

    private static void checkDamaged(final Path file, final Map<String, String> records, final String how)
            throws IOException {
        final Map<String, String> there = new TreeMap<>();
        final ReadReport report = new JournalReader(List.of(file))
                .read(record ->
                        there.put(record.life() + ":" + record.lane() + ":" + record.sequence(), record.crc() + " "));
        // What lies between the blocks and is not needed while the index is whole may go unnoticed; then nothing is
        // missing.
        if (report.isClean()) {
            assertThat(there).as(how).hasSameSizeAs(records);
        }
        there.forEach((identity, crc) ->
                assertThat(records.get(identity)).as(how + ", " + identity).startsWith(crc));
    }
}
