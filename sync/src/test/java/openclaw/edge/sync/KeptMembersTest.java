package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableMemory;
import org.junit.jupiter.api.Test;

/** A file of members that somebody removes, or that cannot be written. */
final class KeptMembersTest {

    private static final long NOW_NS = 1_795_204_800_000_000_000L;

    private final SyncCounters counters = new SyncCounters();
    private final List<String> told = new ArrayList<>();
    private final Store store = new Store();
    private final KeptMembers kept = kept();

    private KeptMembers kept() {
        final TableMemory memory = new TableMemory(new TableConfig(Path.of("kept"), 64, 16, 1, 2), 16);
        final BucketTable table = BucketTable.inMemory(memory, NOW_NS, 2);
        final GossipListener listener = new GossipListener() {
            @Override
            public void onEvent(final String event) {
                told.add(event);
            }

            @Override
            public void onFailure(final String what, final Throwable failure) {
                throw new AssertionError(what, failure);
            }
        };
        return new KeptMembers(
                store,
                new Membership("a", 1, table.clock(), NOW_NS),
                new LocalNode("a", 1, new Random(1), listener, counters),
                counters);
    }

    private void lookFor(final int seconds) {
        for (int i = 0; i < seconds; i++) {
            kept.look();
        }
    }

    @Test
    void shouldWriteAgainWhatWasRemovedAndSayItOnceInARow() {
        kept.save();
        lookFor(10);
        assertThat(store.attempts).isEqualTo(1);
        for (int i = 1; i <= 3; i++) {
            store.isGone = true;
            kept.look();
            assertThat(store.attempts).isEqualTo(1 + i);
            assertThat(counters.get(SyncCounter.MEMBERS_FILE_GONE)).isEqualTo(i);
        }
        assertThat(told).hasSize(1).first().asString().contains("was removed or changed");
    }

    @Test
    void shouldSayWhyWhatWasKeptCannotBeRead() {
        assertThat(kept.load()).isEmpty();
        assertThat(told).isEmpty();
        store.unread = "not whole";
        assertThat(kept.load()).isEmpty();
        assertThat(told).singleElement().asString().contains("cannot be read (not whole)");
    }

    @Test
    void shouldTryEverMoreSeldomWhileItCannotBeWritten() {
        kept.save();
        store.failure = "no room";
        store.isGone = true;
        kept.look();
        assertThat(told).hasSize(2);
        assertThat(told.get(1)).contains("cannot be written (no room)");
        assertThat(store.attempts).isEqualTo(2);
        // After 1, 2, 4 and so on, and from the seventh on after 64 each.
        lookFor(1 + 2 + 4 + 8 + 16 + 32 + 64 + 64);
        assertThat(store.attempts).isEqualTo(2 + 8);
        assertThat(counters.get(SyncCounter.MEMBERS_FILE_GONE)).isEqualTo(1);
        assertThat(told).hasSize(2);

        store.failure = null;
        lookFor(64);
        assertThat(store.attempts).isEqualTo(2 + 9);
        lookFor(200);
        assertThat(store.attempts).isEqualTo(2 + 9);
        store.isGone = true;
        kept.look();
        assertThat(counters.get(SyncCounter.MEMBERS_FILE_GONE)).isEqualTo(2);
    }

    @Test
    void shouldSayThatItCouldNeverBeWrittenAndTryAgain() {
        store.failure = "read-only";
        kept.save();
        assertThat(told).hasSize(1).first().asString().contains("cannot be written (read-only)");
        store.failure = null;
        kept.look();
        assertThat(store.attempts).isEqualTo(2);
        assertThat(counters.get(SyncCounter.MEMBERS_FILE_GONE)).isZero();
    }

    /** Fails when told to. */
    private static final class Store implements MemberStore {
        private String failure;
        private String unread;
        private boolean isGone;
        private int attempts;

        @Override
        public List<Saved> load() {
            return List.of();
        }

        @Override
        public String unread() {
            return unread;
        }

        @Override
        public String save(final List<Saved> members) {
            attempts++;
            isGone &= failure != null;
            return failure;
        }

        @Override
        public boolean isGone() {
            return isGone;
        }
    }
}
