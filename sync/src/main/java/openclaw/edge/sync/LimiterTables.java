package openclaw.edge.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.CrdtCounters;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableException;
import openclaw.edge.crdt.TableMemory;

/** The tables of an embedded limiter, in memory or in files. It has no quotas of its own, but keeps its peers' rows. */
final class LimiterTables {

    private static final int QUOTA_ROWS_ALONE = 16;
    private static final int QUOTA_ROWS = 1 << 14;
    private static final int INCARNATIONS = 1_024;

    private final BucketTable buckets;
    private final QuotaTable quotas;

    private LimiterTables(final BucketTable buckets, final QuotaTable quotas) {
        this.buckets = buckets;
        this.quotas = quotas;
    }

    /**
     * Opens them.
     *
     * @param data directory of the files, made if it is not there; null: in memory.
     * @param slots buckets.
     * @param members 1 if alone.
     * @param nowNs nanoseconds since the Unix epoch.
     */
    static LimiterTables open(final Path data, final int slots, final int members, final long nowNs) {
        final Path directory = data == null ? Path.of("") : data;
        final TableConfig bucketConfig = TableConfig.of(directory.resolve("buckets"), slots);
        final TableConfig quotaConfig =
                TableConfig.of(directory.resolve("quotas"), members == 1 ? QUOTA_ROWS_ALONE : QUOTA_ROWS);
        if (data == null) {
            return new LimiterTables(
                    BucketTable.inMemory(new TableMemory(bucketConfig, INCARNATIONS), nowNs, members),
                    QuotaTable.inMemory(new TableMemory(quotaConfig, INCARNATIONS), nowNs));
        }
        try {
            Files.createDirectories(data);
        } catch (final IOException e) {
            throw new UncheckedIOException(data + ": expected a directory to write to, found " + e, e);
        }
        final BucketTable buckets = BucketTable.open(bucketConfig, nowNs, members);
        try {
            return new LimiterTables(buckets, QuotaTable.open(quotaConfig, nowNs));
        } catch (final RuntimeException e) {
            buckets.close();
            throw e;
        }
    }

    BucketTable buckets() {
        return buckets;
    }

    QuotaTable quotas() {
        return quotas;
    }

    /** What the bucket table counts. */
    CrdtCounters counters() {
        return buckets.counters();
    }

    /** True once a file was cut short or overwritten: everything is refused from then on. */
    boolean isLost() {
        return buckets.clock().isRefusing();
    }

    /** Looks whether their files are still there and whole. */
    void lookAtFiles(final GossipListener listener, final long nowNs) {
        tell(listener, buckets.fileWatch().look(buckets.clock(), nowNs));
        tell(listener, quotas.fileWatch().look(buckets.clock(), nowNs));
    }

    private static void tell(final GossipListener listener, final String found) {
        if (found != null) {
            listener.onError(found);
        }
    }

    /** Nobody may use them any more. */
    void close(final GossipListener listener, final long nowNs) {
        // Before what touches them.
        lookAtFiles(listener, nowNs);
        buckets.checkpoint(nowNs);
        close("buckets", buckets::close, listener);
        close("quotas", quotas::close, listener);
    }

    private static void close(final String table, final Runnable close, final GossipListener listener) {
        try {
            close.run();
        } catch (final TableException e) {
            listener.onError(e.getMessage());
        } catch (final RuntimeException e) {
            listener.onFailure("closing the table of " + table, e);
        }
    }
}
