package openclaw.edge.proxy.admin;

import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.CrdtCounter;
import openclaw.edge.crdt.CrdtCounters;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableFileWatch;
import openclaw.edge.ledger.lane.JournalHealth;
import openclaw.edge.ledger.lane.LedgerCounters;
import openclaw.edge.ledger.retain.RetentionStatus;
import openclaw.edge.proxy.config.Snapshots;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.exchange.LoopCounters;
import openclaw.edge.proxy.forward.UpstreamGroup;
import openclaw.edge.proxy.notice.NoticeCounter;
import openclaw.edge.proxy.record.Latencies;
import openclaw.edge.proxy.record.UsageTotals;

/**
 * What the admin listener reads: all of it may be read by any thread while the event loops write.
 *
 * @param snapshots configuration and catalog in force
 * @param tables limits and quotas
 * @param loops what each event loop counts
 * @param ledger what the ledger counts
 * @param buffers bytes held for clients
 * @param others what the node speaks to besides its clients
 * @param ready whether requests are taken and can be recorded
 */
public record AdminSources(
        Snapshots snapshots,
        Tables tables,
        List<Loop> loops,
        LedgerCounters ledger,
        BufferBudget buffers,
        Others others,
        BooleanSupplier ready) {
    /** Copies the list. */
    public AdminSources {
        loops = List.copyOf(loops);
    }

    /**
     * Limits and quotas.
     *
     * @param buckets of the node
     * @param quotas of the node
     * @param bucketNs the time of buckets now, as the event loops pass it: monotonic time plus the offset read at start
     */
    public record Tables(BucketTable buckets, QuotaTable quotas, LongSupplier bucketNs) {
        /** What has become of their files, the worse of the two: {@code whole}, {@code removed} or {@code lost}. */
        String files() {
            final TableFileWatch.State one = buckets.fileWatch().state();
            final TableFileWatch.State other = quotas.fileWatch().state();
            return (one.compareTo(other) >= 0 ? one : other).name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What the node speaks to besides its clients.
     *
     * @param upstreams servers as each loop sees them, at the time of the call; a loop that does not answer soon is left out
     * @param notices what is counted about quota notices
     * @param cluster as this node knows it at the time of the call
     * @param journal how it is at the time of the call
     * @param retention what the last look at what the journal need not keep has found
     */
    public record Others(
            Supplier<List<UpstreamGroup.View>> upstreams,
            ToLongFunction<NoticeCounter> notices,
            Supplier<ClusterReport> cluster,
            Supplier<JournalHealth.State> journal,
            Supplier<RetentionStatus> retention) {}

    /**
     * What one event loop counts.
     *
     * @param counters of the proxy
     * @param crdt of the loop's decisions
     * @param totals usage by tenant and agent
     * @param latencies read by the admin listener alone
     */
    public record Loop(LoopCounters counters, CrdtCounters crdt, UsageTotals totals, Latencies latencies) {}

    /** A counter of the buckets' decisions, over all loops. */
    long sum(final CrdtCounter counter) {
        long sum = 0;
        for (final Loop loop : loops) {
            sum += loop.crdt().get(counter);
        }
        return sum;
    }

    /** A counter of the proxy, over all loops. */
    long sum(final EdgeCounter counter) {
        long sum = 0;
        for (final Loop loop : loops) {
            sum += loop.counters().get(counter);
        }
        return sum;
    }
}
