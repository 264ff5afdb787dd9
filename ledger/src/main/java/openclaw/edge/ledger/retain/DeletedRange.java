package openclaw.edge.ledger.retain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import openclaw.edge.ledger.record.Life;

/**
 * Usage of a lane that a deleted file held.
 *
 * @param life of the lane
 * @param lane of the life
 * @param from first sequence
 * @param to last sequence
 * @param firstNs first admission among them, cycle time
 * @param lastNs last admission among them
 * @param timeNs when they were deleted first
 */
record DeletedRange(Life life, int lane, long from, long to, long firstNs, long lastNs, long timeNs) {
    private static final Comparator<DeletedRange> ORDER = Comparator.comparing(DeletedRange::life)
            .thenComparingInt(DeletedRange::lane)
            .thenComparingLong(DeletedRange::from);

    static DeletedRange of(final FileContents.Range range, final long timeNs) {
        return new DeletedRange(
                range.life(), range.lane(), range.from(), range.to(), range.firstNs(), range.lastNs(), timeNs);
    }

    long size() {
        return to - from + 1;
    }

    /** The same sequences, none of them twice, in the order of life, lane and sequence. */
    static List<DeletedRange> union(final Collection<DeletedRange> ranges) {
        final List<DeletedRange> union = new ArrayList<>();
        for (final DeletedRange range : ranges.stream().sorted(ORDER).toList()) {
            final DeletedRange last = union.isEmpty() ? null : union.get(union.size() - 1);
            if (last != null && last.meets(range)) {
                union.set(union.size() - 1, last.and(range));
            } else {
                union.add(range);
            }
        }
        return union;
    }

    private boolean meets(final DeletedRange next) {
        return life.equals(next.life) && lane == next.lane && next.from <= to;
    }

    private DeletedRange and(final DeletedRange next) {
        return new DeletedRange(
                life,
                lane,
                from,
                Math.max(to, next.to),
                Math.min(firstNs, next.firstNs),
                Math.max(lastNs, next.lastNs),
                Math.min(timeNs, next.timeNs));
    }
}
