package openclaw.edge.billing.invoice;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.billing.aggregate.LaneSums;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Item;
import openclaw.edge.catalog.Multiplier;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.rating.LineKind;
import openclaw.edge.rating.PartUsage;
import openclaw.edge.rating.RatedLine;
import openclaw.edge.rating.Rating;
import openclaw.edge.rating.Totals;
import openclaw.edge.rating.Usage;

/** Rates summed usage, tenant by tenant. Thread-safe: it only reads. */
public final class InvoiceMaker {
    private final BillingCells cells;
    private final List<LaneSums> lanes;

    /** From the sums of all lanes, by life and lane. */
    public InvoiceMaker(BillingCells cells, List<LaneSums> lanes) {
        this.cells = cells;
        this.lanes = lanes;
    }

    /**
     * The invoice of the tenant with the given number.
     *
     * @param broughtForward credit that the tenant's last invoice before this cycle left, from 0
     */
    public Invoice make(int tenantNumber, BigDecimal broughtForward) {
        Tenant tenant = cells.tenants().get(tenantNumber);
        List<CyclePart> parts = cells.parts(tenantNumber);
        List<PartUsage> usage = new ArrayList<>(parts.size());
        List<MultipliedUsage> multiplied = new ArrayList<>();
        UsageTotal total = new UsageTotal();
        for (CyclePart part : parts) {
            List<Usage> classes = classes(tenantNumber, part, total);
            usage.add(new PartUsage(part, classes));
            addMultiplied(multiplied, tenantNumber, part, classes);
        }
        int minorDigits = tenant.billing().minorDigits();
        List<Item> items = tenant.items(cells.cycle(tenantNumber));
        List<RatedLine> rated = Rating.rate(usage, items, minorDigits);
        List<InvoiceLine> lines = new ArrayList<>(rated.size());
        for (RatedLine line : rated) {
            lines.add(new InvoiceLine(Descriptions.of(line, parts), line, journal(line, tenantNumber)));
        }
        Totals totals = Totals.of(rated, items, broughtForward, minorDigits);
        return new Invoice(tenant, cells.cycle(tenantNumber), total, multiplied, lines, totals);
    }

    /** Sums of a part's cells, in their order; added to a total too. */
    private List<Usage> classes(int tenantNumber, CyclePart part, UsageTotal total) {
        List<Usage> classes = new ArrayList<>(1);
        int end = cells.firstCell(tenantNumber, part.index() + 1);
        for (int cell = cells.firstCell(tenantNumber, part.index()); cell < end; cell++) {
            UsageTotal sum = new UsageTotal();
            for (LaneSums lane : lanes) {
                lane.addTo(sum, cell, cell + 1);
            }
            classes.add(new Usage(sum.requests(), sum.tokens()));
            total.add(sum);
        }
        return classes;
    }

    private void addMultiplied(
            List<MultipliedUsage> multiplied, int tenantNumber, CyclePart part, List<Usage> classes) {
        List<Multiplier> multipliers = part.terms().price().multipliers();
        for (int i = 0; i < multipliers.size(); i++) {
            int cell = cells.firstCell(tenantNumber, part.index()) + i + 1;
            List<JournalRange> journal = journal(cell, cell + 1);
            if (!journal.isEmpty()) {
                multiplied.add(new MultipliedUsage(part, multipliers.get(i), classes.get(i + 1), journal));
            }
        }
    }

    /** The entries behind a line of the tenant with the given number; none behind fees and items. */
    public List<JournalRange> journal(RatedLine line, int tenantNumber) {
        return isOfUsage(line.kind())
                ? journal(cells.firstCell(tenantNumber, line.fromPart()), cells.firstCell(tenantNumber, line.toPart()))
                : List.of();
    }

    private static boolean isOfUsage(LineKind kind) {
        return switch (kind) {
            case INCLUDED, TOKENS, REQUESTS, PACKAGES, FLAT_FEE -> true;
            case SUBSCRIPTION, COMMITMENT, CHARGE, DISPUTE -> false;
        };
    }

    private List<JournalRange> journal(int fromCell, int toCell) {
        List<JournalRange> ranges = new ArrayList<>();
        for (LaneSums lane : lanes) {
            JournalRange range = lane.range(fromCell, toCell);
            if (range != null) {
                ranges.add(range);
            }
        }
        return ranges;
    }
}
