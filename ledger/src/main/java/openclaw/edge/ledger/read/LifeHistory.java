package openclaw.edge.ledger.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.Life;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.TickRecord;

/** What was read of one life. Of records that say different things of it, what counts does not depend on their order. */
final class LifeHistory {
    final long high;
    final long low;

    /** Null where nothing was heard of a lane; asked for with every few records. */
    private LaneClaims[] byNumber = new LaneClaims[8];

    private String node = "";
    private Life previous = Life.NONE;
    private boolean spoken;
    private boolean archived;
    private String archivedNode = "";
    private Life archivedPrevious = Life.NONE;
    private long archivedNs = Long.MIN_VALUE;
    private boolean opened;
    private boolean closed;
    private boolean recovered;
    private long openedNs;
    private long closedNs;
    private long completeBeforeNs;
    private ReadReport.Tick lastTick;

    LifeHistory(final Life life) {
        high = life.high();
        low = life.low();
        forget();
    }

    /** Forgets what was read, not what was ruled of its lanes. */
    void forget() {
        lanes().forEach(LaneClaims::forget);
        node = "";
        previous = Life.NONE;
        spoken = false;
        archived = false;
        archivedNode = "";
        archivedPrevious = Life.NONE;
        archivedNs = Long.MIN_VALUE;
        opened = false;
        closed = false;
        recovered = false;
        openedNs = Long.MIN_VALUE;
        closedNs = Long.MIN_VALUE;
        completeBeforeNs = Long.MIN_VALUE;
        lastTick = null;
    }

    Life life() {
        return new Life(high, low);
    }

    LaneClaims lane(final int lane) {
        if (lane >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, Math.max(lane + 1, byNumber.length * 2));
        }
        if (byNumber[lane] == null) {
            byNumber[lane] = new LaneClaims(lane);
        }
        return byNumber[lane];
    }

    private List<LaneClaims> lanes() {
        return Arrays.stream(byNumber).filter(Objects::nonNull).toList();
    }

    /** Notes that the life's own records were read, not only what others heard of it. */
    void spoke() {
        spoken = true;
    }

    /** Notes that records of the life were read from an archive, which says nothing of those that it does not hold. */
    void archived() {
        archived = true;
    }

    /** Takes what an archive says of the life's beginning; of several that say otherwise the earliest. */
    void archived(final OpenRecord record) {
        archived = true;
        final int byNode = record.node().compareTo(archivedNode);
        if (archivedNs == Long.MIN_VALUE
                || record.timeNs() < archivedNs
                || (record.timeNs() == archivedNs && byNode < 0)) {
            archivedNode = record.node();
            archivedPrevious = record.previous();
            archivedNs = record.timeNs();
        }
    }

    void open(final OpenRecord record) {
        spoken = true;
        final String otherNode = record.node();
        final Life otherPrevious = record.previous();
        final int byNode = otherNode.compareTo(node);
        if (!opened || byNode < 0 || (byNode == 0 && otherPrevious.compareTo(previous) < 0)) {
            node = otherNode;
            previous = otherPrevious;
        }
        openedNs = opened ? Math.min(openedNs, record.timeNs()) : record.timeNs();
        opened = true;
        for (int i = 0; i < record.lanes(); i++) {
            lane(i);
        }
    }

    void close(final CloseRecord record) {
        spoken = true;
        recovered = record.isRecovered() && (recovered || !closed);
        closedNs = closed ? Math.min(closedNs, record.timeNs()) : record.timeNs();
        closed = true;
        for (int i = 0; i < record.lanes(); i++) {
            lane(i).expect(record.sequence(i));
        }
    }

    void tick(final TickRecord record) {
        spoken = true;
        completeBeforeNs = Math.max(completeBeforeNs, record.completeBeforeNs());
        for (int i = 0; i < record.lanes(); i++) {
            lane(i).expect(record.sequence(i));
        }
        if (lastTick == null || record.timeNs() > lastTick.timeNs()) {
            final Map<Long, Long> metrics = new HashMap<>();
            for (int i = 0; i < record.metrics(); i++) {
                metrics.put(record.metricId(i), record.metricTotal(i));
            }
            lastTick = new ReadReport.Tick(record.timeNs(), record.openExchanges(), record.completeBeforeNs(), metrics);
        }
    }

    void gaps(final List<ReadReport.Gap> gaps) {
        if (!spoken) {
            return;
        }
        for (final LaneClaims lane : lanes()) {
            lane.accounted()
                    .gaps(expectedTo(lane), (from, to) -> gaps.add(new ReadReport.Gap(life(), lane.lane(), from, to)));
        }
    }

    /** Ranges that were deleted and that no file holds as a whole. */
    void deletions(final List<ReadReport.Deletion> deletions) {
        for (final LaneClaims lane : lanes()) {
            final SequenceIntervals seen = lane.deleted().isEmpty() ? null : lane.seen();
            lane.deleted().forEach((from, range) -> {
                final long missing = range.to() - from + 1 - seen.countWithin(from, range.to());
                if (missing > 0) {
                    deletions.add(new ReadReport.Deletion(
                            life(),
                            lane.lane(),
                            from,
                            range.to(),
                            missing,
                            range.firstNs(),
                            range.lastNs(),
                            range.timeNs()));
                }
            });
        }
    }

    /**
     * How far a lane should go. What others have heard of a life that has not ended does not count beside its own records: of
     * journals that are copied one after the other while their nodes run, one is always older than what another has heard.
     */
    private long expectedTo(final LaneClaims lane) {
        final boolean isRunning = spoken && !closed;
        return isRunning ? lane.expectedTo() : Math.max(lane.expectedTo(), lane.heardTo());
    }

    private ReadReport.LaneSummary summary(final LaneClaims lane) {
        final SequenceIntervals seen = lane.seen();
        final SequenceIntervals both = lane.seen();
        both.addAll(lane.voided());
        return new ReadReport.LaneSummary(
                lane.lane(),
                seen.toString(),
                seen.size(),
                both.size() - seen.size(),
                lane.voided().toString(),
                expectedTo(lane));
    }

    /** What there is to say, or null when nothing is left to speak of it. */
    ReadReport.LifeSummary summary() {
        final List<ReadReport.LaneSummary> summaries = new ArrayList<>();
        for (final LaneClaims lane : lanes()) {
            summaries.add(summary(lane));
        }
        return new ReadReport.LifeSummary(
                life(),
                opened ? node : archivedNode,
                opened ? previous : archivedPrevious,
                opened,
                opened ? openedNs : archivedNs,
                closed,
                closedNs,
                recovered,
                closed ? Long.MAX_VALUE : completeBeforeNs,
                lastTick,
                !spoken && !archived,
                !spoken && archived,
                summaries);
    }
}
