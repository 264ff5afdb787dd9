package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import openclaw.edge.crdt.Silence;
import org.junit.jupiter.api.Test;

/** What a node tells others of a member's heartbeat. */
final class VouchingTest {

    private final Member member = new Member(Silence.HEARD, 0);

    @Test
    void shouldVouchForAHeartbeatOnlyOnceAllThatWasAnnouncedWithItIsJoined() {
        member.signs().announced(10);
        member.signs().heard(5, 1);
        member.signs().joined(9);
        assertThat(member.signs().vouched()).isZero();
        member.signs().announced(12);
        member.signs().heard(6, 2);
        member.signs().joined(11);
        assertThat(member.signs().vouched())
                .as("joined, though more was announced since")
                .isEqualTo(5);
        member.signs().heard(7, 3);
        member.signs().joined(12);
        assertThat(member.signs().vouched()).isEqualTo(7);
    }

    @Test
    void shouldVouchForNothingOfALifeThatIsNotJoinedYet() {
        member.signs().announced(3);
        member.signs().heard(5, 1);
        member.signs().joined(3);
        assertThat(member.signs().vouched()).isEqualTo(5);
        member.lives(2, 2, 1);
        assertThat(member.signs().vouched()).isZero();
        member.signs().announced(1);
        member.signs().heard(1, 2);
        member.signs().joined(0);
        assertThat(member.signs().vouched()).isZero();
        member.signs().joined(1);
        assertThat(member.signs().vouched()).isEqualTo(1);
    }
}
