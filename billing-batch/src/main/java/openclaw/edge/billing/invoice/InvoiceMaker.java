package openclaw.edge.billing.invoice;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.JournalRange;
import openclaw.edge.billing.aggregate.LaneSums;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.catalog.BillingCalendar;
import openclaw.edge.catalog.CyclePart;
import openclaw.edge.catalog.Quota;
import openclaw.edge.catalog.Tenant;
import openclaw.edge.rating.LineKind;
import openclaw.edge.rating.PartUsage;
import openclaw.edge.rating.RatedLine;
import openclaw.edge.rating.Rating;

/** Rates summed usage, tenant by tenant. */
public final class InvoiceMaker {
    private final BillingCells cells;
    private final List<LaneSums> lanes;

    /** From the sums of all lanes, by life and lane. */
    public InvoiceMaker(BillingCells cells, List<LaneSums> lanes) {
        this.cells = cells;
        this.lanes = lanes;
    }

    /** The invoice of the tenant with the given number. */
    public Invoice make(int tenantNumber) {
        Tenant tenant = cells.tenants().get(tenantNumber);
        int firstCell = cells.firstCell(tenantNumber);
        List<CyclePart> parts = cells.parts(tenantNumber);
        List<PartUsage> usage = new ArrayList<>(parts.size());
        UsageTotal total = new UsageTotal();
        for (CyclePart part : parts) {
            UsageTotal sum = new UsageTotal();
            for (LaneSums lane : lanes) {
                lane.addTo(sum, firstCell + part.index(), firstCell + part.index() + 1);
            }
            usage.add(new PartUsage(part, sum.requests(), sum.tokens()));
            total.add(sum);
        }
        int minorDigits = tenant.billing().minorDigits();
        List<RatedLine> rated = Rating.rate(usage, minorDigits);
        List<InvoiceLine> lines = new ArrayList<>(rated.size());
        for (RatedLine line : rated) {
            lines.add(new InvoiceLine(description(line, parts), line, journal(line, firstCell)));
        }
        return new Invoice(tenant, cells.cycle(tenantNumber), total, lines, Rating.total(rated, minorDigits));
    }

    /** The entries behind a line, as far as these lanes hold them; by the tenant's first cell. */
    public List<JournalRange> journal(RatedLine line, int firstCell) {
        List<JournalRange> ranges = new ArrayList<>();
        if (line.kind() != LineKind.SUBSCRIPTION) {
            for (LaneSums lane : lanes) {
                JournalRange range = lane.range(firstCell + line.fromPart(), firstCell + line.toPart());
                if (range != null) {
                    ranges.add(range);
                }
            }
        }
        return ranges;
    }

    private static String description(RatedLine line, List<CyclePart> parts) {
        CyclePart first = parts.get(line.fromPart());
        String beyond = first.cycleQuota() == Quota.NONE ? "" : " beyond the quota";
        boolean packages = first.terms().price().hasPackages();
        StringBuilder text = new StringBuilder(
                switch (line.kind()) {
                    case SUBSCRIPTION -> "Subscription";
                    case INCLUDED -> packages ? "Included requests" : "Included tokens";
                    case TOKENS -> "Tokens" + beyond;
                    case PACKAGES -> "Started packages of 1,000 requests" + beyond;
                });
        if (!line.plan().isEmpty()) {
            text.append(", plan ").append(line.plan());
        }
        if (line.fromPart() > 0 || line.toPart() < parts.size()) {
            text.append(", ").append(BillingCalendar.instant(first.fromNs()));
            text.append(" to ")
                    .append(BillingCalendar.instant(parts.get(line.toPart() - 1).toNs()));
        }
        return text.toString();
    }
}
