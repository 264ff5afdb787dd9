package openclaw.edge.sync.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import openclaw.edge.sync.wire.DropReason;
import org.junit.jupiter.api.Test;

/** Each number passes once, if it is not too far behind. */
final class ReplayWindowTest {

    private final ReplayWindow window = new ReplayWindow();

    @Test
    void shouldTellAtLeastTheLast1024Apart() {
        assertThat(ReplayWindow.SIZE).isGreaterThanOrEqualTo(1_024);
        window.mark(5_000);
        assertThat(window.check(5_000)).isEqualTo(DropReason.REPLAYED);
        assertThat(window.check(5_001)).isEqualTo(DropReason.NONE);
        assertThat(window.check(5_000 - ReplayWindow.SIZE + 1)).isEqualTo(DropReason.NONE);
        assertThat(window.check(5_000 - ReplayWindow.SIZE)).isEqualTo(DropReason.BEHIND_WINDOW);
    }

    @Test
    void shouldRefuseWhatIsNoSequence() {
        for (final long none : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThat(window.check(none)).as("%d", none).isEqualTo(DropReason.BEHIND_WINDOW);
        }
    }

    @Test
    void shouldSurviveTheLastNumber() {
        window.mark(1);
        window.mark(Long.MAX_VALUE);
        assertThat(window.check(Long.MAX_VALUE)).isEqualTo(DropReason.REPLAYED);
        assertThat(window.check(Long.MAX_VALUE - 1)).isEqualTo(DropReason.NONE);
        assertThat(window.check(1)).isEqualTo(DropReason.BEHIND_WINDOW);
    }

    @Test
    void shouldAgreeWithASetOfAllNumbers() {
        for (long seed = 1; seed <= 200; seed++) {
            final Random random = new Random(seed);
            final ReplayWindow tested = new ReplayWindow();
            final Set<Long> seen = new HashSet<>();
            long highest = 0;
            for (int i = 0; i < 5_000; i++) {
                final long around = highest - ReplayWindow.SIZE - 10 + random.nextInt(ReplayWindow.SIZE + 40);
                final long sequence = random.nextInt(200) == 0 ? highest + random.nextInt(10_000) : around;
                final DropReason expected =
                        sequence <= 0 || (sequence <= highest && highest - sequence >= ReplayWindow.SIZE)
                                ? DropReason.BEHIND_WINDOW
                                : seen.contains(sequence) ? DropReason.REPLAYED : DropReason.NONE;

                assertThat(tested.check(sequence))
                        .as("seed %d, number %d, highest %d", seed, sequence, highest)
                        .isEqualTo(expected);

                // Some are forged: checked, and never marked.
                if (expected == DropReason.NONE && random.nextInt(10) != 0) {
                    tested.mark(sequence);
                    seen.add(sequence);
                    highest = Math.max(highest, sequence);
                }
            }
            assertThat(tested.highest()).isEqualTo(highest);
        }
    }
}
