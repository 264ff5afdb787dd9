package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.START_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are removed, replaced, cut short or overwritten while a process has them mapped. */
final class TableFileWatchTest {

    private static final int SLOTS = 512;
    private static final LimitSpec SPEC = perSecond(10, 1);
    private static final long MONTH = 202611;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("buckets");
    }

    private TestNode open() {
        return TestNode.open(directory, SLOTS, START_NS);
    }

    private static String look(final TestNode node) {
        return node.table.fileWatch().look(node.table.clock(), node.nowNs);
    }

    @Test
    void shouldFindNothingWhileTheFileIsWhole() {
        try (TestNode node = open()) {
            assertThat(look(node)).isNull();
            assertThat(node.admits(set(node.bucket("t", SPEC)), 8)).isTrue();
            assertThat(look(node)).isNull();
            assertThat(node.table.fileWatch().state()).isEqualTo(TableFileWatch.State.WHOLE);
        }
    }

    @Test
    void shouldGoOnAndWriteBackWhatWasRemoved() throws IOException {
        try (TestNode node = open()) {
            final LimitSet set = set(node.bucket("t", SPEC));
            assertThat(node.admits(set, 6)).isTrue();
            Files.delete(file);

            assertThat(look(node)).startsWith(file + ": was removed or replaced");
            assertThat(look(node)).isNull();
            assertThat(node.table.fileWatch().state()).isEqualTo(TableFileWatch.State.REMOVED);
            assertThat(node.table.counters().get(CrdtCounter.FILES_REMOVED)).isEqualTo(1);
            assertThat(node.admits(set, 3)).isTrue();
            node.table.checkpoint(node.nowNs);
        }
        try (TestNode after = open()) {
            final ReservedBucket bucket = after.bucket("t", SPEC);
            assertThat(after.table.remainingTokens(bucket, after.nowNs)).isEqualTo(1);
            assertThat(after.admits(set(bucket), 2)).isFalse();
        }
    }

    @Test
    void shouldWriteBackWhatWasRemovedSinceTheLastLook() throws IOException {
        try (TestNode node = open()) {
            assertThat(node.admits(set(node.bucket("t", SPEC)), 9)).isTrue();
            Files.delete(file);
        }
        try (TestNode after = open()) {
            assertThat(after.admits(set(after.bucket("t", SPEC)), 2)).isFalse();
        }
    }

    @Test
    void shouldNoticeAnEarlierCopyOfItselfThatIsWrittenOverTheFile() throws IOException {
        try (TestNode node = open()) {
            final LimitSet set = set(node.bucket("t", SPEC));
            assertThat(look(node)).isNull();
            final byte[] copy = Files.readAllBytes(file);
            assertThat(node.admits(set, 10)).isTrue();
            assertThat(look(node)).isNull();
            Files.write(file, copy, StandardOpenOption.WRITE);

            assertThat(look(node)).startsWith(file + ": was overwritten: its header names 0x");
            assertThat(node.table.fileWatch().state()).isEqualTo(TableFileWatch.State.LOST);
            assertThat(node.admits(set, 1)).isFalse();
        }
    }

    @Test
    void shouldTryEachSecondToStandInAndTellOfItEachTen() throws IOException {
        final Path data = Files.createDirectory(directory.resolve("data"));
        try (TestNode node = TestNode.open(data, SLOTS, START_NS)) {
            assertThat(node.admits(set(node.bucket("t", SPEC)), 10)).isTrue();
            Files.delete(data.resolve("buckets"));
            Files.delete(data.resolve("quotas"));
            Files.delete(data);
            int told = 0;
            for (int look = 0; look < 95; look++) {
                told += look(node) == null ? 0 : 1;
                node.nowNs += TestNode.SECOND_NS / 10;
            }
            assertThat(told).isEqualTo(1);
            Files.createDirectory(data);
            node.nowNs += TestNode.SECOND_NS;
            look(node);
            assertThat(data.resolve("buckets")).exists();
        }
    }

    /** A kill leaves the stand-in: of whoever is alone nobody else knows what it admitted. */
    @Test
    void shouldBeginEmptyAfterAKillOfALoneNodeWhoseFileWasRemoved() throws IOException {
        try (TestNode node = open()) {
            assertThat(node.admits(set(node.bucket("t", SPEC)), 10)).isTrue();
            Files.delete(file);
            assertThat(look(node)).isNotNull();

            final Path killed = Files.createDirectory(directory.resolve("killed"));
            Files.copy(file, killed.resolve("buckets"));
            try (TestNode after = TestNode.open(killed, SLOTS, START_NS)) {
                final LimitSet set = set(after.bucket("t", SPEC));
                assertThat(after.table.hasStarted()).isTrue();
                assertThat(after.admits(set, 1)).isFalse();
                after.nowNs += 3 * TestNode.SECOND_NS;
                assertThat(after.admits(set, 4)).isFalse();
                assertThat(after.admits(set, 3)).isTrue();
            }
        }
    }

    @Test
    void shouldKeepQuotaRowsInWhatStandsInForThem() throws IOException {
        try (TestNode node = open()) {
            final LimitSet set = set(node.bucket("t", SPEC));
            set.add(node.quotas.row("t", MONTH, 100, true));
            assertThat(node.admits(set, 7)).isTrue();
            Files.delete(directory.resolve("quotas"));
            assertThat(node.quotas.fileWatch().look(node.table.clock(), node.nowNs))
                    .isNotNull();

            final Path killed = Files.createDirectory(directory.resolve("killed"));
            Files.copy(directory.resolve("quotas"), killed.resolve("quotas"));
            try (TestNode after = TestNode.open(killed, SLOTS, START_NS)) {
                assertThat(after.quotas.consumedTokens(after.quotas.row("t", MONTH, 100, true)))
                        .isEqualTo(7);
            }
        }
    }

    /** Nothing refills them: who cuts the file short must not give every tenant its quota again. */
    @Test
    void shouldKeepQuotaRowsOfASecondBeforeInWhatStandsInForACutFile() throws IOException {
        final Path cut = directory.resolve("quotas");
        final int tenants = 40;
        try (TestNode node = open()) {
            for (int i = 0; i < tenants; i++) {
                final LimitSet set = set(node.bucket("t" + i, SPEC));
                set.add(node.quotas.row("t" + i, MONTH, 100, true));
                assertThat(node.admits(set, 1 + i % 9)).isTrue();
            }
            assertThat(lookAtQuotas(node)).isNull();
            node.nowNs += TestNode.SECOND_NS / 2;
            final LimitSet late = set(node.bucket("late", SPEC));
            late.add(node.quotas.row("late", MONTH, 100, true));
            assertThat(node.admits(late, 5)).isTrue();
            final long length = Files.size(cut);
            try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
                channel.truncate(length / 2);
            }
            assertThat(lookAtQuotas(node)).contains("with what was counted up to 500 ms before");
            refusesEverything(node, late);
            assertThat(Files.size(cut)).isEqualTo(length);
        }
        try (TestNode after = open()) {
            for (int i = 0; i < tenants; i++) {
                final QuotaRow row = after.quotas.row("t" + i, MONTH, 100, true);
                assertThat(after.quotas.consumedTokens(row)).isEqualTo(1 + i % 9);
            }
            final QuotaRow row = after.quotas.row("late", MONTH, 100, true);
            assertThat(after.quotas.consumedTokens(row))
                    .as("later than the copy")
                    .isZero();
            final LimitSet set = set(after.bucket("t8", SPEC));
            set.add(after.quotas.row("t8", MONTH, 10, true));
            assertThat(after.admits(set, 2)).as("of 10, 9 were used").isFalse();
        }
    }

    private static String lookAtQuotas(final TestNode node) {
        return node.quotas.fileWatch().look(node.table.clock(), node.nowNs);
    }

    @Test
    void shouldKeepAFileThatWasPutInItsPlaceUnderAnotherName() throws IOException {
        final Path backup = directory.resolve("backup");
        try (TestNode node = open()) {
            final LimitSet set = set(node.bucket("t", SPEC));
            Files.copy(file, backup);
            assertThat(node.admits(set, 10)).isTrue();
            Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);

            assertThat(look(node)).isNotNull();
            assertThat(directory.resolve("buckets.replaced")).exists();
        }
        try (TestNode after = open()) {
            assertThat(after.admits(set(after.bucket("t", SPEC)), 1)).isFalse();
        }
    }

    @Test
    void shouldPutItInPlaceAgainAndHoldItAgainstASecondProcess() throws IOException {
        try (TestNode node = open()) {
            Files.delete(file);
            assertThat(look(node)).isNotNull();
            assertThatThrownBy(() -> BucketTable.open(TableConfig.of(file, SLOTS), START_NS))
                    .isInstanceOf(TableException.class)
                    .hasMessageContaining("open");
            Files.delete(file);
            assertThat(look(node)).isNotNull();
            assertThat(file).exists();
            assertThat(look(node)).isNull();
            assertThat(node.table.counters().get(CrdtCounter.FILES_REMOVED)).isEqualTo(2);
        }
    }

    @Test
    void shouldSayWhenNothingCanBePutInItsPlace() throws IOException {
        final Path away = directory.resolveSibling(directory.getFileName() + "-away");
        try (TestNode node = open()) {
            Files.move(directory, away);
            assertThat(look(node)).contains("was removed or replaced", "cannot be looked at or written");
            assertThat(look(node)).isNull();
            Files.move(away, directory);
            assertThat(look(node)).isNull();
        }
    }

    @Test
    void shouldRefuseEverythingOnceTheFileIsCutShort() throws IOException {
        try (TestNode node = open()) {
            final LimitSet set = set(node.bucket("t", SPEC));
            assertThat(node.admits(set, 1)).isTrue();
            final long length = Files.size(file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }

            assertThat(look(node)).startsWith(file + ": is 0 bytes long, expected " + length);
            assertThat(node.table.fileWatch().state()).isEqualTo(TableFileWatch.State.LOST);
            assertThat(node.table.counters().get(CrdtCounter.FILES_LOST)).isEqualTo(1);
            refusesEverything(node, set);
            assertThat(look(node)).isNull();
            assertThat(Files.size(file)).isEqualTo(length);
        }
        try (TestNode after = open()) {
            final LimitSet set = set(after.bucket("t", SPEC));
            assertThat(after.admits(set, 1)).isFalse();
            after.nowNs += 2 * TestNode.SECOND_NS;
            assertThat(after.admits(set, 2)).isTrue();
        }
    }

    @Test
    void shouldRefuseEverythingOnceTheFileIsOverwritten() throws IOException {
        try (TestNode node = open()) {
            final LimitSet set = set(node.bucket("t", SPEC));
            final byte[] before = Files.readAllBytes(file);
            try (TestNode other = TestNode.open(Files.createDirectory(directory.resolve("other")), SLOTS, START_NS)) {
                assertThat(other.table.fileWatch().state()).isEqualTo(TableFileWatch.State.WHOLE);
                final byte[] theirs = Files.readAllBytes(directory.resolve("other/buckets"));
                assertThat(theirs).hasSameSizeAs(before);
                try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
                    out.write(theirs);
                }
            }

            assertThat(look(node)).startsWith(file + ": was overwritten");
            refusesEverything(node, set);
        }
    }

    private static void refusesEverything(final TestNode node, final LimitSet set) {
        node.nowNs += 100 * TestNode.SECOND_NS;
        node.table.clock().policy(PartitionPolicy.OPEN, node.nowNs);
        node.table.clock().closeFrom(VirtualClock.NEVER_NS);
        final long decision = node.buckets.tryAdmit(set, 1, node.nowNs);
        assertThat(Decision.isAdmitted(decision)).isFalse();
        assertThat(Decision.reason(decision)).isEqualTo(Decision.REASON_LOST);
        assertThat(Decision.waitNs(decision)).isEqualTo(Decision.NEVER_NS);
        assertThat(node.counted(CrdtCounter.REFUSED_LOST)).isEqualTo(1);
        assertThat(Decision.isAdmitted(node.buckets.peek(set, 1, node.nowNs))).isFalse();
    }
}
