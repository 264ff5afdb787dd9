package openclaw.edge.sync;

import static org.assertj.core.api.Assertions.assertThat;

import openclaw.edge.crdt.Silence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer's word of how far it has joined a source says of the rows that this node holds of it. */
class RelaySnapshotsTest {

    private static final long NOW_NS = 1_000_000_000L;
    private static final long LIFE = 7;

    private final Sources sources = new Sources(1, 1);
    private final RelaySnapshots snapshots = new RelaySnapshots(sources);
    private final Member member = new Member(Silence.HEARD, NOW_NS);
    private int source;

    /** A member of whose counters ten rows stand in this node's file. */
    @BeforeEach
    void tenRowsOfAFile() {
        source = sources.findOrAdd(100);
        sources.found(source, 10);
        sources.member(source, member);
        sources.life(source, LIFE);
        member.lives(LIFE, 100, source);
        take(10);
    }

    private void take(final long relayVersion) {
        snapshots.take(relayVersion);
        snapshots.take(relayVersion);
    }

    @Test
    void shouldSayNothingOfRowsOfTheFileBeforeItIsKnownWhichVersionTheyHave() {
        assertThat(snapshots.covered(source, 0)).isZero();
        member.signs().announced(50);
        sources.raiseSolid(source, 20);
        take(11);
        assertThat(snapshots.covered(source, 20)).isZero();
    }

    @Test
    void shouldSayThatWhoHasAllThatTheMemberAnnouncedHasTheRows() {
        member.signs().announced(50);
        sources.raiseSolid(source, 50);
        take(11);
        member.signs().announced(90);
        take(11);
        assertThat(snapshots.covered(source, 49)).isZero();
        assertThat(snapshots.covered(source, 50)).isEqualTo(11);
    }

    @Test
    void shouldSayNothingAnewInTheNextLifeOfTheMember() {
        member.signs().announced(50);
        sources.raiseSolid(source, 50);
        take(11);
        sources.life(source, LIFE + 1);
        member.lives(LIFE + 1, 100, source);
        snapshots.forget(source);
        take(12);
        assertThat(snapshots.covered(source, 0)).isZero();
    }

    /** Such rows have no version in the life that is known here, so that who has all of that life need not have them. */
    @Test
    void shouldSayNothingOfRowsThatAProcessCountedWhichIsNotKnownHere() {
        member.signs().announced(50);
        sources.raiseSolid(source, 50);
        take(11);
        sources.stray(source);
        take(12);
        assertThat(snapshots.covered(source, 50)).as("the rows before").isEqualTo(11);
        member.signs().announced(60);
        take(13);
        assertThat(snapshots.covered(source, 60)).as("not joined yet").isEqualTo(11);
        sources.raiseSolid(source, 60);
        take(14);
        assertThat(snapshots.covered(source, 60))
                .as("the member counts on in the life that is known: the other one was before it")
                .isEqualTo(14);
        sources.stray(source);
        take(15);
        sources.life(source, LIFE + 1);
        member.lives(LIFE + 1, 100, source);
        snapshots.forget(source);
        member.signs().announced(70);
        sources.raiseSolid(source, 70);
        take(16);
        assertThat(snapshots.covered(source, 70))
                .as("the next process has told all that was counted before it")
                .isEqualTo(16);
    }
}
