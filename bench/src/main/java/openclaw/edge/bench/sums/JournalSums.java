package openclaw.edge.bench.sums;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import openclaw.edge.billing.aggregate.BillingCells;
import openclaw.edge.billing.aggregate.LaneSums;
import openclaw.edge.billing.aggregate.UsageAggregator;
import openclaw.edge.billing.aggregate.UsageTotal;
import openclaw.edge.ledger.read.ReadReport;

/** The project's own way: from the journal itself, as invoices are made. */
final class JournalSums implements Contender {
    private final Source source;
    private long bytesRead;

    JournalSums(final Source source) {
        this.source = source;
    }

    @Override
    public String name() {
        return "journal";
    }

    @Override
    public String checks() {
        return "CRC32C of each record; sequences of each lane: none missing, none twice; digests by line and lane";
    }

    @Override
    public Map<String, TenantSum> sums(final int threads) throws IOException {
        final BillingCells cells = source.cells();
        final List<UsageAggregator> aggregators =
                Stream.generate(() -> new UsageAggregator(cells)).limit(threads).toList();
        final ReadReport report = source.read(aggregators);
        bytesRead = report.extents().stream()
                .mapToLong(ReadReport.Extent::positionBytes)
                .sum();
        final UsageAggregator all = aggregators.get(0);
        aggregators.stream().skip(1).forEach(all::add);
        final Map<String, TenantSum> sums = new HashMap<>();
        final List<LaneSums> lanes = all.lanes();
        IntStream.range(0, cells.tenants().size()).forEach(tenant -> {
            final UsageTotal total = new UsageTotal();
            final int end = cells.firstCell(tenant, cells.parts(tenant).size());
            lanes.forEach(lane -> lane.addTo(total, cells.firstCell(tenant, 0), end));
            sums.put(cells.tenants().get(tenant).id(), new TenantSum(total.requests(), total.tokens()));
        });
        return sums;
    }

    @Override
    public long cpuNs() {
        return ProcessCpu.ownNs();
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() {}
}
