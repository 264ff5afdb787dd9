package openclaw.edge.proxy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import openclaw.edge.crdt.BucketTable;
import openclaw.edge.crdt.QuotaTable;
import openclaw.edge.crdt.TableConfig;
import openclaw.edge.crdt.TableException;
import openclaw.edge.ledger.Ledger;
import openclaw.edge.ledger.LedgerConfig;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.Snapshots;
import openclaw.edge.yaml.FailureWords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node keeps in its data directory, and the snapshot in force over it: opened before it serves, closed after. */
final class NodeState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeState.class);

    /** Buckets of a node: 262,144 agents' limits live at once; what is beyond shares its tenant's overflow bucket. */
    private static final int BUCKET_SLOTS = 1 << 18;

    private static final int QUOTA_ROWS = 1 << 14;
    private static final long MILLISECOND_NS = 1_000_000L;

    private final Ledger ledger;
    private final BucketTable buckets;
    private final QuotaTable quotas;
    private final long bucketOffsetNs;
    private final Snapshots snapshots = new Snapshots();

    private NodeState(final Opened opened) {
        this.ledger = opened.ledger;
        this.buckets = opened.buckets;
        this.quotas = opened.quotas;
        this.bucketOffsetNs = opened.bucketOffsetNs;
    }

    /** What is open already when a later step fails. */
    private static final class Opened {
        private Ledger ledger;
        private BucketTable buckets;
        private QuotaTable quotas;
        private long bucketOffsetNs;
    }

    /**
     * Opens the data directory.
     *
     * @throws StartException when the directory, or what is in it, cannot be used
     */
    static NodeState open(final EdgeConfig config) {
        final Path data = config.data();
        final Opened opened = new Opened();
        try {
            Files.createDirectories(data);
            opened.ledger = Ledger.open(
                    data,
                    JournalAbsence.of(LedgerConfig.of(config.cluster().node())
                            .withDurability(config.journal().durability())),
                    config.eventLoops());
            final long nowNs = epochNs();
            opened.bucketOffsetNs = nowNs - System.nanoTime();
            opened.buckets = BucketTable.open(
                    TableConfig.of(data.resolve("buckets"), BUCKET_SLOTS),
                    nowNs,
                    ClusterPart.members(config.cluster()));
            opened.quotas = QuotaTable.open(TableConfig.of(data.resolve("quotas"), QUOTA_ROWS), nowNs);
            return new NodeState(opened);
        } catch (final IOException | TableException | IllegalArgumentException e) {
            giveUp(opened, e);
            throw new StartException(told(data, e), e);
        }
    }

    /** What ledger and tables refuse they say in full, beginning with the file; the machine's refusals say less. */
    private static String told(final Path data, final Exception failure) {
        final String words = FailureWords.withFile(failure);
        final boolean isOfTheMachine = failure instanceof FileSystemException || !words.startsWith(data.toString());
        return isOfTheMachine && failure instanceof IOException
                ? "data=" + data + ": expected a directory that this user may write to, with room on its disk; found "
                        + words
                : words;
    }

    /** Nothing was recovered yet: what earlier lives left stays for the next start. */
    private static void giveUp(final Opened opened, final Exception cause) {
        try {
            if (opened.quotas != null) {
                opened.quotas.close();
            }
            if (opened.buckets != null) {
                opened.buckets.close();
            }
            if (opened.ledger != null) {
                opened.ledger.abandon();
            }
        } catch (final IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Wall-clock nanoseconds since 1970. */
    static long epochNs() {
        return System.currentTimeMillis() * MILLISECOND_NS;
    }

    /**
     * What makes monotonic nanoseconds the time of buckets: the wall clock less the monotonic one, both read once. So a step of
     * the wall clock refills nothing.
     */
    long bucketOffsetNs() {
        return bucketOffsetNs;
    }

    /** The time of buckets now. */
    long bucketNs() {
        return System.nanoTime() + bucketOffsetNs;
    }

    /**
     * Regular work on what lies in the data directory, a little each time: it is looked whether the files are still there and
     * whole, full buckets are given up, the clock is noted.
     */
    void keepHouse(final int maxSlots) {
        ledger.look();
        final long bucketNs = bucketNs();
        // Before what would touch them.
        tell(buckets.fileWatch().look(buckets.clock(), bucketNs));
        tell(quotas.fileWatch().look(buckets.clock(), bucketNs));
        buckets.sweep(bucketNs, maxSlots);
        buckets.checkpoint(bucketNs);
    }

    private static void tell(final String found) {
        if (found != null) {
            LOG.error(found);
        }
    }

    /** Whether what was counted is there; if not, every request is refused. */
    boolean isWhole() {
        return !buckets.clock().isRefusing();
    }

    Ledger ledger() {
        return ledger;
    }

    BucketTable buckets() {
        return buckets;
    }

    QuotaTable quotas() {
        return quotas;
    }

    /** Holds none before the node put one in force. */
    Snapshots snapshots() {
        return snapshots;
    }

    @Override
    public void close() throws IOException {
        try {
            quotas.close();
        } finally {
            try {
                buckets.close();
            } finally {
                ledger.close();
            }
        }
    }
}
