package openclaw.edge.sync;

import static openclaw.edge.sync.TestMember.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Members hear of each other's journals, and keep what they heard. */
final class LedgerLivesTest {

    private static final long HOUR_NS = 3_600 * SECOND_NS;

    private static final class Journal implements OwnLedger {
        private final long high;
        private final long low;
        private final long[] sequences;

        Journal(final long high, final long low, final long... sequences) {
            this.high = high;
            this.low = low;
            this.sequences = sequences;
        }

        @Override
        public long lifeHigh() {
            return high;
        }

        @Override
        public long lifeLow() {
            return low;
        }

        @Override
        public int lanes() {
            return sequences.length;
        }

        @Override
        public long sequence(final int lane) {
            return sequences[lane];
        }
    }

    @Test
    void shouldHearOfEachMembersLifeAndHowFarItIs() {
        final TestClusterOf cluster = TestClusterOf.started(3, 41);
        final Journal journal = new Journal(5, 6, 7, 0);
        cluster.member(0).agent.lives().own(journal);
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(3 * SECOND_NS);
        for (final int other : List.of(1, 2)) {
            assertThat(cluster.member(other).agent.lives().heard())
                    .containsExactly(new HeardLife(5, 6, List.of(7L, 0L)));
        }
        assertThat(cluster.member(0).agent.lives().heard())
                .as("others have none")
                .isEmpty();

        journal.sequences[0] = 100;
        journal.sequences[1] = 3;
        cluster.run(3 * SECOND_NS);
        assertThat(cluster.member(1).agent.lives().heard()).containsExactly(new HeardLife(5, 6, List.of(100L, 3L)));
    }

    @Test
    void shouldKeepALifeThatIsNoMoreForAnHour() {
        final TestClusterOf cluster = TestClusterOf.started(2, 42);
        cluster.member(0).agent.lives().own(new Journal(5, 6, 100));
        cluster.until("ready", 5 * SECOND_NS, () -> cluster.isAllReady() && cluster.isAllReachable());
        cluster.run(3 * SECOND_NS);
        cluster.member(0).agent.lives().own(new Journal(9, 9, 40));
        cluster.run(3 * SECOND_NS);
        // A file that was set back says less; what was heard is kept.
        cluster.member(0).agent.lives().own(new Journal(9, 9, 30));
        cluster.run(3 * SECOND_NS);
        final LedgerLives lives = cluster.member(1).agent.lives();
        assertThat(lives.heard())
                .containsExactly(new HeardLife(5, 6, List.of(100L)), new HeardLife(9, 9, List.of(40L)));
        lives.publish(cluster.nowNs + HOUR_NS - 5 * SECOND_NS);
        assertThat(lives.heard()).extracting(HeardLife::lifeLow).containsExactly(9L);
    }

    @Test
    void shouldCountWhatItCannotKeep() {
        final SyncCounters counters = new SyncCounters();
        final LedgerLives lives = new LedgerLives(counters);
        for (int i = 0; i <= LedgerLives.MAX_LIVES; i++) {
            lives.onLife(1, i, 1, SECOND_NS);
            lives.onLane(0, i + 1);
        }
        lives.publish(2 * SECOND_NS);
        assertThat(lives.heard()).hasSize(LedgerLives.MAX_LIVES);
        assertThat(lives.heard().get(LedgerLives.MAX_LIVES - 1))
                .isEqualTo(new HeardLife(1, LedgerLives.MAX_LIVES - 1, List.of((long) LedgerLives.MAX_LIVES)));
        assertThat(counters.get(SyncCounter.LEDGERS_FULL)).isEqualTo(1);
    }
}
