package openclaw.edge.ledger.retain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import openclaw.edge.ledger.Exchanges;
import openclaw.edge.ledger.ManualClock;
import openclaw.edge.ledger.journal.QueueDirectories;
import openclaw.edge.ledger.lane.LedgerCounter;
import openclaw.edge.ledger.read.JournalReader;
import openclaw.edge.ledger.read.JournalVisitor;
import openclaw.edge.ledger.read.ReadReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a living node's journal are deleted: only those that may go, and nothing else is lost with them. */
class RetentionTest {
    private static final RetentionPolicy EVERYTHING = new RetentionPolicy(Long.MAX_VALUE, 0);
    private static final long SEED = 20261121;

    @TempDir
    Path directory;

    private RetainedNode node;
    private Readers readers;

    @BeforeEach
    void start() throws IOException {
        node = new RetainedNode(directory.resolve("data"));
        readers = new Readers(node.journal);
    }

    @AfterEach
    void stop() throws IOException {
        node.stop();
    }

    private RetentionStatus look(final RetentionPolicy policy) throws IOException {
        return node.retention().look(node.clock.nanoTime(), policy);
    }

    private void commitAll(final String reader) throws IOException {
        readers.commit(reader, node.all(), "test", node.clock.nanoTime());
    }

    @Test
    void shouldDeleteNothingWhileNoReaderIsRegisteredNorWhatOneHasNotCommitted() throws IOException {
        node.hour(10);
        node.hour(10);
        assertThat(look(EVERYTHING).state()).isEqualTo(RetentionStatus.State.NO_READER);
        readers.register("billing", node.clock.nanoTime());
        readers.register("search", node.clock.nanoTime());
        RetentionStatus status = look(EVERYTHING);
        assertThat(status.state()).isEqualTo(RetentionStatus.State.READER_BEHIND);
        assertThat(status.behindBytes()).containsOnlyKeys("billing", "search");
        commitAll("billing");
        status = look(EVERYTHING);
        assertThat(status.state()).isEqualTo(RetentionStatus.State.READER_BEHIND);
        assertThat(status.behindBytes().get("billing")).isZero();
        assertThat(status.behindBytes().get("search")).isPositive().isEqualTo(status.dueBytes());
        assertThat(node.usage()).hasSize(20);
        assertThat(QueueDirectories.files(node.journal)).hasSize(3);
        assertThat(look(RetentionPolicy.KEEP).state()).isEqualTo(RetentionStatus.State.WITHIN);

        readers.remove("search");
        assertThat(look(EVERYTHING).state()).isEqualTo(RetentionStatus.State.WITHIN);
        assertThat(QueueDirectories.files(node.journal)).hasSize(1);
        assertThat(node.counters.get(LedgerCounter.FILES_DELETED)).isEqualTo(2);
        assertThat(node.counters.get(LedgerCounter.BYTES_DELETED)).isPositive();
    }

    @Test
    void shouldLeaveAllThatReadersConcludeButTheUsage() throws IOException {
        node.ledger().catalog(Exchanges.bytes("catalog"), node.clock.nanoTime());
        final byte[] tenant = Exchanges.bytes("served");
        node.ledger().lane(1).loss(tenant, 0, tenant.length, 9, node.clock.nanoTime());
        node.ledger().tickSource(sink -> {
            sink.heard(7, 8, new long[] {3, 4});
            sink.metric("requests", 12);
        });
        node.hour(10);
        node.stop();
        node.start();
        node.hour(7);
        node.hour(0);
        final String before = RetainedNode.conclusions(node.read());
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        look(EVERYTHING);

        final ReadReport after = node.read();
        assertThat(RetainedNode.conclusions(after)).isEqualTo(before);
        assertThat(after.usageRecords()).isZero();
        assertThat(after.isClean()).isTrue();
        assertThat(after.deletions().stream()
                        .mapToLong(ReadReport.Deletion::missing)
                        .sum())
                .isEqualTo(17);
        assertThat(after.deletions()).allSatisfy(deletion -> {
            assertThat(deletion.firstAdmittedNs()).isBetween(ManualClock.START_NS, deletion.lastAdmittedNs());
            assertThat(deletion.timeNs()).isEqualTo(node.clock.nanoTime());
        });
        assertThat(after.deletedFiles()).isNotEmpty().allSatisfy(file -> {
            assertThat(file.readers()).isEqualTo("billing");
            assertThat(file.name()).endsWith("F.cq4");
        });
        assertThat(after.losses())
                .singleElement()
                .satisfies(loss -> assertThat(loss.requests()).isOne());
    }

    @Test
    void shouldGoOnWritingAndStartAgainAfterItsOldFilesWent() throws IOException {
        readers.register("billing", node.clock.nanoTime());
        for (int hour = 0; hour < 5; hour++) {
            node.hour(6);
            commitAll("billing");
            look(EVERYTHING);
            assertThat(QueueDirectories.files(node.journal)).hasSize(1);
        }
        node.hour(3);
        node.stop();
        node.start();
        node.hour(3);
        final ReadReport report = node.read();
        assertThat(report.isClean()).isTrue();
        assertThat(report.brokenChains()).isEmpty();
        assertThat(report.usageRecords()).isEqualTo(6);
        assertThat(report.lives())
                .hasSize(2)
                .allSatisfy(life -> assertThat(life.opened()).isTrue());
        assertThat(node.ledger().healthy()).isTrue();
        assertThat(node.ledger().counters().get(LedgerCounter.QUEUES_BEGUN)).isZero();
    }

    @Test
    void shouldDeleteTheOldestUntilTheSizeIsKept() throws IOException {
        readers.register("billing", node.clock.nanoTime());
        for (int hour = 0; hour < 4; hour++) {
            node.hour(40);
        }
        commitAll("billing");
        final List<Path> files = QueueDirectories.files(node.journal);
        long bytes = 0;
        for (final Path file : files.subList(2, files.size())) {
            bytes += JournalReader.writtenBytes(file);
        }
        final RetentionStatus status = look(new RetentionPolicy(Long.MAX_VALUE, bytes));
        assertThat(QueueDirectories.files(node.journal)).isEqualTo(files.subList(2, files.size()));
        assertThat(status.writtenBytes()).isEqualTo(bytes);
        assertThat(status.files()).isEqualTo(files.size() - 2);
    }

    @Test
    void shouldKeepWhatIsYoungerThanTheAge() throws IOException {
        readers.register("billing", node.clock.nanoTime());
        for (int hour = 0; hour < 4; hour++) {
            node.hour(2);
        }
        commitAll("billing");
        // It is 24:00 now: the files are of the hours from 20 to 23.
        look(new RetentionPolicy(2 * RetainedNode.HOUR_NS - 1, Long.MAX_VALUE));
        assertThat(QueueDirectories.files(node.journal))
                .extracting(file -> file.getFileName().toString())
                .containsExactly("20261120-22F.cq4", "20261120-23F.cq4", "20261121-00F.cq4");
        node.clock.advanceNs(RetainedNode.HOUR_NS);
        look(new RetentionPolicy(2 * RetainedNode.HOUR_NS, Long.MAX_VALUE));
        assertThat(QueueDirectories.files(node.journal)).hasSize(3);
        node.clock.advanceNs(1);
        look(new RetentionPolicy(2 * RetainedNode.HOUR_NS, Long.MAX_VALUE));
        assertThat(QueueDirectories.files(node.journal)).hasSize(2);
    }

    @Test
    void shouldTakeUpADeletionThatWasCutOff() throws IOException {
        node.hour(10);
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        final Map<String, Integer> usage = node.usage();
        final String before = RetainedNode.conclusions(node.read());
        final Retention.Disk dying = new Retention.Disk() {
            @Override
            public void delete(final Path file) throws IOException {
                throw new IOException("killed");
            }
        };
        final Retention killed = new Retention(node.journal, dying, node.counters);
        assertThatThrownBy(() -> killed.look(node.clock.nanoTime(), EVERYTHING)).hasMessage("killed");
        // Both are there: the usage counts.
        assertThat(node.usage()).isEqualTo(usage);
        assertThat(node.read().deletions()).isEmpty();
        assertThat(RetainedNode.conclusions(node.read())).isEqualTo(before);
        look(EVERYTHING);
        assertThat(node.usage()).isEmpty();
        assertThat(RetainedNode.conclusions(node.read())).isEqualTo(before);
    }

    @Test
    void shouldKeepWhatAReaderNeedsThatCameAfterTheLookBegan() throws IOException {
        node.hour(10);
        node.hour(10);
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        final List<String> late = new ArrayList<>();
        final Retention.Disk disk = new Retention.Disk() {
            @Override
            public void beforeDeletion() throws IOException {
                if (late.isEmpty()) {
                    late.add("search");
                    readers.register("search", node.clock.nanoTime());
                }
            }
        };
        final RetentionStatus status =
                new Retention(node.journal, disk, node.counters).look(node.clock.nanoTime(), EVERYTHING);
        assertThat(node.usage()).hasSize(20);
        assertThat(status.state()).isEqualTo(RetentionStatus.State.READER_BEHIND);
        assertThat(status.detail()).startsWith("search since ");
        assertThat(status.behindBytes()).containsEntry("billing", 0L);
        assertThat(status.behindBytes().get("search")).isPositive().isEqualTo(status.dueBytes());
    }

    @Test
    void shouldLetNobodyRegisterBetweenTheDecisionAndTheDeletion() throws IOException {
        node.hour(10);
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        final List<String> seen = new ArrayList<>();
        final Retention.Disk disk = new Retention.Disk() {
            @Override
            public void delete(final Path file) throws IOException {
                try (FileChannel lock =
                        FileChannel.open(node.journal.resolve("readers/.lock"), StandardOpenOption.WRITE)) {
                    lock.tryLock();
                    seen.add("free");
                } catch (final OverlappingFileLockException e) {
                    seen.add("held");
                }
                Retention.Disk.super.delete(file);
            }
        };
        new Retention(node.journal, disk, node.counters).look(node.clock.nanoTime(), EVERYTHING);
        assertThat(seen).containsExactly("held");
        assertThat(readers.register("search", node.clock.nanoTime())).isTrue();
    }

    /** Writes an hour, of which a copy is made in between; answers the copy. */
    private Path hourWithCopy(final int before, final int after) throws IOException {
        for (int i = 0; i < before; i++) {
            Exchanges.whole(node.ledger().lane(i & 1), node.clock.nanoTime() + i);
        }
        node.ledger().agent().doWork();
        final Path written = QueueDirectories.files(node.journal).get(0);
        final Path copy = directory.resolve(written.getFileName());
        Files.copy(written, copy);
        node.ledger().lane(0).loss(Exchanges.bytes("served"), 0, 6, 9, node.clock.nanoTime());
        node.hour(after);
        return copy;
    }

    private long deleted(final ReadReport report) {
        return report.deletions().stream()
                .mapToLong(ReadReport.Deletion::missing)
                .sum();
    }

    @Test
    void shouldForgetNothingWhenAnOlderCopyOfADeletedFileIsPutBack() throws IOException {
        final Path copy = hourWithCopy(4, 6);
        final String before = RetainedNode.conclusions(node.read());
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        look(EVERYTHING);
        assertThat(deleted(node.read())).isEqualTo(10);
        for (int i = 0; i < 2; i++) {
            Files.copy(copy, node.journal.resolve(copy.getFileName()));
            assertThat(node.usage()).hasSize(4);
            look(EVERYTHING);
            final ReadReport after = node.read();
            assertThat(node.usage()).isEmpty();
            assertThat(RetainedNode.conclusions(after)).isEqualTo(before);
            assertThat(after.isClean()).isTrue();
            assertThat(deleted(after)).isEqualTo(10);
            assertThat(after.deletedFiles())
                    .extracting(ReadReport.DeletedFile::usageRecords)
                    .containsExactlyInAnyOrder(4L, 10L);
        }
    }

    @Test
    void shouldForgetNothingWhenALongerCopyOfADeletedFileIsPutBack() throws IOException {
        final Path copy = hourWithCopy(4, 6);
        final String before = RetainedNode.conclusions(node.read());
        final Path written = QueueDirectories.files(node.journal).get(0);
        final Path whole = directory.resolve("whole.cq4");
        Files.move(written, whole);
        Files.copy(copy, written);
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        look(EVERYTHING);
        assertThat(deleted(node.read())).isEqualTo(4);
        Files.move(whole, written);
        commitAll("billing");
        look(EVERYTHING);
        assertThat(node.usage()).isEmpty();
        assertThat(RetainedNode.conclusions(node.read())).isEqualTo(before);
        assertThat(deleted(node.read())).isEqualTo(10);
    }

    @Test
    void shouldWriteOverNothingThatIsNotWhole() throws IOException {
        final Path copy = hourWithCopy(4, 6);
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        look(EVERYTHING);
        final String name = copy.getFileName().toString();
        final Path remains = node.journal.resolve(name.replace(".cq4", ".deleted"));
        final byte[] bytes = Files.readAllBytes(remains);
        bytes[bytes.length / 2] ^= 1;
        Files.write(remains, bytes);
        Files.copy(copy, node.journal.resolve(name));
        final RetentionStatus status = look(EVERYTHING);
        assertThat(status.state()).isEqualTo(RetentionStatus.State.DAMAGED);
        assertThat(status.detail()).contains(remains.toString());
        assertThat(node.usage()).hasSize(4);
        assertThat(remains).hasBinaryContent(bytes);
    }

    @Test
    void shouldFindTheUsageInACopyOfTheFile() throws IOException {
        node.hour(10);
        final Path copy = directory.resolve("backup/" + "20261120-20F.cq4");
        Files.createDirectories(copy.getParent());
        Files.copy(QueueDirectories.files(node.journal).get(0), copy);
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        look(EVERYTHING);
        final ReadReport report = new JournalReader(List.of(node.journal, copy.getParent())).read(JournalVisitor.NONE);
        assertThat(report.usageRecords()).isEqualTo(10);
        assertThat(report.deletions()).isEmpty();
        assertThat(report.isClean()).isTrue();
    }

    @Test
    void shouldKeepADamagedFileForPeopleToLookAt() throws IOException {
        node.hour(10);
        node.hour(10);
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        final Path first = QueueDirectories.files(node.journal).get(0);
        try (RandomAccessFile file = new RandomAccessFile(first.toFile(), "rw")) {
            final long at = JournalReader.writtenBytes(first) - 300;
            file.seek(at);
            final int old = file.read();
            file.seek(at);
            file.write(old ^ 1);
        }
        final RetentionStatus status = look(EVERYTHING);
        assertThat(status.state()).isEqualTo(RetentionStatus.State.DAMAGED);
        assertThat(status.detail()).contains(first.toString());
        assertThat(QueueDirectories.files(node.journal)).hasSize(2).contains(first);
    }

    @Test
    void shouldFollowAJournalWhoseFilesGo() throws IOException {
        readers.register("billing", node.clock.nanoTime());
        final JournalReader following = JournalReader.following(List.of(node.journal));
        final long[] seen = new long[1];
        for (int hour = 0; hour < 4; hour++) {
            node.hour(5);
            if (hour != 1) {
                following.read(record -> seen[0]++);
            }
            commitAll("billing");
            look(EVERYTHING);
        }
        final ReadReport report = following.read(record -> seen[0]++);
        // The second hour went before it was read, and is named as deleted.
        assertThat(seen[0]).isEqualTo(15);
        assertThat(report.isClean()).isTrue();
        assertThat(report.deletions().stream()
                        .mapToLong(ReadReport.Deletion::missing)
                        .sum())
                .isEqualTo(5);
    }

    @Test
    void shouldDeleteNothingWhenAReadersFileIsNotWhole() throws IOException {
        node.hour(5);
        readers.register("billing", node.clock.nanoTime());
        commitAll("billing");
        final Path file = node.journal.resolve("readers/billing.reader");
        final byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at++) {
            final byte[] damaged = bytes.clone();
            damaged[at] ^= 4;
            Files.write(file, damaged);
            assertThatThrownBy(() -> look(EVERYTHING)).as("byte %d", at).isInstanceOf(IOException.class);
        }
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> look(EVERYTHING)).isInstanceOf(IOException.class);
        assertThat(node.usage()).hasSize(5);
    }

    /** Whatever is committed, in whatever order, with restarts and deletions that are cut off: what some reader lacks is there. */
    @Test
    void shouldNeverTakeWhatAReaderHasNotCommitted() throws IOException {
        final Random random = new Random(SEED);
        System.out.println("seed " + SEED);
        final Map<String, Integer> written = new TreeMap<>();
        final List<String> names = new ArrayList<>(List.of("billing", "search"));
        for (final String name : names) {
            readers.register(name, node.clock.nanoTime());
        }
        final Map<String, Position> committed = new TreeMap<>();
        for (int step = 0; step < 60; step++) {
            switch (random.nextInt(7)) {
                case 0 -> {
                    node.stop();
                    node.start();
                }
                case 1, 2 -> node.hour(random.nextInt(12));
                case 3, 4 -> {
                    final String name = names.get(random.nextInt(2));
                    final long untilNs = node.clock.nanoTime() - random.nextInt(3) * RetainedNode.HOUR_NS;
                    final Position position = node.admittedBefore(untilNs);
                    committed.computeIfAbsent(name, absent -> new Position()).addAll(position);
                    readers.commit(name, position, "step " + step, node.clock.nanoTime());
                }
                default -> {
                    final boolean dies = random.nextInt(4) == 0;
                    final Retention.Disk disk = new Retention.Disk() {
                        @Override
                        public void delete(final Path file) throws IOException {
                            if (dies) {
                                throw new IOException("killed");
                            }
                            Retention.Disk.super.delete(file);
                        }
                    };
                    try {
                        new Retention(node.journal, disk, node.counters).look(node.clock.nanoTime(), EVERYTHING);
                    } catch (final IOException e) {
                        assertThat(e).hasMessage("killed");
                    }
                }
            }
            check(written, committed, names);
        }
        assertThat(node.counters.get(LedgerCounter.FILES_DELETED)).isGreaterThan(3);
    }

    private void check(
            final Map<String, Integer> written, final Map<String, Position> committed, final List<String> names)
            throws IOException {
        final Map<String, Integer> there = new TreeMap<>();
        final ReadReport report = node.read(RetainedNode.into(there));
        assertThat(report.isClean()).as("%s", report).isTrue();
        assertThat(report.brokenChains()).isEmpty();
        written.putAll(there);
        final long missing = report.deletions().stream()
                .mapToLong(ReadReport.Deletion::missing)
                .sum();
        assertThat(there.size() + missing).isEqualTo(written.size());
        for (final ReadReport.Deletion deletion : report.deletions()) {
            for (final String name : names) {
                assertThat(committed
                                .getOrDefault(name, new Position())
                                .missing(deletion.life(), deletion.lane(), deletion.from(), deletion.to()))
                        .as("%s of %s", deletion, name)
                        .isZero();
            }
        }
        there.forEach((identity, crc) -> assertThat(written).containsEntry(identity, crc));
    }
}
