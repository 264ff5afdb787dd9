package openclaw.edge.crdt;

import static openclaw.edge.crdt.TestNode.SECOND_NS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Who is silent since when outlives the process. */
final class SilenceNotesTest {

    private static final TableConfig CONFIG = new TableConfig(Path.of("memory"), 16, 8, 1, 2);
    private static final long SECOND_UNITS = SECOND_NS << VirtualTime.UNITS_SHIFT;

    private final TableMemory memory = new TableMemory(CONFIG, 64);
    private TestNode node = TestNode.over(memory, new TableMemory(CONFIG, 64), 2, TestNode.START_NS);

    private void restart() {
        node = TestNode.over(memory, new TableMemory(CONFIG, 64), 2, node.nowNs);
    }

    private void note(final long who, final Silence silence) {
        final SilenceNotes notes = node.table.silenceNotes();
        notes.begin();
        notes.add(who, silence);
        notes.end();
    }

    private Silence before(final long who) {
        return node.table.silenceNotes().before(who, PartitionPolicy.SHARE);
    }

    @Test
    void shouldKnowAfterARestartWhoWasSilentSinceWhen() {
        final Silence silence = node.table.clock().silence(node.nowNs);
        note(-7, silence);
        node.passSeconds(10);
        node.table.checkpoint(node.nowNs);
        restart();
        assertThat(before(8)).as("was heard").isNull();
        assertThat(before(-7).withheldUnits()).isEqualTo(silence.withheldUnits());
        assertThat(node.table.downtime(PartitionPolicy.SHARE).withheldUnits())
                .isEqualTo(silence.withheldUnits() + 5 * SECOND_UNITS);
        assertThat(node.table.clock().silences()).isEqualTo(2);
    }

    @Test
    void shouldKnowNothingOfWhoIsHeardOrWasNeverHeard() {
        note(7, Silence.HEARD);
        restart();
        assertThat(before(7)).isNull();
        note(7, Silence.UNHEARD);
        restart();
        assertThat(before(7)).isNull();
    }

    @Test
    void shouldKnowNothingAfterAKillWhileNotesAreMade() {
        note(7, node.table.clock().silence(node.nowNs));
        node.table.silenceNotes().begin();
        restart();
        assertThat(before(7)).isNull();
    }

    @Test
    void shouldNeverTakeASilenceForLaterThanTheLastNoteOfTheClock() {
        node.table.checkpoint(node.nowNs);
        node.passSeconds(10);
        note(7, node.table.clock().silence(node.nowNs));
        restart();
        assertThat(before(7).withheldUnits())
                .isEqualTo(node.table.downtime(PartitionPolicy.SHARE).withheldUnits());
    }

    /** Those that were killed before they had noted anything have heard nobody either. */
    @Test
    void shouldTakeForDowntimeAllSinceTheProcessStoppedThatNotedLast() {
        final Silence earlier = node.table.clock().silence(node.nowNs);
        note(7, earlier);
        node.passSeconds(10);
        node.table.checkpoint(node.nowNs);
        final long stoppedUnits = node.table.clock().withheldUnits(node.nowNs);
        for (int kill = 0; kill < 3; kill++) {
            node.passSeconds(10);
            restart();
            assertThat(node.table.downtime(PartitionPolicy.SHARE).withheldUnits())
                    .as("kill %d", kill)
                    .isEqualTo(stoppedUnits);
            assertThat(before(7).withheldUnits()).isEqualTo(earlier.withheldUnits());
        }
        note(7, earlier);
        final long notedUnits = node.table.clock().withheldUnits(node.nowNs);
        node.passSeconds(10);
        restart();
        assertThat(node.table.downtime(PartitionPolicy.SHARE).withheldUnits())
                .as("now it was noted that nobody else is silent since earlier")
                .isEqualTo(notedUnits);
    }

    @Test
    void shouldKeepAsManyAsThereIsRoomFor() {
        final SilenceNotes notes = node.table.silenceNotes();
        final Silence silence = node.table.clock().silence(node.nowNs);
        notes.begin();
        for (int who = 1; who <= SilenceNotes.MAX_SILENCES + 1; who++) {
            notes.add(who, silence);
        }
        notes.end();
        restart();
        assertThat(before(SilenceNotes.MAX_SILENCES)).isNotNull();
        assertThat(before(SilenceNotes.MAX_SILENCES + 1)).isNull();
        assertThat(node.table.slots()).isEqualTo(16);
    }
}
