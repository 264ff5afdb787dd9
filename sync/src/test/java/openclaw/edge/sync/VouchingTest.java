package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import openclaw.edge.crdt.Silence;
import org.junit.jupiter.api.Test;

/** What a node tells others of a member's heartbeat. */
final class VouchingTest {

    private final Member member = new Member(Silence.HEARD, 0);

    @Test
    void shouldVouchForAHeartbeatOnlyOnceAllThatWasAnnouncedWithItIsJoined() {
        member.announced(10);
        member.heard(5, 1);
        member.joined(9);
        assertThat(member.vouched()).isZero();
        member.announced(12);
        member.heard(6, 2);
        member.joined(11);
        assertThat(member.vouched())
                .as("joined, though more was announced since")
                .isEqualTo(5);
        member.heard(7, 3);
        member.joined(12);
        assertThat(member.vouched()).isEqualTo(7);
    }

    @Test
    void shouldVouchForNothingOfALifeThatIsNotJoinedYet() {
        member.announced(3);
        member.heard(5, 1);
        member.joined(3);
        assertThat(member.vouched()).isEqualTo(5);
        member.lives(2, 2, 1);
        assertThat(member.vouched()).isZero();
        member.announced(1);
        member.heard(1, 2);
        member.joined(0);
        assertThat(member.vouched()).isZero();
        member.joined(1);
        assertThat(member.vouched()).isEqualTo(1);
    }
}
