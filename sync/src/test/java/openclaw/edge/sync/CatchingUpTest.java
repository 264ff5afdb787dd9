package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** From when on a member counts as heard again. */
class CatchingUpTest {

    private static final long SHORT_NS = 10;
    private static final long LATE_NS = 400;

    private final CatchingUp catchingUp = new CatchingUp();

    private boolean isDone(final long joined, final long announced, final long nowNs) {
        return catchingUp.isDone(joined, announced, nowNs, SHORT_NS, LATE_NS);
    }

    @Test
    void shouldWaitForNothingWithoutASignOfLife() {
        assertThat(isDone(10, 10, 5)).isFalse();
        catchingUp.begin(10, 5);
        assertThat(catchingUp.isUnderWay()).isTrue();
        catchingUp.end();
        assertThat(isDone(10, 10, 5)).isFalse();
    }

    @Test
    void shouldWaitForWhatWasAnnouncedFirstIfThatIsJoinedSoon() {
        catchingUp.begin(10, 0);
        assertThat(isDone(9, 12, 5)).isFalse();
        assertThat(isDone(10, 13, 10)).isTrue();
    }

    @Test
    void shouldWaitForNothingMoreThanIsAnnounced() {
        catchingUp.begin(10, 0);
        assertThat(isDone(10, 10, 1_000)).isTrue();
    }

    /** What it has counted since, while its share was withheld, would be debited in full. */
    @Test
    void shouldWaitForWhatWasAnnouncedMeanwhileIfThatTookLong() {
        catchingUp.begin(10, 0);
        assertThat(isDone(10, 500, 1_000)).isFalse();
        assertThat(isDone(499, 520, 1_004)).isFalse();
        assertThat(isDone(500, 530, 1_005)).isTrue();
    }

    /** Who counts faster than it can be joined is heard all the same. */
    @Test
    void shouldNotWaitForEver() {
        catchingUp.begin(10, 0);
        assertThat(isDone(10, 100, 1_000)).isFalse();
        assertThat(isDone(100, 200, 1_400)).as("less than half").isFalse();
        assertThat(isDone(200, 300, 1_700)).as("more than half").isTrue();
    }

    /** It would be found late at once, and count for as long as that takes, again and again. */
    @Test
    void shouldWaitForWhoIsAlwaysLate() {
        catchingUp.begin(10, 0);
        assertThat(isDone(10, 100, 1_000)).isFalse();
        assertThat(isDone(100, 200, 2_000)).as("as long as before, and late").isFalse();
        assertThat(isDone(200, 300, 3_000)).as("as long as before, and late").isFalse();
        assertThat(isDone(300, 400, 3_400)).as("in time").isFalse();
        assertThat(isDone(400, 500, 3_800))
                .as("in time, and no sooner than before")
                .isTrue();
    }
}
