package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.START_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files: reopening after an orderly end and after a kill, and files that are not ours. */
final class TableFileTest {

    private static final int SLOTS = 32;
    private static final LimitSpec SPEC = perSecond(10, 1);

    @TempDir
    private Path directory;

    private Path killed;

    @BeforeEach
    void makeDirectory() throws IOException {
        killed = Files.createDirectory(directory.resolve("killed"));
    }

    private TestNode open(final long nowNs) {
        return TestNode.open(directory, SLOTS, nowNs);
    }

    /** What a process leaves that is killed now: the file as it is, nothing closed. */
    private TestNode afterKill(final TestNode running, final long nowNs, final Consumer<UnsafeBuffer> before)
            throws IOException {
        before.accept(running.table.store().buffer());
        Files.copy(directory.resolve("buckets"), killed.resolve("buckets"));
        Files.copy(directory.resolve("quotas"), killed.resolve("quotas"));
        return TestNode.open(killed, SLOTS, nowNs);
    }

    @Test
    void shouldPreallocateByWriting() throws IOException {
        try (TestNode node = open(START_NS)) {
            assertThat(node.table.slots()).isEqualTo(SLOTS);
            final long length = Files.size(directory.resolve("buckets"));
            assertThat(length).isEqualTo(TableHeaderDescriptor.fileLengthBytes(4096, SLOTS, 4));
            final Object blocks = Files.getAttribute(directory.resolve("buckets"), "unix:size");
            assertThat(blocks).isEqualTo(length);
            assertThat(Files.exists(directory.resolve("buckets.new"))).isFalse();
        }
    }

    @Test
    void shouldResumeAfterAKill() throws IOException {
        final long incarnation;
        try (TestNode node = open(START_NS)) {
            incarnation = node.table.incarnation();
            final AgentBuckets agents = node.agents("t", SPEC, 4);
            final QuotaRow quota = node.quotas.row("t", 202611, 100, true);
            final LimitSet set = set(node.bucket("t", SPEC));
            node.addAgent(set, agents, "a");
            set.add(quota);
            assertThat(node.admits(set, 8)).isTrue();
            node.buckets.refund(set, 1, node.nowNs);

            try (TestNode after = afterKill(node, START_NS + 2 * TestNode.SECOND_NS, buffer -> {})) {
                final ReservedBucket bucket = after.bucket("t", SPEC);
                final AgentBuckets sameAgents = after.agents("t", SPEC, 4);
                assertThat(after.table.incarnation()).isEqualTo(incarnation);
                assertThat(after.table.liveAgents(sameAgents)).isEqualTo(1);
                assertThat(after.table.consumedTokens(bucket)).isEqualTo(8);
                assertThat(after.table.refundedTokens(bucket)).isEqualTo(1);
                assertThat(after.admits(set(bucket), 6)).isFalse();
                assertThat(after.admits(set(bucket), 5)).isTrue();
                assertThat(after.admits(after.agentSet(sameAgents, "a"), 6)).isFalse();
                assertThat(after.admits(after.agentSet(sameAgents, "a"), 5)).isTrue();
                final QuotaRow sameQuota = after.quotas.row("t", 202611, 100, true);
                final LimitSet quotaOnly = new LimitSet();
                quotaOnly.add(sameQuota);
                assertThat(after.admits(quotaOnly, 94)).isFalse();
                assertThat(after.admits(quotaOnly, 93)).isTrue();
            }
        }
    }

    @Test
    void shouldKeepUsedFromCountersWhenAKillFellBetweenDebitAndCount() throws IOException {
        try (TestNode node = open(START_NS)) {
            final QuotaRow quota = node.quotas.row("t", 1, 100, true);
            final LimitSet set = new LimitSet();
            set.add(quota);
            assertThat(node.admits(set, 10)).isTrue();
            node.quotas.store().buffer().putLong(quota.slotOffset() + BucketSlotDescriptor.WORD_OFFSET, 60);
            try (TestNode after = afterKill(node, START_NS, buffer -> {})) {
                final LimitSet again = new LimitSet();
                again.add(after.quotas.row("t", 1, 100, true));
                assertThat(after.admits(again, 90)).isTrue();
                assertThat(after.admits(again, 1)).isFalse();
            }
        }
    }

    @Test
    void shouldGiveUpASlotWhoseReclaimAKillCutShort() throws IOException {
        try (TestNode node = open(START_NS)) {
            final AgentBuckets agents = node.agents("t", SPEC, 4);
            final LimitSet set = node.agentSet(agents, "a");
            node.agentSet(agents, "b");
            try (TestNode after = afterKill(
                    node,
                    START_NS,
                    buffer -> BucketWords.close(buffer, set.slotOffset(0), VirtualTime.TIME_MASK, 0, 0))) {
                assertThat(after.table.liveAgents(after.agents("t", SPEC, 4))).isEqualTo(1);
                assertThat(after.table.liveSlots()).isEqualTo(2);
                assertThat(after.admits(after.agentSet(after.agents("t", SPEC, 4), "a"), 10))
                        .isTrue();
            }
        }
    }

    @Test
    void shouldFinishAConversionThatAKillCutShort() throws IOException {
        final LimitSpec slower = LimitSpec.of(10, 1, 3 * TestNode.SECOND_NS, 2);
        try (TestNode node = open(START_NS)) {
            final ReservedBucket bucket = node.bucket("t", SPEC);
            assertThat(node.admits(set(bucket), 6)).isTrue();
            try (TestNode after = afterKill(
                    node,
                    START_NS,
                    buffer -> buffer.putLong(
                            bucket.slotOffset() + BucketSlotDescriptor.NEXT_LIMIT_OFFSET,
                            slower.limitWord() | LimitWord.PARITY))) {
                final ReservedBucket again = after.bucket("t", slower);
                assertThat(after.table.remainingTokens(again, after.nowNs)).isEqualTo(4);
                assertThat(after.admits(set(again), 5)).isFalse();
                assertThat(after.admits(set(again), 4)).isTrue();
            }
        }
    }

    @Test
    void shouldClampAWordThatIsFartherAheadThanCanBe() throws IOException {
        try (TestNode node = open(START_NS)) {
            final ReservedBucket bucket = node.bucket("t", SPEC);
            final ReservedBucket wild = node.bucket("wild", SPEC);
            final long v = node.table.clock().virtualUnits(START_NS);
            try (TestNode after = afterKill(node, START_NS, buffer -> {
                buffer.putLong(bucket.slotOffset(), v + 1_000 * SPEC.capacityUnits());
                buffer.putLong(wild.slotOffset(), VirtualTime.TIME_MASK);
            })) {
                for (final String tenant : new String[] {"t", "wild"}) {
                    final LimitSet set = set(after.bucket(tenant, SPEC));
                    assertThat(after.admits(set, 1)).isFalse();
                    assertThat(set.resetNs(0)).as(tenant).isEqualTo(10 * TestNode.SECOND_NS);
                }
                assertThat(after.counted(CrdtCounter.CLAMPED)).isEqualTo(3);
                after.passSeconds(1);
                assertThat(after.admits(set(after.bucket("t", SPEC)), 1)).isTrue();
            }
        }
    }

    @Test
    void shouldContinueTheClockFromTheLastCheckpoint() throws IOException {
        try (TestNode node = open(START_NS)) {
            node.table.checkpoint(START_NS + 5 * TestNode.SECOND_NS);
            final long v = node.table.clock().virtualUnits(START_NS + 8 * TestNode.SECOND_NS);
            try (TestNode after = afterKill(node, START_NS + 8 * TestNode.SECOND_NS, buffer -> {})) {
                assertThat(after.table.clock().virtualUnits(after.nowNs)).isEqualTo(v);
            }
        }
    }

    @Test
    void shouldMoveAnEpochOfYearsAgoWithoutChangingAnyBucket() {
        final LimitSpec yearly = LimitSpec.of(300, 1, 86_400 * TestNode.SECOND_NS, 1);
        final long laterNs = START_NS + 1_000L * 86_400 * TestNode.SECOND_NS;
        try (TestNode node = open(START_NS)) {
            assertThat(node.admits(set(node.bucket("t", yearly)), 300)).isTrue();
            node.nowNs = laterNs - 100L * 86_400 * TestNode.SECOND_NS;
            assertThat(node.admits(set(node.bucket("t", yearly)), 250)).isTrue();
            node.table.checkpoint(node.nowNs);
        }
        try (TestNode node = open(laterNs)) {
            assertThat(node.table.clock().virtualUnits(laterNs)).isEqualTo(VirtualTime.START_UNITS);
            final ReservedBucket bucket = node.bucket("t", yearly);
            assertThat(node.table.remainingTokens(bucket, laterNs)).isEqualTo(150);
            assertThat(node.admits(set(bucket), 151)).isFalse();
            assertThat(node.admits(set(bucket), 150)).isTrue();
            assertThat(node.counted(CrdtCounter.CLAMPED)).isZero();
        }
    }

    @Test
    void shouldNotReuseGenerationsAfterAReopening() {
        final FoundSlot found = new FoundSlot();
        final long before;
        try (TestNode node = open(START_NS)) {
            node.table.store().findOrCreate(1, 1, new SlotBirth().of(1, 0, SPEC.limitWord(), 5), 0, found);
            before = BucketSlotDescriptor.generation(found.life());
        }
        try (TestNode node = open(START_NS)) {
            node.table.store().findOrCreate(2, 2, new SlotBirth().of(1, 0, SPEC.limitWord(), 5), 0, found);
            assertThat(BucketSlotDescriptor.generation(found.life())).isGreaterThan(before);
        }
    }

    @Test
    void shouldRefuseASecondOpening() {
        try (TestNode node = open(START_NS)) {
            assertThat(node.table.slots()).isEqualTo(SLOTS);
            assertThatThrownBy(() -> open(START_NS))
                    .isInstanceOf(TableException.class)
                    .hasMessageContaining("is open in this process already");
        }
    }

    @Test
    void shouldRefuseFilesThatAreNotOurs() throws IOException {
        open(START_NS).close();
        patched(TableHeaderDescriptor.MAGIC_OFFSET, 0x77, "begins with 0x");
        patched(TableHeaderDescriptor.LAYOUT_VERSION_OFFSET, 9, "has layout version 9, expected 3");
        patched(TableHeaderDescriptor.KIND_OFFSET, 2, "has kind 2, expected 1");
        patched(TableHeaderDescriptor.SLOT_LENGTH_OFFSET, 1, "has slot length 257, expected 256");
        final Path file = directory.resolve("buckets");
        assertThatThrownBy(() -> BucketTable.open(TableConfig.of(file, 64), START_NS))
                .hasMessageContaining("has slots 32, expected 64")
                .hasMessageContaining("move the file away");
        assertThatThrownBy(() -> BucketTable.open(new TableConfig(file, SLOTS, 4, 5, 6), START_NS))
                .hasMessageContaining("another secret");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(raw.length() - 1);
        }
        assertThatThrownBy(() -> open(START_NS)).hasMessageContaining("has length in bytes");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(3);
        }
        assertThatThrownBy(() -> open(START_NS)).hasMessageContaining("is 3 bytes long");
        assertThatThrownBy(() -> BucketTable.open(TableConfig.of(directory.resolve("no/such"), 16), START_NS))
                .isInstanceOf(TableException.class)
                .hasMessageContaining("cannot be opened");
    }

    /** Version 2 had further bits of w where the floor is now: w is not less than it was, and no floor is known. */
    @Test
    void shouldTakeOverAFileOfTheVersionBefore() throws IOException {
        final int[] slot = new int[1];
        try (TestNode node = open(START_NS)) {
            final ReservedBucket bucket = node.bucket("t", SPEC);
            slot[0] = bucket.slotOffset();
            assertThat(node.admits(set(bucket), 4)).isTrue();
        }
        final Path file = directory.resolve("buckets");
        final UnsafeBuffer bytes = new UnsafeBuffer(Files.readAllBytes(file));
        bytes.putInt(TableHeaderDescriptor.LAYOUT_VERSION_OFFSET, TableHeaderDescriptor.LAYOUT_WITHOUT_FLOORS);
        bytes.putLong(slot[0] + BucketSlotDescriptor.WITHHELD_OFFSET, 0x1FFL << 16 | 100);
        Files.write(file, bytes.byteArray());
        try (TestNode node = open(START_NS)) {
            final UnsafeBuffer slots = node.table.store().buffer();
            assertThat(slots.getInt(TableHeaderDescriptor.LAYOUT_VERSION_OFFSET))
                    .isEqualTo(TableHeaderDescriptor.LAYOUT_VERSION);
            final long word = WithheldWord.read(slots, slot[0]);
            assertThat(WithheldWord.floorUnits(word, 240)).isZero();
            assertThat(WithheldWord.parts(word)).isEqualTo(100);
            assertThat(node.table.remainingTokens(node.bucket("t", SPEC), START_NS))
                    .isEqualTo(6);
        }
        assertThat(WithheldWord.ofVersion2(0x1FFL << 16 | 100)).isEqualTo(2L << 24 | 100);
        assertThat(WithheldWord.ofVersion2(2L << 24 | 100)).isEqualTo(2L << 24 | 100);
    }

    private void patched(final int offset, final int value, final String message) throws IOException {
        final Path file = directory.resolve("buckets");
        final byte[] good = Files.readAllBytes(file);
        final byte[] bad = good.clone();
        bad[offset] = (byte) value;
        Files.write(file, bad);
        assertThatThrownBy(() -> open(START_NS))
                .isInstanceOf(TableException.class)
                .hasMessageContaining(message);
        Files.write(file, good);
        open(START_NS).close();
    }
}
