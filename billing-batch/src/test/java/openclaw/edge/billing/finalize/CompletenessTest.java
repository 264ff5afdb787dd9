package openclaw.edge.billing.finalize;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.store.CycleHistory;
import openclaw.edge.ledger.read.ReadReport;
import openclaw.edge.ledger.read.ReadReport.LaneSummary;
import openclaw.edge.ledger.read.ReadReport.LifeSummary;
import openclaw.edge.ledger.record.Life;
import org.junit.jupiter.api.Test;

/** The rules, one by one, over reports made by hand. */
class CompletenessTest {
    private static final long START = ns("2026-10-01T00:00:00Z");
    private static final long END = ns("2026-11-01T00:00:00Z");
    private static final Life A = new Life(0xA, 1);
    private static final Life B = new Life(0xB, 2);

    private final List<LifeSummary> lives = new ArrayList<>();
    private final List<ReadReport.Gap> gaps = new ArrayList<>();
    private final List<ReadReport.Conflict> conflicts = new ArrayList<>();
    private Map<Life, Map<Integer, Long>> settled = Map.of();
    private Map<Life, Map<Integer, Long>> known = Map.of();
    private Map<Life, Boolean> earlier = Map.of();

    private static long ns(String instant) {
        return Instant.parse(instant).getEpochSecond() * 1_000_000_000L;
    }

    private static LifeSummary life(Life life, Life previous, long openedNs, long completeBeforeNs, long expectedTo) {
        boolean isHeard = openedNs == Long.MAX_VALUE;
        return new LifeSummary(
                life,
                isHeard ? "" : "edge-a",
                previous,
                !isHeard,
                openedNs,
                completeBeforeNs == Long.MAX_VALUE,
                Long.MIN_VALUE,
                false,
                completeBeforeNs,
                null,
                isHeard,
                false,
                List.of(new LaneSummary(0, "1-" + expectedTo, expectedTo, 0, "", expectedTo)));
    }

    private static LifeSummary heard(Life life, long expectedTo) {
        return life(life, Life.NONE, Long.MAX_VALUE, Long.MIN_VALUE, expectedTo);
    }

    private static LifeSummary closed(Life life, Life previous, long openedNs) {
        return life(life, previous, openedNs, Long.MAX_VALUE, 9);
    }

    private List<String> lacks(String... edges) {
        ReadReport report = new ReadReport(
                0, 0, List.of(), lives, gaps, conflicts, List.of(), List.of(), List.of(), List.of(), List.of(),
                List.of());
        CycleHistory history = new CycleHistory(
                List.of(), List.of(), List.of(), Map.of(), settled, known, earlier, Map.of(), List.of(Map.of()), 0);
        return Completeness.lacks(List.of(edges), new BillingCells(List.of(), "2026-10"), report, history).stream()
                .map(lack -> lack.kind().text() + " " + lack.address())
                .toList();
    }

    @Test
    void shouldNeedNothingMoreOfLivesThatHaveEnded() {
        lives.add(closed(A, Life.NONE, START + 1));
        lives.add(closed(B, A, START + 2));
        assertThat(lacks("edge-a")).isEmpty();
    }

    @Test
    void shouldNeedAJournalOfEveryEdgeOfTheCatalog() {
        lives.add(closed(A, Life.NONE, START));
        assertThat(lacks("edge-c", "edge-a", "edge-b")).containsExactly("edge edge-b:*:*", "edge edge-c:*:*");
    }

    @Test
    void shouldNeedTheLifeBeforeOneThatBeganWithinTheCycle() {
        lives.add(closed(B, A, START + 1));
        lives.add(heard(A, 17));
        assertThat(lacks()).containsExactly("journal " + A + ":0:1-17");
    }

    @Test
    void shouldNeedALifeThatWroteNothingForWhatWasBeforeIt() {
        lives.add(closed(B, A, START + 1));
        lives.add(heard(A, 0));
        assertThat(lacks()).containsExactly("journal " + A + ":*:*");
    }

    @Test
    void shouldNotNeedTheLifeBeforeOneThatBeganBeforeTheCycle() {
        lives.add(closed(B, A, START));
        lives.add(heard(A, 17));
        assertThat(lacks()).isEmpty();
    }

    @Test
    void shouldNeedOnlyWhatEarlierCyclesHaveNotSettled() {
        lives.add(closed(B, A, START + 1));
        lives.add(heard(A, 17));
        settled = Map.of(A, Map.of(0, 10L));
        earlier = Map.of(A, false);
        assertThat(lacks()).containsExactly("journal " + A + ":0:11-17");
        settled = Map.of(A, Map.of(0, 17L));
        assertThat(lacks()).containsExactly("journal " + A + ":*:end");
        earlier = Map.of(A, true);
        assertThat(lacks()).isEmpty();
    }

    @Test
    void shouldNameHolesBehindWhatIsSettled() {
        lives.add(closed(A, Life.NONE, START + 1));
        gaps.add(new ReadReport.Gap(A, 0, 1, 4));
        gaps.add(new ReadReport.Gap(A, 0, 7, 7));
        assertThat(lacks()).containsExactly("gap " + A + ":0:1-4", "gap " + A + ":0:7");
        settled = Map.of(A, Map.of(0, 2L));
        assertThat(lacks()).containsExactly("gap " + A + ":0:3-4", "gap " + A + ":0:7");
        settled = Map.of(A, Map.of(0, 7L));
        assertThat(lacks()).isEmpty();
    }

    @Test
    void shouldNeedWordThatAllOfTheCycleIsThere() {
        lives.add(life(A, Life.NONE, START - 1, END - 1, 9));
        assertThat(lacks()).containsExactly("unfinished " + A + ":*:end");
        lives.set(0, life(A, Life.NONE, START - 1, END, 9));
        assertThat(lacks()).isEmpty();
    }

    @Test
    void shouldNotMindWhatBeganAfterTheCycle() {
        lives.add(life(A, Life.NONE, END, Long.MIN_VALUE, 9));
        gaps.add(new ReadReport.Gap(A, 0, 3, 4));
        assertThat(lacks()).isEmpty();
    }

    @Test
    void shouldNeedAgainWhatWasThereBefore() {
        lives.add(closed(A, Life.NONE, START + 1));
        known = Map.of(A, Map.of(0, 12L), B, Map.of(1, 3L));
        earlier = Map.of(A, true, B, true);
        assertThat(lacks()).containsExactlyInAnyOrder("gap " + A + ":0:10-12", "gap " + B + ":1:1-3");
        settled = Map.of(B, Map.of(1, 3L));
        assertThat(lacks()).containsExactly("gap " + A + ":0:10-12");
        earlier = Map.of(A, true, B, false);
        assertThat(lacks()).containsExactly("journal " + B + ":*:end", "gap " + A + ":0:10-12");
    }

    @Test
    void shouldNotChooseBetweenTwoRecordsOfOneIdentity() {
        lives.add(closed(A, Life.NONE, START + 1));
        conflicts.add(new ReadReport.Conflict(A, 0, 5, Path.of("x"), 1, Path.of("y"), 2));
        assertThat(lacks()).containsExactly("conflict " + A + ":0:5");
    }
}
