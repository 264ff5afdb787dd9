package openclaw.edge.billing.finalize;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.billing.invoice.CycleUsage;
import openclaw.edge.ledger.read.JournalVisitor;

/**
 * One reading of journals for a finalization.
 *
 * @param usage sums of the cycle
 * @param late sums of what the cycle's earlier finalizations had not read
 * @param consumption by tenant, hour, agent and model
 * @param boundaries where later cycles begin
 */
record Reading(CycleUsage usage, UsageAggregator late, ConsumptionTable consumption, Boundaries boundaries) {
    /**
     * Reads.
     *
     * @param within what to pass over is outside of it; null for nothing
     * @param known what is outside of it is late
     * @param archives take what is read as well; null for none
     */
    static Reading read(
            BillingCells cells,
            List<Path> journals,
            CutOff within,
            CutOff known,
            CycleArchives archives,
            PrintWriter log)
            throws IOException {
        List<CycleVisitor> visitors = new ArrayList<>();
        CycleUsage usage = CycleUsage.read(cells, journals, log, aggregator -> {
            CycleVisitor visitor = new CycleVisitor(
                    cells, aggregator, within, known, archives == null ? JournalVisitor.NONE : archives.visitor());
            visitors.add(visitor);
            return visitor;
        });
        UsageAggregator late = new UsageAggregator(cells);
        ConsumptionTable consumption = new ConsumptionTable();
        Boundaries boundaries = new Boundaries();
        for (CycleVisitor visitor : visitors) {
            late.add(visitor.late());
            consumption.addAll(visitor.consumption());
            boundaries.addAll(visitor.boundaries());
        }
        return new Reading(usage, late, consumption, boundaries);
    }
}
