package openclaw.edge.billing.invoice;

import java.util.List;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Multiplier;
import openclaw.edge.rating.Usage;

/**
 * What one multiplier matched in one part of a cycle, before it is multiplied.
 *
 * @param part of the cycle
 * @param multiplier that matched
 * @param usage what was counted
 * @param journal the entries behind it, by life and lane
 */
public record MultipliedUsage(CyclePart part, Multiplier multiplier, Usage usage, List<JournalRange> journal) {
    /** With an unmodifiable copy of the ranges. */
    public MultipliedUsage {
        journal = List.copyOf(journal);
    }
}
