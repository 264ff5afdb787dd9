package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static openclaw.edge.crdt.TestNode.perSecond;
import static openclaw.edge.crdt.TestNode.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a process goes on with its file's counters as its own, and what becomes of them when it does not. */
final class NodeIncarnationTest {

    private static final LimitSpec SPEC = perSecond(1_000, 10);
    private static final TableConfig CONFIG = new TableConfig(Path.of("memory"), 64, 8, 1, 2);
    private static final String BOOT = "3f1c8a52-0d6e-4f43-9d0a-7f1b8f0f4c11";

    @TempDir
    private Path temp;

    private static NodeIncarnation incarnation(final TestNode node, final String bootId) {
        return NodeIncarnation.open(node.table, node.quotas, bootId);
    }

    /** A life of a node in a directory: admits 30, refunds 10; then its incarnation. */
    private static long live(final Path directory, final String bootId, final boolean expectResumed) {
        try (TestNode node = TestNode.open(directory, 64, TestNode.START_NS)) {
            final NodeIncarnation incarnation = incarnation(node, bootId);
            assertThat(incarnation.isResumed()).isEqualTo(expectResumed);
            assertThat(node.quotas.incarnations().ownId())
                    .as("both tables agree")
                    .isEqualTo(incarnation.id());
            final LimitSet set = set(node.bucket("t", SPEC));
            set.add(node.quotas.row("t", 1, 1_000, true));
            assertThat(node.admits(set, 30)).isTrue();
            node.buckets.refund(set, 10, node.nowNs);
            return incarnation.id();
        }
    }

    private static void copy(final Path from, final Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(file.getFileName()));
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Test
    void shouldResumeWhereBootDirectoryAndFilesAreTheSame() throws IOException {
        final Path directory = Files.createDirectory(temp.resolve("a"));
        final long first = live(directory, BOOT, false);
        assertThat(live(directory, BOOT, true)).isEqualTo(first);
        try (TestNode node = TestNode.open(directory, 64, TestNode.START_NS)) {
            incarnation(node, BOOT);
            assertThat(node.table.consumedTokens(node.bucket("t", SPEC))).isEqualTo(60);
        }
        final Path moved = Files.move(directory, temp.resolve("b"));
        assertThat(live(moved, BOOT, true))
                .as("moved as a whole it is the same directory")
                .isEqualTo(first);
    }

    @Test
    void shouldBeAnotherAfterABootOrWhereTheBootIsNotKnown() throws IOException {
        final Path directory = Files.createDirectory(temp.resolve("a"));
        final long first = live(directory, BOOT, false);
        final long second = live(directory, "another boot", false);
        assertThat(second).isNotEqualTo(first);
        assertKept(directory, "another boot", true, 30, 30);
        final long third = live(directory, "", false);
        assertThat(third).isNotEqualTo(second);
        assertThat(live(directory, "", false)).isNotEqualTo(third);
    }

    @Test
    void shouldBeAnotherInACopyWithWhatTheOriginalCountedAsAPeers() throws IOException {
        final Path directory = Files.createDirectory(temp.resolve("a"));
        final long first = live(directory, BOOT, false);
        final Path copy = temp.resolve("copy");
        copy(directory, copy);
        assertThat(live(copy, BOOT, false)).isNotEqualTo(first);
        assertKept(copy, BOOT, true, 30, 30);
        assertThat(live(directory, BOOT, true)).isEqualTo(first);
    }

    @Test
    void shouldBeAnotherWhereAFileWasRestoredInPlace() throws IOException {
        final Path directory = Files.createDirectory(temp.resolve("a"));
        final long first = live(directory, BOOT, false);
        final Path backup = temp.resolve("backup");
        copy(directory, backup);
        live(directory, BOOT, true);
        // Kept, so that its inode is not given to the other.
        Files.move(directory.resolve("buckets"), temp.resolve("old"));
        Files.copy(backup.resolve("buckets"), directory.resolve("buckets"));
        assertThat(live(directory, BOOT, false)).isNotEqualTo(first);
    }

    /** Own and former counters after one life of before and one of now; the quota is of both. */
    private static void assertKept(
            final Path directory, final String bootId, final boolean resumed, final long own, final long former) {
        try (TestNode node = TestNode.open(directory, 64, TestNode.START_NS)) {
            assertThat(incarnation(node, bootId).isResumed()).isEqualTo(resumed);
            final ReservedBucket bucket = node.bucket("t", SPEC);
            assertThat(node.table.consumedTokens(bucket)).isEqualTo(own);
            assertThat(ReplicaPairs.sumConsumed(node.table.store().buffer(), bucket.slotOffset()))
                    .isEqualTo(own + former);
            final QuotaRow row = node.quotas.row("t", 1, 1_000, true);
            assertThat(node.quotas.consumedTokens(row)).isEqualTo(own + former);
            assertThat(node.quotas.refundedTokens(row)).isEqualTo((own + former) / 3);
            assertThat(node.quotas.store().buffer().getLong(row.slotOffset())).isEqualTo((own + former) * 2 / 3);
        }
    }

    /** What a kill left, opened again: nothing lost, nothing counted twice, and the former life's is the former's. */
    private static void assertWhole(final TableMemory buckets, final TableMemory quotas, final String where) {
        final TestNode node = TestNode.over(buckets, quotas, 1, TestNode.START_NS);
        final NodeIncarnation incarnation = incarnation(node, BOOT);
        for (int i = 0; i < 5; i++) {
            final ReservedBucket bucket = node.bucket("t" + i, SPEC);
            final UnsafeBuffer slots = node.table.store().buffer();
            assertThat(ReplicaPairs.sumConsumed(slots, bucket.slotOffset()))
                    .as(where)
                    .isEqualTo(10 + i);
            assertThat(ReplicaPairs.sumRefunded(slots, bucket.slotOffset()))
                    .as(where)
                    .isEqualTo(i);
            assertThat(node.table.consumedTokens(bucket)).as(where).isZero();
            assertThat(node.table.refundedTokens(bucket)).as(where).isZero();
            assertThat(node.table.remainingTokens(bucket, node.nowNs)).as(where).isEqualTo(990);
            final QuotaRow row = node.quotas.row("t" + i, 1, 1_000, true);
            assertThat(node.quotas.consumedTokens(row)).as(where).isEqualTo(10 + i);
            assertThat(node.quotas.store().buffer().getLong(row.slotOffset()))
                    .as(where)
                    .isEqualTo(10);
        }
        assertThat(node.quotas.incarnations().ownId()).as(where).isEqualTo(incarnation.id());
        // And once more: what was moved is not moved again.
        incarnation.renew();
        for (int i = 0; i < 5; i++) {
            final QuotaRow row = node.quotas.row("t" + i, 1, 1_000, true);
            assertThat(node.quotas.consumedTokens(row)).as(where).isEqualTo(10 + i);
            assertThat(node.quotas.refundedTokens(row)).as(where).isEqualTo(i);
        }
    }

    private static void count(final TestNode node) {
        for (int i = 0; i < 5; i++) {
            final LimitSet set = set(node.bucket("t" + i, SPEC));
            set.add(node.quotas.row("t" + i, 1, 1_000, true));
            assertThat(node.admits(set, 10 + i)).isTrue();
            node.buckets.refund(set, i, node.nowNs);
        }
    }

    @Test
    void shouldFinishARenewalThatAKillCutShortAtAnyPoint() {
        for (int killed = 0; killed <= 64; killed++) {
            for (int step = 0; step < 6; step++) {
                final TableMemory buckets = new TableMemory(CONFIG, 64);
                final TableMemory quotas = new TableMemory(CONFIG, 64);
                final TestNode node = TestNode.over(buckets, quotas, 1, TestNode.START_NS);
                count(node);
                cutShort(node.table.store(), node.table.incarnations(), killed, step);
                cutShort(node.quotas.store(), node.quotas.incarnations(), (killed * 7) % 65, (step + 2) % 6);
                assertWhole(buckets.copy(), quotas.copy(), "killed at slot " + killed + ", step " + step);
            }
        }
    }

    /** The steps of a renewal as far as slot {@code killed}, and of that one the first {@code step}. */
    private static void cutShort(
            final SlotStore store, final TableIncarnations incarnations, final int killed, final int step) {
        final UnsafeBuffer slots = store.buffer();
        final int index = incarnations.directory().index(4_711);
        if (step == 5) {
            return;
        }
        final long present = OwnCounters.present(index, OwnCounters.index(OwnCounters.present(slots)), 1, true);
        slots.putLong(TableHeaderDescriptor.INCARNATION_INDEX_OFFSET, present);
        if (step == 4) {
            return;
        }
        slots.putLong(TableHeaderDescriptor.INCARNATION_OFFSET, 4_711);
        for (int i = 0; i < killed; i++) {
            incarnations.renewal().move(store.slotOffset(i), present);
        }
        final int slot = store.slotOffset(Math.min(killed, store.slots() - 1));
        final long life = slots.getLong(slot + BucketSlotDescriptor.LIFE_OFFSET);
        if (step == 0 || killed == 64 || !BucketSlotDescriptor.isLive(life)) {
            return;
        }
        final int pair = slot + BucketSlotDescriptor.PAIRS_OFFSET;
        final long tag =
                BucketSlotDescriptor.pairTag(OwnCounters.previousIndex(present), BucketSlotDescriptor.generation(life));
        slots.putLong(pair, tag);
        if (step >= 2) {
            final int own = slot + BucketSlotDescriptor.CONSUMED_OFFSET;
            slots.putLong(pair + BucketSlotDescriptor.PAIR_CONSUMED_OFFSET, slots.getLong(own));
            if (step == 3) {
                slots.putLong(own, OwnCounters.zero(1));
            }
        }
    }

    @Test
    void shouldLoseNothingAndCountNothingTwiceWhileLoopsCount() throws InterruptedException {
        final TestNode node = TestNode.inMemory(64);
        final NodeIncarnation incarnation = incarnation(node, BOOT);
        final QuotaRow row = node.quotas.row("t", 1, 1L << 60, true);
        final ReservedBucket bucket = node.bucket("t", perSecond(1_000_000_000, 1_000_000_000));
        final AtomicLong consumed = new AtomicLong();
        final AtomicLong refunded = new AtomicLong();
        final int loops = 3;
        final int requests = 60_000;
        final CountDownLatch done = new CountDownLatch(loops);
        final List<Thread> threads = new ArrayList<>();
        for (int loop = 0; loop < loops; loop++) {
            final Buckets buckets = new Buckets(node.table, node.quotas);
            threads.add(new Thread(() -> {
                final LimitSet set = new LimitSet();
                for (int i = 0; i < requests; i++) {
                    set.clear();
                    set.add(bucket);
                    set.add(row);
                    if (Decision.isAdmitted(buckets.tryAdmit(set, 3, TestNode.START_NS + i))) {
                        consumed.getAndAdd(3);
                        buckets.refund(set, 1, TestNode.START_NS + i);
                        refunded.getAndAdd(1);
                    }
                }
                done.countDown();
            }));
        }
        threads.forEach(Thread::start);
        long before = 0;
        int renewals = 0;
        final List<Long> ids = new ArrayList<>();
        while (done.getCount() > 0 || renewals < 3) {
            if (renewals < 5) {
                ids.add(incarnation.id());
                incarnation.renew();
                renewals++;
            }
            final long sum = node.quotas.consumedTokens(row);
            assertThat(sum).as("sum never shrinks").isGreaterThanOrEqualTo(before);
            before = sum;
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        assertThat(consumed.get()).isPositive();
        assertThat(node.quotas.consumedTokens(row)).isEqualTo(consumed.get());
        assertThat(node.quotas.refundedTokens(row)).isEqualTo(refunded.get());
        final UnsafeBuffer slots = node.table.store().buffer();
        assertThat(ReplicaPairs.sumConsumed(slots, bucket.slotOffset())).isEqualTo(consumed.get());
        assertThat(ReplicaPairs.sumRefunded(slots, bucket.slotOffset())).isEqualTo(refunded.get());
        for (final long id : ids) {
            assertThat(id).isNotEqualTo(incarnation.id());
        }
    }

    @Test
    void shouldReadSumsOnceWhileARowIsBeingMoved() {
        final TestNode node = TestNode.inMemory(64);
        count(node);
        final QuotaRow row = node.quotas.row("t2", 1, 1_000, true);
        for (int step = 0; step < 4; step++) {
            final TestNode cut = TestNode.inMemory(64);
            count(cut);
            final int slotNumber = cut.quotas.store().slotNumber(row.slotOffset());
            cutShort(cut.quotas.store(), cut.quotas.incarnations(), slotNumber, step);
            assertThat(cut.quotas.consumedTokens(cut.quotas.row("t2", 1, 1_000, true)))
                    .as("step %d", step)
                    .isEqualTo(12);
        }
    }

    @Test
    void shouldCountRefundsOfBeforeForTheNewOne() {
        final TestNode node = TestNode.inMemory(64);
        final NodeIncarnation incarnation = incarnation(node, BOOT);
        final ReservedBucket bucket = node.bucket("t", SPEC);
        final LimitSet set = set(bucket);
        assertThat(node.admits(set, 30)).isTrue();
        final long former = incarnation.id();
        incarnation.renew();
        node.buckets.refund(set, 20, node.nowNs);
        assertThat(node.table.refundedTokens(bucket)).isEqualTo(20);
        assertThat(node.table.consumedTokens(bucket)).isZero();
        assertThat(node.table.remainingTokens(bucket, node.nowNs)).isEqualTo(990);
        final ReplicaRow seen = new ReplicaRow();
        assertThat(node.table.replicas().read(node.table.store().slotNumber(bucket.slotOffset()), seen, node.nowNs))
                .isTrue();
        assertThat(seen.pairs()).isEqualTo(1);
        assertThat(seen.incarnationId(0)).isEqualTo(former);
    }

    @Test
    void shouldRetireAnIncarnationFromBucketsAtOnceAndFromQuotasWithTheirCycle() {
        final TestNode node = TestNode.inMemory(64);
        final NodeIncarnation incarnation = incarnation(node, BOOT);
        count(node);
        final long former = incarnation.id();
        incarnation.renew();
        assertThatThrownBy(() -> incarnation.retire(incarnation.id())).hasMessageContaining("this node's own");
        assertThat(incarnation.retire(former)).isFalse();
        final ReservedBucket bucket = node.bucket("t1", SPEC);
        assertThat(ReplicaPairs.sumConsumed(node.table.store().buffer(), bucket.slotOffset()))
                .isZero();
        final QuotaRow row = node.quotas.row("t1", 1, 1_000, true);
        assertThat(node.quotas.consumedTokens(row)).isEqualTo(11);
        assertThat(node.table.incarnations().knows(former)).isFalse();
        assertThat(node.quotas.incarnations().knows(former)).isTrue();
        node.quotas.release(1);
        assertThat(incarnation.retire(former)).isTrue();
        assertThat(node.quotas.incarnations().knows(former)).isFalse();
    }

    @Test
    void shouldNotRunOutOfPlacesForIncarnationsWithoutCounters() {
        final TestNode node = TestNode.inMemory(64);
        final NodeIncarnation incarnation = incarnation(node, BOOT);
        for (int i = 0; i < 500; i++) {
            incarnation.renew();
        }
        count(node);
        assertThat(node.table.consumedTokens(node.bucket("t3", SPEC))).isEqualTo(13);
        node.nowNs += SECOND_NS;
        assertThat(node.counted(CrdtCounter.JOIN_NO_ROOM)).isZero();
    }

    @Test
    void shouldGoOnWithItsCountersWhereNoPairIsFreeForTheFormerIncarnation() {
        final TableConfig config = new TableConfig(Path.of("memory"), 16, 0, 1, 2);
        final TestNode node =
                TestNode.over(new TableMemory(config, 64), new TableMemory(config, 64), 1, TestNode.START_NS);
        final NodeIncarnation incarnation = incarnation(node, BOOT);
        final long former = incarnation.id();
        final ReservedBucket bucket = node.bucket("t", SPEC);
        assertThat(node.admits(set(bucket), 30)).isTrue();
        final TestJoin join = new TestJoin(node.table);
        for (int i = 0; i < BucketSlotDescriptor.INLINE_PAIRS; i++) {
            final int index = node.table.incarnations().directory().index(1_000 + i);
            assertThat(join.join(bucket, new ReplicaEntry().counters(index, 1, 5, 0, 0), node.nowNs))
                    .isTrue();
        }
        incarnation.renew();
        assertThat(incarnation.id()).isNotEqualTo(former);
        assertThat(node.table.consumedTokens(bucket))
                .as("nothing counted is lost")
                .isEqualTo(30);
        assertThat(node.table.counters().get(CrdtCounter.JOIN_NO_ROOM)).isEqualTo(1);
        assertThat(node.admits(set(bucket), 1)).isTrue();
        assertThat(node.table.consumedTokens(bucket)).isEqualTo(31);
        assertThat(ReplicaPairs.sumConsumed(node.table.store().buffer(), bucket.slotOffset()))
                .isEqualTo(31 + 5 * BucketSlotDescriptor.INLINE_PAIRS);
    }
}
